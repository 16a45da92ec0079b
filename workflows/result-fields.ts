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
  duplicateOf: null,
  failure: null,
};

/** A result in the fields of `analysis.completed` and of the read API. */
export function resultFields({ recognition, failure }: AnalysisResult) {
  if (failure !== undefined) return { success: false, ...noResult, failure };
  const { provider, aggregate, status, reasons, unsupportedFeatures } = recognition;
  const fields = { provider, aggregate, status, reasons, unsupportedFeatures, failure: null };
  return { success: true, ...fields, ...youngerFields(recognition) };
}

/** A recognition of an earlier version has none of them. */
const youngerFields = ({ evidence = [], duplicateOf = null }: Partial<RecognitionResult>) => ({
  evidence,
  duplicateOf,
});

/** The body of `analysis.completed`. */
export const completedData = (
  objectKey: string,
  times: { startedAt: string; completedAt: string },
  result: AnalysisResult,
): AnalysisCompleted => ({ objectKey, ...resultFields(result), ...times });
