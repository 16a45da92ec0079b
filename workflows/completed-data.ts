import type { AnalysisCompleted } from '../contracts/events.ts';
import type { Outcome } from './messages.ts';

/** The body of `analysis.completed`: the recognition, or its fields empty and the failure. */
export function completedData(
  objectKey: string,
  times: { startedAt: string; completedAt: string },
  outcome: Outcome,
): AnalysisCompleted {
  if ('recognition' in outcome) {
    const { provider, aggregate, status, reasons, unsupportedFeatures } = outcome.recognition;
    const known = { provider, aggregate, status, reasons, unsupportedFeatures };
    return { objectKey, success: true, ...known, failure: null, ...times };
  }
  const nothing = { provider: null, aggregate: null, status: null };
  const lists = { reasons: [], unsupportedFeatures: [] };
  return { objectKey, success: false, ...nothing, ...lists, failure: outcome.failure, ...times };
}
