// Step 11: one call to Vision per photo, all features at once. The caller retries.
import { answeredFeatures, type Feature } from './features.ts';
import { recognitionProblem, type RetryBudget } from '../failures/recognition-problem.ts';
import {
  statuses,
  verdictOn,
  visionProblem,
  type VisionStatus,
} from '../failures/vision-status.ts';
import type { AnnotateImageResponse, VisionClient } from './vision-client.ts';

interface VisionSettings {
  /** At least one: see `readFeatures`. */
  readonly features: readonly Feature[];
  readonly maxResults: number;
  readonly timeoutMs: number;
}

export interface Annotations {
  readonly response: AnnotateImageResponse;
  /** Asked for, but not offered by this provider. */
  readonly unsupportedFeatures: readonly string[];
  /** Vision failed with one part and answered the rest. */
  readonly incomplete: boolean;
}

/** @throws {Problem} VISION_*, IMAGE_TOO_LARGE, IMAGE_UNREADABLE. */
export type AnnotateImage = (jpeg: Buffer, retryBudget: RetryBudget) => Promise<Annotations>;

export function createAnnotateImage(vision: VisionClient, settings: VisionSettings): AnnotateImage {
  const { maxResults, timeoutMs } = settings;
  const features = settings.features.map((type) => ({ type, maxResults }));

  return async (jpeg, retryBudget) => {
    const request = { requests: [{ image: { content: jpeg }, features }] };
    const [answer] = await vision
      .batchAnnotateImages(request, { retry: null, timeout: timeoutMs })
      .catch((error: unknown) => {
        throw failureOf(statusOf(error), retryBudget, error);
      });
    const response = answer.responses?.[0];
    if (response === undefined)
      throw recognitionProblem('VISION_UNAVAILABLE', {
        detail: 'the Vision service answered without a result for the photo',
      });
    return readAnswer(response, settings.features, retryBudget);
  };
}

/**
 * The call succeeds even when the image failed, so `error` is always checked. What stands beside an error
 * is valid (as the proto says), but incomplete.
 */
function readAnswer(
  response: AnnotateImageResponse,
  asked: readonly Feature[],
  retryBudget: RetryBudget,
): Annotations {
  const error = response.error;
  if (!error?.code) return { response, unsupportedFeatures: [], incomplete: false };
  const status: VisionStatus = { code: error.code, message: error.message ?? '' };
  const answered = answeredFeatures(response, asked);
  const verdict = verdictOn(status);
  if (verdict === 'UNSUPPORTED_FEATURE')
    return {
      response,
      unsupportedFeatures: missingFeatures(status.message, asked, answered),
      incomplete: false,
    };
  if (answered.length === 0) throw failureOf(status, retryBudget);
  if (retryBudget.used || !transient.has(verdict))
    return { response, unsupportedFeatures: [], incomplete: true };
  const failure = failureOf(status, retryBudget);
  retryBudget.used = true;
  throw failure;
}

/** After these a retry may bring the rest of a partial answer. */
const transient: ReadonlySet<string> = new Set([
  'VISION_UNAVAILABLE',
  'VISION_QUOTA_EXHAUSTED',
  'RETRY_ONCE',
]);

function failureOf(status: VisionStatus, retryBudget: RetryBudget, cause?: unknown) {
  const failure = visionProblem(status, retryBudget.used, cause);
  if (verdictOn(status) === 'RETRY_ONCE') retryBudget.used = true;
  return failure;
}

/** The features that the message names; one that names none speaks of all that were not answered. */
function missingFeatures(
  message: string,
  asked: readonly Feature[],
  answered: readonly Feature[],
): readonly Feature[] {
  const words = new Set<string>(message.toUpperCase().match(/[A-Z_]+/g));
  const named = asked.filter((feature) => words.has(feature));
  return named.length > 0 ? named : asked.filter((feature) => !answered.includes(feature));
}

/** What gRPC says of a call that failed as a whole. */
function statusOf(error: unknown): VisionStatus {
  const { code, details, message, statusDetails } = error as {
    code?: unknown;
    details?: unknown;
    message?: unknown;
    statusDetails?: unknown;
  };
  // No gRPC status: a fault of credentials or configuration, which no retry mends.
  if (typeof code !== 'number' || !(code in statuses)) throw error;
  const text = typeof details === 'string' && details !== '' ? details : message;
  return {
    code,
    message: typeof text === 'string' ? text : '',
    retryAfter: retryDelay(statusDetails),
  };
}

/** Seconds of google.rpc.RetryInfo, rounded up. */
function retryDelay(details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details as { retryDelay?: { seconds?: unknown; nanos?: unknown } }[]) {
    const delay = detail.retryDelay;
    if (delay === undefined) continue;
    const seconds = Number(delay.seconds ?? 0) + Number(delay.nanos ?? 0) / 1e9;
    if (Number.isFinite(seconds)) return Math.max(1, Math.ceil(seconds));
  }
  return undefined;
}
