import type { Analysis, FeedCursors } from '../../contracts/schema.generated.ts';
import { CursorExpiredError, UnexpectedAnswerError } from './errors.ts';
import { EventQueue } from './event-queue.ts';
import { completedEvent, startedEvent, type FeedEvent } from './events.ts';
import { listen, type Payloads } from './listen.ts';
import { readAnalyses, readFeedCursors } from './read-analyses.ts';
import { SeenRuns } from './seen-runs.ts';
import type { Transport } from './transport.ts';
import { anyOf } from './tries.ts';

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
  let heardAt = new Date().toISOString(); // nothing before it is new, unless still running
  const tell = (event: FeedEvent) => {
    if (seen.isNew(event)) queue.push(event);
    heardAt = event.state === 'completed' ? event.completedAt : event.startedAt;
  };

  const begin = from ?? (await readFeedCursors(transport, { signal: until, retryForMs: Infinity }));
  const feeds = [
    feed('AnalysisStarted', begin.started, (of) => tell(startedEvent(of))),
    feed('AnalysisCompleted', begin.completed, (of) => tell(completedEvent(of))),
  ];
  for (const running of feeds) running.catch((error: unknown) => queue.fail(error));

  try {
    for (;;) yield await queue.next();
  } finally {
    stop.abort();
  }

  async function feed<Operation extends keyof Payloads>(
    operation: Operation,
    begin: string,
    onEvent: (event: Payloads[Operation]) => void,
  ): Promise<void> {
    for (let after = begin; ; after = await catchUp(operation)) {
      try {
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
    const cursors = await readFeedCursors(transport, calls);
    const missed: Analysis[] = [];
    const back = earlier(heardAt, seen.oldestRunning()) - clockSlackMs;
    for await (const analysis of readAnalyses(transport, calls)) {
      if (Date.parse(analysis.startedAt) < back) break; // newest first
      missed.unshift(analysis);
    }
    for (const analysis of missed) for (const event of factsOf(analysis)) tell(event);
    return operation === 'AnalysisStarted' ? cursors.started : cursors.completed;
  }
}

const clockSlackMs = 60_000; // events and the list are stamped by different machines

const earlier = (a: string, b: string | undefined) =>
  Math.min(Date.parse(a), b === undefined ? Infinity : Date.parse(b));

function factsOf(analysis: Analysis): FeedEvent[] {
  const missed = { eventId: null, cursor: null } as const;
  const { correlationId, objectKey, startedAt, completedAt } = analysis;
  const started = startedEvent({ correlationId, objectKey, startedAt, ...missed });
  if (analysis.state === 'RUNNING' || completedAt == null) return [started];
  const { recognitionPayload = null, failure = null } = analysis;
  const facts = { correlationId, objectKey, startedAt, completedAt, recognitionPayload, failure };
  return [started, completedEvent({ ...facts, ...missed })];
}
