import type { AnalysisCompleted } from '../../../contracts/events.ts';

/** Eight fields, as every server of the bench is asked for them. */
export const subscription = `subscription { onAnalysisCompleted {
  eventId correlationId objectKey success startedAt completedAt cursor failure { message } } }`;

/** A failed analysis whose message is as long as is wished. */
export function completedData(bytes: number): AnalysisCompleted {
  const now = new Date().toISOString();
  return {
    objectKey: 'images/2026/11/23/4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11.jpg',
    success: false,
    provider: null,
    aggregate: null,
    status: null,
    reasons: [],
    unsupportedFeatures: [],
    failure: { code: 'TIMED_OUT', message: 'no recognition came in time'.padEnd(bytes, '.') },
    startedAt: now,
    completedAt: now,
  };
}

/** The owners of the bench, by number; the token of each is its own name. */
export const ownerOf = (index: number) => index.toString(16).padStart(32, '0');
