import { randomBytes, randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Change, Run, RunEnd } from '../../../services/register/store/changes.ts';

export const newOwner = () => randomBytes(16).toString('hex');

const provider = {
  name: 'local-ocr',
  apiVersion: 'v1',
  featureset: ['TEXT_DETECTION'],
  maxResults: 10,
};

/** How a run ended that saw this machine. */
export const goodEnd = (
  completedAt: Date,
  { brand = 'Caterpillar', type = 'excavator', model = '320D', isConfident = true } = {},
): RunEnd => ({
  success: true,
  completedAt,
  provider,
  aggregate: {
    ...{ brand, type, model, name: `${brand} ${model}`, isConfident, typeSource: 'model' },
    ...{ confidence: 0.93, brandConfidence: 0.97, typeConfidence: 0.93, modelConfidence: 0.95 },
  },
  status: 'identified',
  reasons: ['brand-seen'],
  unsupportedFeatures: [],
  evidence: [],
  duplicateOf: null,
  failure: null,
});

export const failedEnd = (
  completedAt: Date,
  code: 'TIMED_OUT' | 'TERMINATED' = 'TIMED_OUT',
): RunEnd => ({
  ...{ success: false, completedAt, provider: null, aggregate: null, status: null },
  ...{
    reasons: [],
    unsupportedFeatures: [],
    evidence: [],
    duplicateOf: null,
    failure: { code, message: 'it took too long' },
  },
});

export const newChange = (more: Partial<Change> = {}): Change => ({
  correlationId: uuidv7(),
  owner: newOwner(),
  objectKey: `images/2026/11/24/${randomUUID()}.jpg`,
  runs: [],
  ...more,
});

export const newRun = (startedAt: Date, end?: RunEnd): Run => ({
  runId: randomUUID(),
  startedAt,
  end,
});
