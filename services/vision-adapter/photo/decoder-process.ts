// The process that decodes. In: photos. Out: each re-encoded, or why not.
import { serveOrders, type WorkerProcess } from '../../../platform/worker-process.ts';
import {
  guardDecoder,
  inspectImage,
  InvalidImageError,
  reencode,
  type InvalidImageCode,
  type NormalisedImage,
} from './normalise-image.ts';

type Decoded =
  | { readonly kind: 'normalised'; readonly image: NormalisedImage }
  | {
      readonly kind: 'invalid';
      readonly code: InvalidImageCode;
      readonly detail: string | undefined;
      /** The decoder's own words, for the log. */
      readonly cause: string;
    }
  /** Nothing was decoded: the photo wants to be alone. */
  | { readonly kind: 'large' };

interface DecodeOptions {
  /** No other photo is being decoded. */
  readonly alone: boolean;
}

export type DecoderProcess = WorkerProcess<DecodeOptions, Decoded>;

guardDecoder();
serveOrders(async (bytes, { alone }: DecodeOptions): Promise<Decoded> => {
  try {
    const { large } = await inspectImage(bytes);
    if (large && !alone) return { kind: 'large' };
    return { kind: 'normalised', image: await reencode(bytes) };
  } catch (error) {
    if (!(error instanceof InvalidImageError)) throw error; // a bug ends the process
    return { kind: 'invalid', code: error.code, detail: error.detail, cause: error.message };
  }
});
