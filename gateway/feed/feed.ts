import { decodeEvent, readAttributes } from '../../contracts/cloudevents.ts';
import { streamMarkerHeader } from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';
import {
  clockDifferenceMs,
  RabbitUnavailableError,
  type RabbitConnection,
} from '../../platform/rabbitmq/rabbitmq.ts';
import type { FeedField, Position, TimedPosition } from './cursor.ts';
import { Deduplicator, deduplication } from './deduplicator.ts';
import type { DeletedAnalyses } from './deleted-analyses.ts';
import { EventLog, correlationKey, feedEventTypes, type FeedEvent } from './event-log.ts';
import { followStream, type StreamMessage } from './follow-stream.ts';
import type { NewestRuns } from './newest-runs.ts';

/** Gets each new event of its key, in the order of the stream. */
export interface FeedSubscriber {
  push(event: FeedEvent): void;
}

/** What is counted of a feed; see `metrics.ts`. */
export interface FeedCounters {
  read(field: FeedField, lagMs: number): void;
  repeated(field: FeedField): void;
  unreadable(field: FeedField): void;
}

export interface FeedDeps {
  rabbit: RabbitConnection;
  runs: NewestRuns;
  deleted: DeletedAnalyses;
  /** Called for each event of a deletion, before anybody gets it. */
  onDeleted: (owner: string, correlationId: string) => void;
  windowMs: number;
  bytes: number;
  counters: FeedCounters;
  logger: Logger;
  now: () => number;
  /** For tests: how long to wait for the feed's own marker. */
  markerTimeoutMs?: number | undefined;
}

/** RabbitMQ is unavailable, or the stream has not been read to its end yet. */
export const feedUnavailable = () =>
  new Problem(503, 'FEED_UNAVAILABLE', 'the feed has not caught up; subscribe again in a second', {
    retryAfter: 1,
  });

/**
 * One stream queue in this replica: its last window in memory, and its subscribers. It is the same
 * in every replica.
 */
export class Feed {
  readonly field: FeedField;
  readonly log: EventLog;
  readonly runs: NewestRuns;
  readonly #deps: FeedDeps;
  readonly #deduplicator: Deduplicator;
  readonly #subscribers = new Map<string, Set<FeedSubscriber>>();
  readonly #waiters = new Set<{ offset: number; resolve: (value?: undefined) => void }>();
  readonly #queue: string;
  readonly #follower: ReturnType<typeof followStream>;
  #isRereading = false;
  #endOfDeleted: TimedPosition | undefined;

