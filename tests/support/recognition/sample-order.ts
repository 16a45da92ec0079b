// One order and one result, for tests of what surrounds recognition.
import type { RecognitionResult } from '../../../contracts/recognition.ts';
import type { RecognitionOrder } from '../../../services/vision-adapter/recognition-record.ts';

export const sampleImage = {
  objectKey: 'images/2026/11/23/4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11.jpg',
  contentType: 'image/jpeg',
  bytes: 1234,
  checksum: `sha256:${'a'.repeat(64)}`,
} as const;

export const sampleOrder = {
  correlationId: '019a53c4-7c10-7d3a-9a52-1f0c3a7be001',
  runId: 'run-1',
  owner: '5d41402abc4b2a76b9719d911017c592',
  ...sampleImage,
} as const satisfies RecognitionOrder;

/** A result that names nothing; the provider's name tells results apart. */
export const unidentified = (providerName: string): RecognitionResult => ({
  provider: { name: providerName, apiVersion: 'v1', featureset: ['TEXT_DETECTION'], maxResults: 5 },
  aggregate: {
    ...{ brand: null, type: null, model: null, name: null, typeSource: null, isConfident: false },
    ...{ confidence: 0, brandConfidence: 0, typeConfidence: 0, modelConfidence: 0 },
  },
  status: 'unidentified',
  reasons: [],
  unsupportedFeatures: [],
  evidence: [],
  duplicateOf: null,
});
