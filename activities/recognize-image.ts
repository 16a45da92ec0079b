import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { failures, isFailureCode, isRetriedCode } from '../contracts/failures.ts';
import { priorityOfKey } from '../contracts/priorities.ts';
import {
  recognitionResultSchema,
  type RecognitionRequest,
  type RecognitionResult,
} from '../contracts/recognition.ts';
import { Problem } from '../platform/http/problem.ts';
import type { RestClient } from '../platform/http/rest-client.ts';

const callTimeoutMs = 40_000; // below policies.recognize: our own words beat "activity timed out"

/**
 * Asks the vision adapter what the photo shows: `POST /v1/recognitions`.
 * Asking again costs no second Vision call: the adapter keeps results, and finds those that it published.
 *
 * @throws {ApplicationFailure} its type is the adapter's code; final or not by contracts/failures.ts.
 */
export function createRecognitionActivities({ adapter }: { adapter: RestClient }) {
  return {
    recognizeImage: (request: RecognitionRequest, traceparent?: string) =>
      recognizeImage(adapter, request, traceparent),
  };
}
export type RecognitionActivities = ReturnType<typeof createRecognitionActivities>;

async function recognizeImage(
  adapter: RestClient,
  request: RecognitionRequest,
  traceparent: string | undefined,
): Promise<RecognitionResult> {
  const signal = cancellationSignal();
  const { attempt, scheduledTimestampMs, priority: { priorityKey } = {} } = activityInfo();
  const scheduledAt = new Date(scheduledTimestampMs).toISOString();
  try {
    return await adapter.call({
      method: 'POST',
      path: '/v1/recognitions',
      body: { ...request, attempt, scheduledAt, priority: priorityOfKey(priorityKey) },
      ...(traceparent === undefined ? {} : { headers: { traceparent } }),
      answer: recognitionResultSchema,
      timeoutMs: callTimeoutMs,
      signal,
    });
  } catch (error) {
    if (error instanceof Problem) throw applicationFailureOf(error);
    // Nobody cancels this activity but a worker that stops: another one takes it over.
    if (signal.aborted)
      throw ApplicationFailure.create({ type: 'WORKER_STOPPED', message: 'the worker stopped' });
    throw error;
  }
}

/** What a problem answered by the adapter means for Temporal; a code that is in no table is retried. */
export function applicationFailureOf(problem: Problem): ApplicationFailure {
  const { code: type, message, retryAfter } = problem;
  if (isFailureCode(type))
    return ApplicationFailure.create({
      type,
      message,
      nonRetryable: true,
      category: ApplicationFailureCategory.BENIGN, // about the photo, no fault of ours
    });
  const waits = isRetriedCode(type) && failures[type].nextAttempt === 'retry-after';
  return ApplicationFailure.create({
    type,
    message,
    cause: problem,
    nextRetryDelay: waits && retryAfter !== undefined ? `${retryAfter} s` : undefined,
  });
}
