import {
  beforeFirst,
  decodeCursor,
  encodeCursor,
  type Cursor,
  type CursorField,
} from './cursor.ts';
import type { DeletedAnalyses } from './deleted-analyses.ts';
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
 * What one subscription field shows: one feed, or those of starts, of results and of what owners change
 * merged. A cursor is a position in each, so what is behind it does not depend on which stream a replica
 * read faster.
 *
 * Merged, each feed keeps its order, and no start comes after the result of its run: a replay puts
 * it before. Live a result does not wait, so a start that is read later is left out, then and behind
 * every cursor that has the result; as far back as the log of results goes. A replay puts a correction
 * behind the first result of its analysis. What was deleted is in none of them, but for the deletion.
 */
export class FeedView {
  readonly field: CursorField;
  readonly #feeds: readonly Feed[];
  /** Of a merged view alone: what a start may come too late for. */
  readonly #results: Feed | undefined;
  /** Of a merged view alone. */
  readonly #changes: Feed | undefined;
  readonly #deleted: DeletedAnalyses;

  constructor(
    field: CursorField,
    feeds: readonly [Feed] | readonly [starts: Feed, results: Feed, changes: Feed],
    deleted: DeletedAnalyses,
  ) {
    this.field = field;
    this.#feeds = feeds;
    this.#results = feeds[1];
    this.#changes = feeds[2];
    this.#deleted = deleted;
  }

  /** The ends of its streams, as read here. @throws {Problem} 503 before anything was read. */
  newestCursor(): string {
    if (this.#feeds.some(({ log }) => log.newest === undefined)) throw feedUnavailable();
    return encodeCursor(this.field, this.#ends());
  }

  /** @throws {Problem} 400 `CURSOR_INVALID` unless this field gave it. */
  decodeCursor(cursor: string): Positions {
    return decodeCursor(this.field, cursor);
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

  /** Whether a position stands behind the end of its stream, which was recreated then; false where nobody knows. */
  async isBehindEnd(positions: Positions): Promise<boolean> {
    for (const [feed, position] of this.#each(positions))
      if (feed.caughtUp && feed.log.canResume(position) === 'ahead')
        if (!(await feed.isInStream(position.offset))) return true;
    return false;
  }

  /** An owner's events behind the positions, in the order in which they are to be sent. */
  read(owner: string, after: Positions): ReplayedEvent[] {
    const [first = [], results = [], changes = []] = this.#each(after).map(([feed, { offset }]) =>
      feed.log.read(owner, undefined, offset),
    );
    const resultsRead = after[1]?.offset ?? -1;
    const inTime = first.filter((event) => !this.#isLate(event, resultsRead));
    let read = after;
    return mergeChanges(merge(inTime, results), changes).map((event) => {
      const positions = (read = this.#with(read, event));
      return { event, cursor: () => encodeCursor(this.field, positions) };
    });
  }

  /**
   * What is known of one analysis, in the order in which it is to be sent: its deletion; or the furthest of
   * its newest run, and behind a result what the owner said last.
   */
  known(owner: string, correlationId: string): ReplayedEvent[] {
    const change = this.#changes?.log.read(owner, correlationId, -1).at(-1);
    if (change?.type === 'analysis.deleted') return [this.#knownAs(change)];
    const furthest = this.#furthest(owner, correlationId);
    if (furthest === undefined) return [];
    if (change === undefined || !this.isFinal(furthest)) return [this.#knownAs(furthest)];
    return [this.#knownAs(furthest, change), this.#knownAs(change)];
  }

  /** The result of the newest run, or else its start. */
  #furthest(owner: string, correlationId: string): FeedEvent | undefined {
    for (const feed of this.#feeds.toReversed()) {
      if (feed === this.#changes) continue;
      const event = feed.runs.newestOf(feed.log.read(owner, correlationId, -1));
      if (event !== undefined) return event;
    }
    return undefined;
  }

  /** Who comes back with the cursor of an event that another one follows gets that one, and some repeats. */
  #knownAs(event: FeedEvent, followedBy?: FeedEvent): ReplayedEvent {
    const ends = this.#each(this.#ends()).map(([{ field }, end]) =>
      field === followedBy?.field ? beforeFirst : end,
    );
    const cursor = encodeCursor(this.field, this.#with(ends, event));
    return { event, cursor: () => cursor };
  }

  /** Whether a subscription of one correlationId has nothing more to send behind it. */
  isFinal(event: FeedEvent): boolean {
    return (
      event.type === 'analysis.deleted' || event.field === (this.#results ?? this.#feeds[0])?.field
    );
  }

  isDeleted(owner: string, correlationId: string): boolean {
    return this.#deleted.has(owner, correlationId);
  }

  /** Whether it is deleted, and the view has no event of that. */
  isSilentlyDeleted(owner: string, correlationId: string): boolean {
    return this.#changes === undefined && this.isDeleted(owner, correlationId);
  }

  /** Calls back when it is deleted, unless the view has an event of that. @returns what ends it. */
  onSilentDeletion(owner: string, correlationId: string, listener: () => void): () => void {
    return this.#changes === undefined
      ? this.#deleted.onDeleted(owner, correlationId, listener)
      : () => undefined;
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
    if (this.#results === undefined || field !== this.#feeds[0]?.field) return false;
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

/** By the time of entry, each list in its own order, and no change before the first result of its analysis. */
function mergeChanges(
  events: readonly FeedEvent[],
  changes: readonly FeedEvent[],
): readonly FeedEvent[] {
  if (changes.length === 0) return events;
  const firstResult = new Map<string, number>();
  for (const [index, { field, correlationId }] of events.entries())
    if (field === 'completed' && !firstResult.has(correlationId))
      firstResult.set(correlationId, index);
  const merged: FeedEvent[] = [];
  let next = 0;
  for (const change of changes) {
    const own = firstResult.get(change.correlationId) ?? -1;
    for (let event = events[next]; event !== undefined; event = events[next]) {
      if (next > own && event.at > change.at) break;
      merged.push(event);
      next += 1;
    }
    merged.push(change);
  }
  return [...merged, ...events.slice(next)];
}
