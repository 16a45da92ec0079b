// From whatever ended the wait to the result that is announced and the end that Temporal shows.
import { ActivityFailure, ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { CancelledFailure, isCancellation } from '@temporalio/workflow';
import { failures, isFailureCode, type FailureCode } from '../contracts/failures.ts';
import type { AnalysisResult, Failure, RecognitionResult } from '../contracts/recognition.ts';

export const timedOut = (patienceMs: number) =>
  ApplicationFailure.nonRetryable(
    `${failures.TIMED_OUT.message}: waited ${Math.round(patienceMs / 1000)} s`,
    'TIMED_OUT' satisfies FailureCode,
  );

export const succeeded = (recognition: RecognitionResult): AnalysisResult => ({ recognition });

/**
 * The result that an error of the analysis stands for.
 *
 * @throws any error that is not Temporal's: a bug. Then the workflow *task* fails and is retried until
 *   a fixed worker is deployed; the orchestrator counts and logs such runs.
 */
export function failed(error: unknown): AnalysisResult {
  if (isCancellation(error)) return { failure: cancelled };
  if (!(error instanceof TemporalFailure)) throw error;
  return { failure: failureOf(error instanceof ActivityFailure ? error.cause : error) };
}

const cancelled: Failure = { code: 'CANCELLED', message: failures.CANCELLED.message };

function failureOf(cause: Error | undefined): Failure {
  if (cause instanceof ApplicationFailure && isFailureCode(cause.type))
    return { code: cause.type, message: cause.message };
  const message = cause?.message ?? 'the recognition activity failed without a reason';
  // Our policy never ends the attempts: an operator gave the activity a limit of time or of attempts.
  const gaveUp = cause instanceof ApplicationFailure ? !cause.nonRetryable : true;
  if (gaveUp) return { code: 'TIMED_OUT', message: `${failures.TIMED_OUT.message}: ${message}` };
  // Without a code of ours: an operator failed the activity by hand.
  return { code: 'VISION_REFUSED', message };
}

/** The run ends as what it was, so that the filters of the Temporal UI tell the truth. */
export function closeRun({ recognition, failure }: AnalysisResult): RecognitionResult {
  if (failure === undefined) return recognition;
  const { code, message } = failure;
  if (code === 'CANCELLED') throw new CancelledFailure(message);
  throw ApplicationFailure.nonRetryable(message, code);
}
