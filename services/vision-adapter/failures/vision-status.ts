// Which failure of contracts/failures.ts a status of Vision is. The caller alone retries.
import { failures, type RecognitionProblemCode } from '../../../contracts/failures.ts';
import { recognitionProblem } from './recognition-problem.ts';

/** A status of google.rpc.Code, of the whole call or of the one image in it. */
export interface VisionStatus {
  readonly code: number;
  readonly message: string;
  /** From google.rpc.RetryInfo, seconds. */
  readonly retryAfter?: number | undefined;
}

/** How a row of {@link statuses} names a failure. */
type Verdict = RecognitionProblemCode | 'UNSUPPORTED_FEATURE' | 'RETRY_ONCE';

interface StatusRow {
  readonly name: string;
  /** Failures that share the code, by message; the first that matches decides. */
  readonly byMessage?: readonly (readonly [RegExp, Verdict])[];
  readonly verdict: Verdict;
}

/** Every google.rpc.Code but OK. */
export const statuses: Readonly<Record<number, StatusRow>> = {
  // The adapter never cancels: a server that is shut down hard ends its calls like this.
  1: { name: 'CANCELLED', verdict: 'VISION_UNAVAILABLE' },
  2: { name: 'UNKNOWN', verdict: 'VISION_UNAVAILABLE' },
  3: {
    name: 'INVALID_ARGUMENT',
    byMessage: [
      [/image too large|megapixel/i, 'IMAGE_TOO_LARGE'],
      // Sporadic, also for valid photos: this one was decoded whole before it was sent.
      [/bad image data/i, 'RETRY_ONCE'],
    ],
    verdict: 'VISION_REFUSED',
  },
  4: { name: 'DEADLINE_EXCEEDED', verdict: 'VISION_UNAVAILABLE' },
  5: { name: 'NOT_FOUND', verdict: 'VISION_REFUSED' },
  6: { name: 'ALREADY_EXISTS', verdict: 'VISION_REFUSED' },
  7: { name: 'PERMISSION_DENIED', verdict: 'VISION_REFUSED' },
  8: {
    name: 'RESOURCE_EXHAUSTED',
    byMessage: [[/larger than max|message size|payload size|too large/i, 'IMAGE_TOO_LARGE']],
    verdict: 'VISION_QUOTA_EXHAUSTED',
  },
  9: { name: 'FAILED_PRECONDITION', verdict: 'VISION_REFUSED' },
  10: { name: 'ABORTED', verdict: 'VISION_UNAVAILABLE' },
  11: { name: 'OUT_OF_RANGE', verdict: 'VISION_REFUSED' },
  12: { name: 'UNIMPLEMENTED', verdict: 'UNSUPPORTED_FEATURE' },
  13: { name: 'INTERNAL', verdict: 'VISION_UNAVAILABLE' },
  14: { name: 'UNAVAILABLE', verdict: 'VISION_UNAVAILABLE' },
  15: { name: 'DATA_LOSS', verdict: 'VISION_UNAVAILABLE' }, // the photo is whole on our side
  16: { name: 'UNAUTHENTICATED', verdict: 'VISION_REFUSED' },
};

/** What a status means; a number outside google.rpc.Code counts as a transient fault of the service. */
export function verdictOn({ code, message }: VisionStatus): Verdict {
  const row = statuses[code];
  if (row === undefined) return 'VISION_UNAVAILABLE';
  return row.byMessage?.find(([text]) => text.test(message))?.[1] ?? row.verdict;
}

/**
 * The problem that a Vision status ends this attempt with. The service's own message stays in `cause`,
 * because it may name projects.
 *
 * @param retryUsed this photo has had its one retry after a sporadic failure.
 */
export function visionProblem(status: VisionStatus, retryUsed: boolean, cause?: unknown) {
  const name = statuses[status.code]?.name ?? `code ${status.code}`;
  const more = {
    cause: cause ?? new Error(`${name}: ${status.message}`),
    retryAfter: status.retryAfter,
  };
  const verdict = verdictOn(status);
  if (verdict === 'RETRY_ONCE')
    return retryUsed
      ? recognitionProblem('IMAGE_UNREADABLE', {
          ...more,
          detail: 'the Vision service could not read this photo twice',
        })
      : recognitionProblem('VISION_UNAVAILABLE', {
          ...more,
          detail: 'the Vision service could not read this photo: try again once',
        });
  // A feature that is missing in one image is no failure; a whole method that is missing is one.
  const code = verdict === 'UNSUPPORTED_FEATURE' ? 'VISION_REFUSED' : verdict;
  return recognitionProblem(code, { ...more, detail: `${failures[code].message} (${name})` });
}
