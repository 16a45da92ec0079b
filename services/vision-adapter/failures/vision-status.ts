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
type Verdict = RecognitionProblemCode | 'UNSUPPORTED_FEATURE' | 'SECOND_CHANCE';

interface StatusRow {
  readonly name: string;
  /** Texts that tell two failures of one code apart; the first that fits decides. */
  readonly unless?: readonly (readonly [RegExp, Verdict])[];
  readonly verdict: Verdict;
}

/** Every google.rpc.Code but OK. */
export const statuses: Readonly<Record<number, StatusRow>> = {
  // Nobody of ours cancels: a server that is shut down hard ends its calls like this.
  1: { name: 'CANCELLED', verdict: 'VISION_UNAVAILABLE' },
  2: { name: 'UNKNOWN', verdict: 'VISION_UNAVAILABLE' },
  3: {
    name: 'INVALID_ARGUMENT',
    unless: [
      [/image too large|megapixel/i, 'IMAGE_TOO_LARGE'],
      // Seen now and then on sound photos; ours was decoded whole before it was sent.
      [/bad image data/i, 'SECOND_CHANCE'],
    ],
    verdict: 'VISION_REFUSED',
  },
  4: { name: 'DEADLINE_EXCEEDED', verdict: 'VISION_UNAVAILABLE' },
  5: { name: 'NOT_FOUND', verdict: 'VISION_REFUSED' },
  6: { name: 'ALREADY_EXISTS', verdict: 'VISION_REFUSED' },
  7: { name: 'PERMISSION_DENIED', verdict: 'VISION_REFUSED' },
  8: {
    name: 'RESOURCE_EXHAUSTED',
    unless: [[/larger than max|message size|payload size|too large/i, 'IMAGE_TOO_LARGE']],
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

/** What a status means; a number that is no google.rpc.Code is the service's fault, and passes. */
export function verdictOn({ code, message }: VisionStatus): Verdict {
  const row = statuses[code];
  if (row === undefined) return 'VISION_UNAVAILABLE';
  return row.unless?.find(([text]) => text.test(message))?.[1] ?? row.verdict;
}

/**
 * The problem that a Vision status ends this attempt with. The service's own words go no further than
 * `cause`: they may name projects.
 *
 * @param retryUsed true when this photo's one sporadic failure has been used up.
 */
export function visionProblem(status: VisionStatus, retryUsed: boolean, cause?: unknown) {
  const name = statuses[status.code]?.name ?? `code ${status.code}`;
  const more = {
    cause: cause ?? new Error(`${name}: ${status.message}`),
    retryAfter: status.retryAfter,
  };
  const verdict = verdictOn(status);
  if (verdict === 'SECOND_CHANCE')
    return retryUsed
      ? recognitionProblem('IMAGE_UNREADABLE', {
          ...more,
          detail: 'the Vision service cannot read this photo, asked twice',
        })
      : recognitionProblem('VISION_UNAVAILABLE', {
          ...more,
          detail: 'the Vision service did not read this photo; it may pass when tried again',
        });
  // A feature that is missing in one image is no failure; a whole method that is missing is one.
  const code = verdict === 'UNSUPPORTED_FEATURE' ? 'VISION_REFUSED' : verdict;
  return recognitionProblem(code, { ...more, detail: `${failures[code].message} (${name})` });
}
