// The one mapping of a result to the flat fields of the wire.
import type { AnalysisCompleted } from '../contracts/events.ts';
import type { AnalysisResult, RecognitionResult, ResultFields } from '../contracts/recognition.ts';

/** The fields of a run that has no result. */
export const noResult: Readonly<ResultFields> = {
  provider: null,
  aggregate: null,
  status: null,
  reasons: [],
  unsupportedFeatures: [],
  evidence: [],
  failure: null,
};

/** A result in the fields of `analysis.completed` and of the read API. */
export function resultFields({ recognition, failure }: AnalysisResult) {
  if (failure !== undefined) return { success: false, ...noResult, failure };
  const { provider, aggregate, status, reasons, unsupportedFeatures } = recognition;
  const fields = { provider, aggregate, status, reasons, unsupportedFeatures, failure: null };
  return { success: true, ...fields, evidence: evidenceOf(recognition) };
}

/** A recognition of an earlier version has none. */
const evidenceOf = ({ evidence = [] }: Partial<RecognitionResult>) => evidence;

/** The body of `analysis.completed`. */
export const completedData = (
  objectKey: string,
  times: { startedAt: string; completedAt: string },
  result: AnalysisResult,
): AnalysisCompleted => ({ objectKey, ...resultFields(result), ...times });
