import { decodeCursor, encodeCursor, type Cursor, type CursorField } from './cursor.ts';
import type { FeedEvent } from './event-log.ts';
import { feedUnavailable, type Feed } from './feed.ts';
import type { Run } from './newest-runs.ts';

/** An event, and the cursor on which a client goes on behind it; made when it is needed. */
export interface ReplayedEvent {
  readonly event: FeedEvent;
  readonly cursor: () => string;
}

/** By the order of its feeds: what was read of each. */
export type Positions = readonly Cursor[];

const nothingRead: Cursor = { offset: 0, fingerprint: '00000000', at: 0 };

/**
 * What one subscription field shows: one feed, or that of starts and that of results merged. A cursor
 * is a position in each, so what is behind it does not depend on which stream a replica read faster.
 *
 * Merged, each feed keeps its order, and no start comes after the result of its run: a replay puts
 * it before. Live a result does not wait, so a start that is read later is left out, then and behind
 * every cursor that has the result; as far back as the log of results goes.
 */
export class FeedView {
  readonly field: CursorField;
  readonly #feeds: readonly Feed[];
  /** Of a merged view alone: what a start may come too late for. */
  readonly #results: Feed | undefined;

  constructor(field: CursorField, feeds: readonly [Feed] | readonly [starts: Feed, results: Feed]) {
    this.field = field;
    this.#feeds = feeds;
    this.#results = feeds[1];
  }

  /** The ends of its streams, as read here. @throws {Problem} 503 before anything was read. */
  newestCursor(): string {
    if (this.#feeds.some(({ log }) => log.newest === undefined)) throw feedUnavailable();
    return encodeCursor(this.field, this.#ends());
  }

  /** @throws {Problem} 400 `CURSOR_INVALID` unless this field gave it. */
  decodeCursor(cursor: string): Positions {
    return decodeCursor(this.field, this.#feeds.length, cursor);
  }

  /** From now on the subscriber gets the owner's events, or those of one correlationId. */
  subscribe(
    owner: string,
    correlationId: string | undefined,
    subscriber: { push(event: FeedEvent, cursor: string): void },
  ): () => void {
    const push = (event: FeedEvent) => {
      if (!this.#isLate(event, Infinity)) subscriber.push(event, this.cursorOf(event));
    };
    const ends = this.#feeds.map((feed) => feed.subscribe(owner, correlationId, { push }));
    return () => ends.forEach((end) => end());
  }

  /** Of an event that is read last, or known when nothing else is to be replayed. */
  cursorOf(event: FeedEvent): string {
    return encodeCursor(this.field, this.#with(this.#ends(), event));
  }

  /** Resolves once all positions have been read, or after the time given. */
  async waitFor(positions: Positions, timeoutMs: number): Promise<void> {
    await Promise.all(
      this.#each(positions).map(([feed, { offset }]) => feed.waitForOffset(offset, timeoutMs)),
    );
  }

  /** Whether everything behind these positions can be replayed. */
  canResume(positions: Positions): boolean {
    return this.#each(positions).every(([feed, at]) => feed.log.canResume(at) === 'yes');
  }

  /** Why they are expired; undefined where this replica has not read as far, and they may be good. */
  async whyExpired(positions: Positions): Promise<string | undefined> {
    for (const [feed, position] of this.#each(positions)) {
      const resumable = feed.log.canResume(position);
      if (resumable === 'yes' || !feed.caughtUp) continue;
      if (resumable === 'no') return 'too old';
      if (!(await feed.isInStream(position.offset))) return 'the feed was recreated';
    }
    return undefined;
  }

  /** An owner's events behind the positions, in the order in which they are to be sent. */
  read(owner: string, after: Positions): ReplayedEvent[] {
    const [first = [], results = []] = this.#each(after).map(([feed, { offset }]) =>
      feed.log.read(owner, undefined, offset),
    );
    const resultsRead = after[1]?.offset ?? -1;
    const inTime = first.filter((event) => !this.#isLate(event, resultsRead));
    let read = after;
    return merge(inTime, results).map((event) => {
      const positions = (read = this.#with(read, event));
      return { event, cursor: () => encodeCursor(this.field, positions) };
    });
  }

  /** The furthest that is known of one analysis: the result of its newest run, or else its start. */
  furthest(owner: string, correlationId: string): FeedEvent | undefined {
    for (const { log, runs } of this.#feeds.toReversed()) {
      const event = runs.newestOf(log.read(owner, correlationId, -1));
      if (event !== undefined) return event;
    }
    return undefined;
  }

  /** Whether a subscription of one correlationId has nothing more to send behind it. */
  isFinal(event: FeedEvent): boolean {
    return event.field === this.#feeds.at(-1)?.field;
  }

  isAfter(event: FeedEvent, positions: Positions): boolean {
    return this.#each(positions).every(
      ([{ field }, { offset }]) => field !== event.field || event.offset > offset,
    );
  }

  isSuperseded(run: Run): boolean {
    return this.#feeds.some(({ runs }) => runs.isSuperseded(run));
  }

  /** Whether the result of its run was among the results read as far as the offset. */
  #isLate({ field, owner, correlationId, runId }: FeedEvent, resultsRead: number): boolean {
    if (this.#results === undefined || field === this.#results.field) return false;
    return this.#results.log
      .read(owner, correlationId, -1)
      .some((result) => result.runId === runId && result.offset <= resultsRead);
  }

  #ends(): Positions {
    return this.#feeds.map(({ end }) => end ?? nothingRead);
  }

  #with(positions: Positions, event: FeedEvent): Positions {
    return this.#each(positions).map(([{ field }, at]) => (field === event.field ? event : at));
  }

  #each(positions: Positions): (readonly [Feed, Cursor])[] {
    return this.#feeds.map((feed, index) => [feed, positions[index] ?? nothingRead] as const);
  }
}

/** By the time of entry, each list in its own order, and a start always before the result of its run. */
function merge(starts: readonly FeedEvent[], results: readonly FeedEvent[]): FeedEvent[] {
  const runOf = ({ correlationId, runId }: FeedEvent) => `${correlationId}/${runId}`;
  const placeOfStart = new Map(starts.map((event, index) => [runOf(event), index]));
  const merged: FeedEvent[] = [];
  let next = 0;
  for (const result of results) {
    const own = placeOfStart.get(runOf(result)) ?? -1;
    for (let start = starts[next]; start !== undefined; start = starts[next]) {
      if (next > own && start.at > result.at) break;
      merged.push(start);
      next += 1;
    }
    merged.push(result);
  }
  return [...merged, ...starts.slice(next)];
}
