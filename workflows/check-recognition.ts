// What operators may hand to a run is checked here by hand: zod would be loaded into every run.
import { ApplicationFailure } from '@temporalio/common';
import type { FailureCode } from '../contracts/failures.ts';
import type {
  Aggregate,
  EvidenceItem,
  Provider,
  RecognitionResult,
} from '../contracts/recognition.ts';
import type { AnalysisInput, RecognitionSignal } from './messages.ts';

type Check = (value: unknown) => boolean;
type Checks<Shape> = Readonly<Record<keyof Shape, Check>>;

const text: Check = (value) => typeof value === 'string';
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const textOrNull: Check = (value) => value === null || text(value);
const confidence: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;

const providerChecks: Checks<Provider> = {
  name: text,
  apiVersion: text,
  featureset: texts,
  maxResults: Number.isSafeInteger,
  rulesVersion: (value) => value === undefined || (typeof value === 'string' && value.length <= 40),
};

const aggregateChecks: Checks<Aggregate> = {
  brand: textOrNull,
  type: textOrNull,
  model: textOrNull,
  name: textOrNull,
  confidence,
  isConfident: (value) => typeof value === 'boolean',
  brandConfidence: confidence,
  typeConfidence: confidence,
  modelConfidence: confidence,
  typeSource: textOrNull,
};

const statuses: Readonly<Record<RecognitionResult['status'], true>> = {
  identified: true,
  inferred: true,
  partial: true,
  unidentified: true,
};

const sources: Readonly<Record<EvidenceItem['source'], true>> = {
  ...{ WORD: true, MODEL_NUMBER: true, LOGO: true, OBJECT: true, LABEL: true, WEB: true },
};

const boxChecks: Checks<NonNullable<EvidenceItem['box']>> = {
  ...{ x: confidence, y: confidence, width: confidence, height: confidence },
};

const evidenceChecks: Checks<EvidenceItem> = {
  source: (value) => typeof value === 'string' && Object.hasOwn(sources, value),
  reason: (value) => typeof value === 'string' && value.length <= 200,
  box: (value) => value === null || invalidFields(value, boxChecks).length === 0,
};

/** As zod knows it. */
const uuidv7 =
  /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/;

const recognitionChecks: Checks<RecognitionResult> = {
  duplicateOf: (value) => value == null || (typeof value === 'string' && uuidv7.test(value)),
  provider: (value) => invalidFields(value, providerChecks).length === 0,
  aggregate: (value) => invalidFields(value, aggregateChecks).length === 0,
  status: (value) => typeof value === 'string' && Object.hasOwn(statuses, value),
  reasons: (value) => texts(value) && (value as string[]).length <= 8,
  unsupportedFeatures: texts,
  evidence: (value) =>
    value === undefined || // of an earlier version
    (Array.isArray(value) &&
      value.length <= 20 &&
      value.every((item) => invalidFields(item, evidenceChecks).length === 0)),
};

function invalidFields<Shape>(value: unknown, checks: Checks<Shape>): string[] {
  const fields: object = typeof value === 'object' && !Array.isArray(value) ? (value ?? {}) : {};
  return Object.entries<Check>(checks).flatMap(([name, check]) =>
    check((fields as Record<string, unknown>)[name]) ? [] : [name],
  );
}

/** The fields that keep a value from being a recognition, as `recognitionResultSchema` decides it too. */
export const invalidFieldsOfRecognition = (value: unknown): string[] =>
  invalidFields(value, recognitionChecks);

/** @throws {ApplicationFailure} final: an operator completed the activity with something else. */
export function assertRecognition(value: RecognitionResult): void {
  const invalid = invalidFieldsOfRecognition(value);
  if (invalid.length === 0) return;
  throw ApplicationFailure.nonRetryable(
    `the recognition that was entered by hand is invalid: ${invalid.join(', ')}`,
    'VISION_REFUSED' satisfies FailureCode,
  );
}

/** False for what an operator sent by hand with another shape. */
export function isRecognitionSignal(signal: unknown): signal is RecognitionSignal {
  if (typeof signal !== 'object' || signal === null) return false;
  const { runId, recognition } = signal as Partial<RecognitionSignal>;
  return (runId == null || text(runId)) && invalidFieldsOfRecognition(recognition).length === 0;
}

type Needed = 'correlationId' | 'owner' | 'objectKey' | 'patienceMs';
const inputChecks: Checks<Pick<AnalysisInput, Needed>> = {
  correlationId: text,
  owner: text,
  objectKey: text,
  patienceMs: Number.isFinite,
};

/** The fields that keep a value from being the input of an analysis. */
export const invalidFieldsOfInput = (value: unknown): string[] => invalidFields(value, inputChecks);

/** @throws {ApplicationFailure} final: a run that was started by hand, and that nobody waits for. */
export function assertInput(input: AnalysisInput): void {
  const invalid = invalidFieldsOfInput(input);
  if (invalid.length > 0)
    throw ApplicationFailure.nonRetryable(
      `invalid input: ${invalid.join(', ')}; expected that of an upload`,
      'INVALID_INPUT',
    );
}
