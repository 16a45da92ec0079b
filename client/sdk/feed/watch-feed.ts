import { LRUCache } from 'lru-cache';
import type { Analysis } from '../../../contracts/schema.generated.ts';
import { CursorExpiredError, UnexpectedAnswerError } from '../http/errors.ts';
import { EventQueue } from './event-queue.ts';
import { completedEvent, startedEvent, type FeedEvent } from './events.ts';
import {
  readAnalyses,
  readFeedCursors,
  type FeedCursors,
  type ListOptions,
} from '../graphql/read-analyses.ts';
import { anyOf } from '../http/retry.ts';
import type { Transport } from '../graphql/transport.ts';
import { cursorExpired, subscribe, type Payloads } from './subscribe.ts';

export interface WatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where to begin: the cursors of the last events read earlier. Default: now. */
  readonly from?: FeedCursors | undefined;
}

/**
 * Every `started` and `completed` of the caller's own analyses, each once, until aborted. Cuts are
 * resumed by cursor. Where a cursor has expired, what was missed is read from the list of analyses,
 * by the service's clocks alone, and the feed goes on from now. Where `from` has expired, events of
 * the ten minutes before it may come again; where it does not say its time (a cursor of an earlier
 * version), all that the list holds. A reader that is slow slows down the connections.
 */
export async function* watchFeed(
  transport: Transport,
  { signal, from }: WatchOptions,
): AsyncGenerator<FeedEvent, void, undefined> {
  const stop = new AbortController();
  const until = anyOf(stop.signal, signal);
  const queue = new EventQueue<FeedEvent>();
  const delivered = new DeliveredEvents();
  const emit = (event: FeedEvent) => {
    if (delivered.add(event)) queue.push(event);
  };
  const fail = (error: unknown) => queue.fail(error);

  const begin = from ?? (await readFeedCursors(transport, { signal: until, retryForMs: Infinity }));
  feed('AnalysisStarted', begin.started, startedEvent).catch(fail);
  feed('AnalysisCompleted', begin.completed, completedEvent).catch(fail);

  try {
    for (;;) yield await queue.next();
  } finally {
    stop.abort();
  }

  async function feed<Operation extends keyof Payloads>(
    operation: Operation,
    begin: string,
    toEvent: (payload: Payloads[Operation]) => FeedEvent,
  ): Promise<void> {
    const retryLoop = transport.createRetryLoop({ forMs: Infinity, signal: until });
    let newest: number | undefined;
    const onEvent = (payload: Payloads[Operation]) => {
      const event = toEvent(payload);
      newest = Math.max(newest ?? 0, timeOf(event));
      retryLoop.reset();
      emit(event);
    };
    const waitForCapacity = () => queue.waitForCapacity();
    for (let after = begin; ;) {
      try {
        await subscribe(
          transport,
          operation,
          { after },
          { onEvent, waitForCapacity, signal: until },
        );
        throw new UnexpectedAnswerError(
          'FEED_ENDED',
          'feed completed: expected a stream without end',
          {
            remedy: 'Watch again.',
          },
        );
      } catch (error) {
        if (!(error instanceof CursorExpiredError)) throw error;
        await retryLoop.waitOrThrow(cursorExpired(error));
        after = await catchUp(operation, error.since?.getTime() ?? newest);
      }
    }
  }

  /**
   * The cursors are taken first: what happens while the list is read comes over the feed again. The list
   * is asked for with all that stands before the cursor, however far it lags behind the feed.
   */
  async function catchUp(operation: keyof Payloads, expired = 0): Promise<string> {
    const calls = { signal: until, retryForMs: Infinity };
    const since = expired - eventLagMs;
    const cursors = await readFeedCursors(transport, calls);
    const cursor = operation === 'AnalysisStarted' ? cursors.started : cursors.completed;
    const listed = { ...calls, atLeast: cursor };
    for (const event of await readMissed(transport, operation, since, listed)) {
      await queue.waitForCapacity();
      emit(event);
    }
    return cursor;
  }
}

const eventLagMs = 10 * 60_000; // an event enters the feed later than its analysis ended
const longestRunMs = 48 * 60 * 60 * 1000; // an analysis is given up after 24 h, unless configured

const timeOf = (event: FeedEvent) =>
  Date.parse(event.state === 'completed' ? event.completedAt : event.startedAt);

/** The events since then of one feed, as the list of analyses knows them, oldest first. */
async function readMissed(
  transport: Transport,
  operation: keyof Payloads,
  since: number,
  calls: ListOptions,
): Promise<FeedEvent[]> {
  const missed: FeedEvent[] = [];
  for await (const analysis of readAnalyses(transport, calls)) {
    if (Date.parse(analysis.startedAt) < since - longestRunMs) break; // newest first
    const event = operation === 'AnalysisStarted' ? startOf(analysis) : endOf(analysis);
    if (event !== undefined && timeOf(event) >= since) missed.push(event);
  }
  return missed.sort((a, b) => timeOf(a) - timeOf(b));
}

const unplaced = { eventId: null, cursor: null } as const;

const startOf = ({ correlationId, objectKey, startedAt }: Analysis): FeedEvent =>
  startedEvent({ correlationId, objectKey, startedAt, ...unplaced });

function endOf(analysis: Analysis): FeedEvent | undefined {
  const { correlationId, objectKey, startedAt, completedAt } = analysis;
  if (analysis.state === 'RUNNING' || completedAt == null) return undefined;
  const { recognitionPayload = null, failure = null } = analysis;
  const run = { correlationId, objectKey, startedAt, completedAt, recognitionPayload, failure };
  return completedEvent({ ...run, ...unplaced });
}

const remembered = 20_000; // far more than a gateway replays; an older event may come twice

interface Run {
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
}

/**
 * What was delivered already. Repeats of one event share an id; what was read from `analyses` has
 * none, so runs are also distinguished by time: an operator's new run of the same photo starts after
 * the end of the one before.
 */
class DeliveredEvents {
  readonly #eventIds = new LRUCache<string, true>({ max: remembered });
  readonly #runs = new LRUCache<string, Run>({ max: remembered });

  /** True the first time; the event counts as delivered from then on. */
  add(event: FeedEvent): boolean {
    if (event.eventId !== null) {
      if (this.#eventIds.has(event.eventId)) return false;
      this.#eventIds.set(event.eventId, true);
    }
    const known = this.#runs.get(event.correlationId);
    if (notBefore(known?.completedAt, event.startedAt)) return false; // its end was delivered
    if (event.state === 'started' && notBefore(known?.startedAt, event.startedAt)) return false;
    this.#runs.set(event.correlationId, {
      startedAt: event.startedAt,
      completedAt: event.state === 'completed' ? event.completedAt : undefined,
    });
    return true;
  }
}

const notBefore = (known: string | undefined, at: string) =>
  known !== undefined && Date.parse(known) >= Date.parse(at);
