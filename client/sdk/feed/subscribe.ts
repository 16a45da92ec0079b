import { createClient, NetworkError } from 'graphql-sse';
import type { AnalysisCompleted, AnalysisStarted } from '../../../contracts/schema.generated.ts';
import { onBackOnline } from '../http/back-online.ts';
import { request } from '../graphql/documents.ts';
import { UnavailableError, type CursorExpiredError } from '../http/errors.ts';
import { assertStream } from '../graphql/read-answer.ts';
import { errorFromGraphQL } from '../graphql/response-errors.ts';
import { anyOf } from '../http/retry.ts';
import type { Transport } from '../graphql/transport.ts';
import { withIdleTimeout } from './idle-timeout.ts';

const idleLimitMs = 25_000; // two comments of the gateway missed, or no answer at all
const stableAfterMs = 10_000; // a connection that lasted so long resets the backoff

/** The payload of each of the two subscriptions. */
export interface Payloads {
  readonly AnalysisStarted: AnalysisStarted;
  readonly AnalysisCompleted: AnalysisCompleted;
}

interface Subscriber<Payload> {
  readonly onEvent: (event: Payload) => void;
  /** Awaited before more is read from the connection; default: there is no limit. */
  readonly waitForCapacity?: (() => Promise<void>) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Runs one subscription until the gateway completes it. A connection that breaks is opened again,
 * for as long as the caller waits, with a fresh token and behind the last event: `after` moves on
 * with each. Events may repeat; within one field they keep their order.
 *
 * @throws {CursorExpiredError} when the feed cannot go on behind `after`.
 * @throws {TrackunitError} any other final failure; the signal's reason when it is aborted.
 */
export async function subscribe<Operation extends keyof Payloads>(
  transport: Transport,
  operation: Operation,
  variables: { correlationId?: string; after?: string },
  { onEvent, waitForCapacity, signal }: Subscriber<Payloads[Operation]>,
): Promise<void> {
  signal.throwIfAborted();
  const subscription = request(operation, { ...variables });
  const retryLoop = transport.createRetryLoop({ forMs: Infinity, signal });
  let failure: unknown;
  let connection = new AbortController();
  let connectedAt = Infinity;
  let lastDataAt = Date.now();

  // One client per subscription: a shared one keeps a listener of every subscription it ever had
  // (graphql-sse issue 106).
  const client = createClient({
    url: 'http://replaced-by.fetchFn/',
    retryAttempts: Infinity,
    async fetchFn(_url: string, init: { body: string; signal: AbortSignal }) {
      connection.abort(); // a response that carried an error may still be open
      connection = new AbortController();
      connectedAt = Infinity;
      lastDataAt = Date.now();
      const late = setTimeout(() => connection.abort(noAnswer()), idleLimitMs);
      try {
        const response = await transport.post(
          {
            body: init.body, // serialized for each attempt, so it carries the newest `after`
            accept: 'text/event-stream',
            signal: anyOf(init.signal, connection.signal),
          },
          retryLoop,
        );
        await assertStream(response);
        connectedAt = Date.now();
        const onData = () => (lastDataAt = Date.now());
        return withIdleTimeout(response, idleLimitMs, { onData, waitForCapacity });
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        clearTimeout(late);
      }
    },
    async retry() {
      if (Date.now() - connectedAt > stableAfterMs) retryLoop.reset();
      const reason = failure ?? cutOff();
      failure = undefined;
      await retryLoop.waitOrThrow(reason);
    },
  });

  const stopListening = onBackOnline((quietMs) => {
    if (Date.now() - lastDataAt >= quietMs) connection.abort(cutOff());
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = () => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
      client.subscribe<Record<string, Payloads[Operation]>>(subscription, {
        next(result) {
          const error = errorFromGraphQL(result.errors, 200);
          if (error !== undefined) {
            failure = error;
            throw new NetworkError(error); // hands it to `retry`, which knows what is final
          }
          const event = Object.values(result.data ?? {})[0];
          if (event === undefined) return;
          retryLoop.reset();
          subscription.variables['after'] = event.cursor;
          onEvent(event);
        },
        error: (error: Error) => {
          signal.removeEventListener('abort', stop);
          reject(error);
        },
        complete: () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
      });
    });
  } finally {
    stopListening();
    client.dispose();
    connection.abort();
  }
}

/** As a failure that passes: the caller goes on from another cursor, after a pause that grows. */
export const cursorExpired = (error: CursorExpiredError) =>
  new UnavailableError(error.code, error.message, {
    remedy: 'The client reopens it automatically.',
    cause: error,
  });

const noAnswer = () =>
  new UnavailableError('NO_ANSWER', `no answer within ${idleLimitMs} ms`, {
    remedy: 'The client reopens it automatically.',
  });

const cutOff = () =>
  new UnavailableError('STREAM_CUT', 'stream ended before its last event', {
    remedy: 'The client reopens it automatically.',
  });
