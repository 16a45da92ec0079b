// The one table of what is final. Everything that is not in it is tried again.
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { FailureCode, PassingProblemCode } from '../contracts/recognition.ts';
import type { Problem } from '../platform/http/problem.ts';

/** Codes that only the workflow gives. */
type WorkflowsOwn = 'TIMED_OUT' | 'CANCELLED' | 'TERMINATED';

type Handling =
  /** The photo or the request will never do: no retry, the client is told this code. */
  | 'final'
  /** Passes by itself: the retry policy's growing pauses. */
  | 'again'
  /** Passes at a time that the answer tells (`retry-after`). */
  | 'again when told';

const handling: Readonly<
  Record<Exclude<FailureCode, WorkflowsOwn> | PassingProblemCode, Handling>
> = {
  OBJECT_MISSING: 'final', // deleted, or older than photos are kept
  OBJECT_CHANGED: 'final', // overwritten after its confirmation
  IMAGE_UNREADABLE: 'final',
  IMAGE_TOO_LARGE: 'final',
  IMAGE_UNSUPPORTED: 'final',
  VISION_REFUSED: 'final', // Vision answered, and said no to this photo
  EVENTS_UNAVAILABLE: 'again', // no Vision call was paid
  OBJECT_STORE_UNAVAILABLE: 'again',
  VISION_UNAVAILABLE: 'again',
  VISION_QUOTA_EXHAUSTED: 'again when told',
  BUSY: 'again when told',
};

/** What a problem answered by the vision adapter means for Temporal. */
export function failureOf(problem: Problem): ApplicationFailure {
  const { code: type, message } = problem;
  const what = Object.hasOwn(handling, type) ? handling[type as keyof typeof handling] : 'again';
  if (what === 'final')
    return ApplicationFailure.create({
      type,
      message,
      nonRetryable: true,
      category: ApplicationFailureCategory.BENIGN, // about the photo, no fault of ours
    });
  const told = what === 'again when told' && problem.retryAfter !== undefined;
  return ApplicationFailure.create({
    type,
    message,
    cause: problem,
    ...(told ? { nextRetryDelay: `${problem.retryAfter} s` } : {}),
  });
}
