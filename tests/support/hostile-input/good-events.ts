// Events as the orchestrator and the adapter's entry take them, each of a journey of its own.
import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { createEvent } from '../../../contracts/cloudevents.ts';

export const owner = '5d41402abc4b2a76b9719d911017c592';
const image = () => ({
  objectKey: `images/2026/11/23/${randomUUID()}.jpg`,
  contentType: 'image/jpeg' as const,
  bytes: 1234,
  checksum: `sha256:${'a'.repeat(64)}`,
});
const occurredAt = '2026-11-23T08:00:00Z';
const extensions = () => ({ correlationid: uuidv7(), owner });

export const uploaded = () =>
  createEvent('tu.image.uploaded', {
    id: randomUUID(),
    subject: 'a photo',
    extensions: extensions(),
    data: { ...image(), uploadId: 'a token', occurredAt },
  });
export const recognised = () =>
  createEvent('tu.recognition.completed', {
    id: randomUUID(),
    subject: 'a photo',
    extensions: extensions(),
    data: {
      ...image(),
      provider: { name: 'nobody', apiVersion: 'v1', featureset: [], maxResults: 1 },
      aggregate: {
        ...{ brand: null, type: null, model: null, name: null, typeSource: null },
        ...{ confidence: 0, isConfident: false },
        ...{ brandConfidence: 0, typeConfidence: 0, modelConfidence: 0 },
      },
      status: 'unidentified',
      reasons: [],
      unsupportedFeatures: [],
      evidence: [],
      duplicateOf: null,
      occurredAt,
    },
  });
