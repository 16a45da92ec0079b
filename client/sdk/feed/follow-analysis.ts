import { CursorExpiredError, UnexpectedAnswerError } from '../http/errors.ts';
import { EventQueue } from './event-queue.ts';
import { completedEvent, startedEvent, type FeedEvent } from './events.ts';
import { anyOf } from '../http/retry.ts';
import type { Transport } from '../graphql/transport.ts';
import { cursorExpired, subscribe, type Payloads } from './subscribe.ts';

/**
 * One analysis from what is known of it now to its end: at most one `started`, then one
 * `completed`. A `started` that arrives after its `completed` is dropped (the two streams have no
 * common order), as is every repeat. May be called at any time, also long after the end.
 */
export async function* followAnalysis(
  transport: Transport,
  correlationId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<FeedEvent, void, undefined> {
  const done = new AbortController();
  const until = anyOf(done.signal, signal);
  const events = new EventQueue<FeedEvent>();

  const started = subscribeToOne(transport, 'AnalysisStarted', correlationId, {
    onEvent: (event) => events.push(startedEvent(event)),
    signal: until,
  });
  const completed = subscribeToOne(transport, 'AnalysisCompleted', correlationId, {
    onEvent: (event) => events.push(completedEvent(event)),
    signal: until,
  }).then(() => events.fail(streamEnded())); // read only if no `completed` was pushed before
  const fail = (error: unknown) => events.fail(error);
  started.catch(fail);
  completed.catch(fail);

  const seen = new Set<string | null>();
  try {
    for (;;) {
      const event = await events.next();
      if (seen.has(event.eventId)) continue;
      seen.add(event.eventId);
      yield event;
      if (event.state === 'completed') return;
    }
  } finally {
    done.abort();
  }
}

async function subscribeToOne<Operation extends keyof Payloads>(
  transport: Transport,
  operation: Operation,
  correlationId: string,
  { onEvent, signal }: { onEvent: (event: Payloads[Operation]) => void; signal: AbortSignal },
): Promise<void> {
  const retryLoop = transport.createRetryLoop({ forMs: Infinity, signal });
  for (;;) {
    try {
      // Without `after` the gateway sends the known state first, so nothing can be missed.
      await subscribe(transport, operation, { correlationId }, { onEvent, signal });
      return;
    } catch (error) {
      if (!(error instanceof CursorExpiredError)) throw error;
      await retryLoop.waitOrThrow(cursorExpired(error));
    }
  }
}

const streamEnded = () =>
  new UnexpectedAnswerError('STREAM_ENDED', 'stream completed without the result of the analysis', {
    remedy: 'Ask for it with `analysis(correlationId)`.',
  });
