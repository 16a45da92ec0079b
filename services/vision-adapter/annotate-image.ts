// Step 11: one call to Vision per photo, all features at once. Repeats are the caller's.
import { protos } from '@google-cloud/vision';
import { statuses, verdictOn, visionProblem, type VisionStatus } from './failures.ts';
import type { AnnotateImageResponse, VisionClient } from './vision-client.ts';

const { Feature } = protos.google.cloud.vision.v1;

export interface VisionSettings {
  readonly features: readonly string[];
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

/**
 * One photo's single benefit of the doubt. While it is there, "bad image data" and a partial answer
 * spend it and pass; afterwards the one is taken for the truth and the other for the whole answer.
 */
export interface Chance {
  spent: boolean;
}

export type AnnotateImage = (jpeg: Buffer, chance: Chance) => Promise<Annotations>;

/**
 * The function answered throws {@link Problem}: VISION_*, IMAGE_TOO_LARGE, IMAGE_UNREADABLE.
 *
 * @throws when a feature is none of Vision's: it would be asked for as "unspecified", and paid.
 */
export function createAnnotateImage(vision: VisionClient, settings: VisionSettings): AnnotateImage {
  const unknown = settings.features.filter((feature) => !(feature in Feature.Type));
  if (unknown.length > 0)
    throw new Error(`VISION_FEATURES: ${unknown.join(', ')} is no feature of Vision`);
  return async (jpeg, chance) => {
    const response = await ask(vision, settings, jpeg, chance);
    return readAnswer(response, settings.features, chance);
  };
}

async function ask(
  vision: VisionClient,
  { features, maxResults, timeoutMs }: VisionSettings,
  jpeg: Buffer,
  chance: Chance,
): Promise<AnnotateImageResponse> {
  const request = {
    requests: [
      {
        image: { content: jpeg },
        features: features.map((type) => ({ type: type as 'TEXT_DETECTION', maxResults })),
      },
    ],
  };
  try {
    const [answer] = await vision.batchAnnotateImages(request, { retry: null, timeout: timeoutMs });
    return answer.responses?.[0] ?? {};
  } catch (error) {
    throw failureOf(statusOf(error), chance, error);
  }
}

/**
 * The call succeeds even when the image failed, so `error` is always looked at. What is filled in
 * beside an error is right (Google's promise in the proto), only not all.
 */
function readAnswer(
  response: AnnotateImageResponse,
  features: readonly string[],
  chance: Chance,
): Annotations {
  const error = response.error;
  if (!error?.code) return { response, unsupportedFeatures: [], incomplete: false };
  const status: VisionStatus = { code: error.code, message: error.message ?? '' };
  const verdict = verdictOn(status);
  if (verdict === 'UNSUPPORTED_FEATURE')
    return {
      response,
      unsupportedFeatures: missingFeatures(status.message, features),
      incomplete: false,
    };
  const worthAnotherTry = verdict === 'VISION_UNAVAILABLE' || verdict === 'SECOND_CHANCE';
  if (hasAnnotations(response) && (chance.spent || !worthAnotherTry))
    return { response, unsupportedFeatures: [], incomplete: true };
  const failure = failureOf(status, chance);
  if (hasAnnotations(response)) chance.spent = true;
  throw failure;
}

function failureOf(status: VisionStatus, chance: Chance, cause?: unknown) {
  const failure = visionProblem(status, chance.spent, cause);
  if (verdictOn(status) === 'SECOND_CHANCE') chance.spent = true;
  return failure;
}

/** The features that the message names; a message that names none speaks of all. */
function missingFeatures(message: string, features: readonly string[]): string[] {
  const words = new Set(message.toUpperCase().match(/[A-Z_]+/g));
  const named = features.filter((feature) => words.has(feature));
  return named.length > 0 ? named : [...features];
}

function hasAnnotations(response: AnnotateImageResponse): boolean {
  return (
    (response.textAnnotations ?? []).length > 0 ||
    (response.logoAnnotations ?? []).length > 0 ||
    (response.labelAnnotations ?? []).length > 0 ||
    (response.localizedObjectAnnotations ?? []).length > 0 ||
    (response.webDetection?.webEntities ?? []).length > 0
  );
}

/** What gRPC says of a call that failed as a whole. */
function statusOf(error: unknown): VisionStatus {
  const { code, details, message, statusDetails } = error as {
    code?: unknown;
    details?: unknown;
    message?: unknown;
    statusDetails?: unknown;
  };
  // No gRPC status: a fault of this side (credentials, configuration). Nothing here mends it.
  if (typeof code !== 'number' || !(code in statuses)) throw error;
  const text = typeof details === 'string' && details !== '' ? details : message;
  const retryAfter = retryDelay(statusDetails);
  return {
    code,
    message: typeof text === 'string' ? text : '',
    ...(retryAfter === undefined ? {} : { retryAfter }),
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
