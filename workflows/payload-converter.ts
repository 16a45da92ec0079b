// Bundled with the workflows: what operators send by hand may be in any encoding.
import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/common';

/**
 * The SDK's own, but a payload that cannot be decoded is undefined: thrown, the error would fail the
 * workflow task again and again, and one signal could hold a run for ever. Whoever reads it checks it.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload: ((payload) => {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch {
      return undefined;
    }
  }) as PayloadConverter['fromPayload'],
};
