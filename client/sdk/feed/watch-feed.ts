import type { Analysis, FeedCursors } from '../../../contracts/schema.generated.ts';
import { CursorExpiredError, UnexpectedAnswerError } from '../errors.ts';
import { EventQueue } from './event-queue.ts';
import { completedEvent, startedEvent, type FeedEvent } from './events.ts';
import { listen, type Payloads } from './listen.ts';
import { readAnalyses, readFeedCursors } from '../read-analyses.ts';
import { SeenRuns } from './seen-runs.ts';
import type { CallOptions, Transport } from '../transport.ts';
import { anyOf, sleep } from '../tries.ts';

export interface WatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where to begin: the cursors of the last events read earlier. Default: now. */
  readonly from?: FeedCursors | undefined;
}

/**
 * Every `started` and `completed` of the caller's own analyses, each once, until aborted. Cuts are
 * resumed by cursor. Where a feed cannot go on behind its cursor, the list of analyses tells what
 * was missed, and the feed goes on from now.
 */
export async function* watchFeed(
  transport: Transport,
  { signal, from }: WatchOptions,
): AsyncGenerator<FeedEvent, void, undefined> {
  const stop = new AbortController();
  const until = anyOf(stop.signal, signal);
  const queue = new EventQueue<FeedEvent>();
  const seen = new SeenRuns();
  const heardUntil = { AnalysisStarted: Date.now(), AnalysisCompleted: Date.now() };
  const tell = (operation: keyof Payloads, event: FeedEvent) => {
    if (seen.isNew(event)) queue.push(event);
    heardUntil[operation] = timeOf(event);
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
    for (let after = begin; ; after = await catchUp(operation)) {
      try {
        const onEvent = (payload: Payloads[Operation]) => tell(operation, toEvent(payload));
        await listen(transport, operation, { after }, onEvent, until);
        throw new UnexpectedAnswerError('FEED_ENDED', 'the gateway ended a feed that has no end', {
          remedy: 'Watch again.',
        });
      } catch (error) {
        if (!(error instanceof CursorExpiredError)) throw error;
      }
    }
  }

  /** The cursors are taken first: what happens while the list is read comes over the feed again. */
  async function catchUp(operation: keyof Payloads): Promise<string> {
    const calls = { signal: until, retryForMs: Infinity };
    const since = heardUntil[operation] - clockSlackMs;
    const tellMissed = async () => {
      for (const event of await readMissed(transport, operation, since, calls))
        tell(operation, event);
    };
    const cursors = await readFeedCursors(transport, calls);
    await tellMissed();
    // The list follows the events by a moment: what it did not know yet, it knows then.
    sleep(listLagMs, until).then(tellMissed).catch(fail);
    return operation === 'AnalysisStarted' ? cursors.started : cursors.completed;
  }
}

const clockSlackMs = 60_000; // events and lists are stamped by other machines than this one
const listLagMs = 5_000;
const longestRunMs = 48 * 60 * 60 * 1000; // an analysis is given up after 24 h, unless configured

const timeOf = (event: FeedEvent) =>
  Date.parse(event.state === 'completed' ? event.completedAt : event.startedAt);

/** What the list of analyses knows and one feed has not told since then, oldest first. */
async function readMissed(
  transport: Transport,
  operation: keyof Payloads,
  since: number,
  calls: CallOptions,
): Promise<FeedEvent[]> {
  const missed: FeedEvent[] = [];
  for await (const analysis of readAnalyses(transport, calls)) {
    if (Date.parse(analysis.startedAt) < since - longestRunMs) break; // newest first
    const fact = operation === 'AnalysisStarted' ? startOf(analysis) : endOf(analysis);
    if (fact !== undefined && timeOf(fact) >= since) missed.push(fact);
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
  const facts = { correlationId, objectKey, startedAt, completedAt, recognitionPayload, failure };
  return completedEvent({ ...facts, ...unplaced });
}