  constructor(field: FeedField, queue: { readonly name: string }, deps: FeedDeps) {
    this.field = field;
    this.#queue = queue.name;
    this.#deps = deps;
    this.runs = deps.runs;
    this.log = new EventLog({ windowMs: deps.windowMs, bytes: deps.bytes }, deps.now);
    this.#deduplicator = new Deduplicator(deduplication, deps.now);
    this.#follower = followStream({
      ...deps,
      queue: queue.name,
      wantedFrom: () => new Date(deps.now() - deps.windowMs - clockDifferenceMs),
      onMessage: (message, position) => this.#onMessage(message, position),
      onRecreated: () => {
        this.#endOfDeleted = this.end;
        this.log.clear();
        this.#isRereading = true; // repeats are indexed again, but not dispatched again
      },
    });
  }

  /** Subscriptions are answered only while this holds. */
  get caughtUp(): boolean {
    return this.#follower.caughtUp;
  }

  /** Ids by which repeats are recognised. */
  get knownIds(): number {
    return this.#deduplicator.size;
  }

  /** The message read last; of a deleted stream, until the first of the new one has been read. */
  get end(): TimedPosition | undefined {
    if (this.log.newest === undefined) return this.#endOfDeleted;
    const { offset, fingerprint, at } = this.log.newest; // not the entry: it would stay with its body
    return { offset, fingerprint, at };
  }

  /** How many messages of the stream, at least, were not read yet. @throws {RabbitUnavailableError} */
  async lag(): Promise<number> {
    const end = await this.#deps.rabbit.streamEnd(this.#queue);
    return Math.max(0, (end ?? -1) - this.#newestOffset);
  }

  /** Whether the stream itself holds this offset, read here or not; true when nobody knows. */
  async isInStream(offset: number): Promise<boolean> {
    try {
      const end = await this.#deps.rabbit.streamEnd(this.#queue);
      return end === undefined || end >= offset;
    } catch (error) {
      if (error instanceof RabbitUnavailableError) return true;
      throw error;
    }
  }

  /** From now on the subscriber gets the owner's events, or those of one correlationId. */
  subscribe(
    owner: string,
    correlationId: string | undefined,
    subscriber: FeedSubscriber,
  ): () => void {
    const key = correlationId === undefined ? owner : correlationKey(owner, correlationId);
    const subscribers = this.#subscribers.get(key) ?? new Set();
    subscribers.add(subscriber);
    this.#subscribers.set(key, subscribers);
    return () => {
      subscribers.delete(subscriber);
      if (subscribers.size === 0 && this.#subscribers.get(key) === subscribers)
        this.#subscribers.delete(key);
    };
  }

  /** Resolves once the offset has been read, or after the time given. */
  async waitForOffset(offset: number, timeoutMs: number): Promise<void> {
    if (offset <= this.#newestOffset) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const waiter = { offset, resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
    this.#waiters.delete(waiter);
  }

  stop(): Promise<void> {
    return this.#follower.stop();
  }

  get #newestOffset(): number {
    return this.log.newest?.offset ?? -1;
  }

  #onMessage(message: StreamMessage, position: Position): void {
    if (this.caughtUp) this.#isRereading = false;
    const marked = message.headers[streamMarkerHeader];
    const isMarker = marked !== undefined;
    const at = this.#enteredAt(Date.parse(marked ?? readAttributes(message.headers)['time'] ?? ''));
    const isNew = this.#deduplicator.add(position.fingerprint);
    const event =
      !isMarker && (isNew || this.#isRereading) && this.#isWanted(at)
        ? this.#decode(message, { ...position, at })
        : undefined;
    if (event?.type === 'analysis.deleted') this.#deps.onDeleted(event.owner, event.correlationId);
    else if (event !== undefined) this.runs.note(event);
    const isIndexed = event !== undefined && this.log.has(event.id);
    this.log.append({ ...position, at, event: isIndexed ? undefined : event });
    if (event !== undefined && isNew) this.#dispatch(event);
    if (!isNew && !this.#isRereading) this.#deps.counters.repeated(this.field);
    for (const waiter of this.#waiters) if (waiter.offset <= position.offset) waiter.resolve();
  }

  /** Never before what stands in front of it in the stream, never in the future. */
  #enteredAt(published: number): number {
    const now = this.#deps.now();
    if (this.caughtUp) return now;
    const before = this.log.newest?.at ?? 0;
    return Math.min(now, Number.isNaN(published) ? before : Math.max(published, before));
  }

  /** At start more than the window is read, but only the window is replayed; after an outage, all of it. */
  #isWanted(at: number): boolean {
    return this.log.isRecent(at) || this.#subscribers.size > 0;
  }

  #decode(message: StreamMessage, position: TimedPosition): FeedEvent | undefined {
    const { counters, deleted, logger, now } = this.#deps;
    try {
      const type = this.#typeOf(message);
      const event = decodeEvent(type, message.headers, message.body);
      counters.read(this.field, now() - Date.parse(event.time));
      if (type !== 'analysis.deleted' && deleted.has(event.owner, event.correlationid))
        return undefined;
      return {
        ...position,
        ...{ field: this.field, type },
        id: event.id,
        owner: event.owner,
        correlationId: event.correlationid,
        runId: event.runid,
        startedAt: 'startedAt' in event.data ? Date.parse(event.data.startedAt) : 0,
        body: Buffer.from(message.body), // a copy: the original holds on to a whole frame
      };
    } catch (error) {
      counters.unreadable(this.field);
      logger.error(
        { err: error, queue: this.#queue, offset: position.offset },
        'event skipped: does not match its schema in contracts/events.ts',
      );
      return undefined;
    }
  }

  #typeOf({ headers }: StreamMessage) {
    const types = feedEventTypes[this.field];
    const given = readAttributes(headers)['type'];
    return types.find((type) => type === given) ?? types[0]; // refused with all that is wrong with it
  }

  /** A subscriber of the correlationId gets its newest run only, one of the owner everything. */
  #dispatch(event: FeedEvent): void {
    for (const subscriber of this.#subscribers.get(event.owner) ?? []) subscriber.push(event);
    if (event.runId !== undefined && this.runs.isSuperseded(event)) return;
    const key = correlationKey(event.owner, event.correlationId);
    for (const subscriber of this.#subscribers.get(key) ?? []) subscriber.push(event);
  }
}
