import { failures, type RecognitionProblemCode } from '../../../contracts/failures.ts';
import { Problem } from '../../../platform/http/problem.ts';

/**
 * One photo's single retry after a failure that may be a coincidence ("bad image data", half an answer, a
 * decode that takes too long). The next such failure is final.
 */
export interface RetryBudget {
  used: boolean;
}

/** The answer of `POST /v1/recognitions` that a row of contracts/failures.ts stands for. */
export function recognitionProblem(
  code: RecognitionProblemCode,
  more: {
    detail?: string | undefined;
    cause?: unknown;
    retryAfter?: number | undefined;
  } = {},
): Problem {
  const { status, message, ...row } = failures[code];
  const { detail = message, cause } = more;
  const retryAfter = more.retryAfter ?? ('retryAfter' in row ? row.retryAfter : undefined);
  return new Problem(status, code, detail, { cause, retryAfter });
}
