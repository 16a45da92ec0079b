import { decodeEvent, readAttributes } from '../../contracts/cloudevents.ts';
import type { Logger } from '../../platform/logger.ts';
import { RabbitUnavailableError, type RabbitConnection } from '../../platform/rabbitmq/rabbitmq.ts';
import { writeCursor, type FeedField, type Position } from './cursor.ts';
import { EventLog, correlationKey, type FeedEvent } from './event-log.ts';
import {
  followStream,
  markerHeader,
  type StreamFollower,
  type StreamMessage,
} from './follow-stream.ts';
import { KnownIds } from './known-ids.ts';
import type { NewestRuns, Run } from './newest-runs.ts';

const eventTypes = { started: 'analysis.started', completed: 'analysis.completed' } as const;
/** As long as the streams keep, at up to 500,000 events in that time (5.8 a second, day and night). */
const dedupe = { keepMs: 24 * 60 * 60 * 1_000, most: 500_000 };

/** Told of each new event of its key, in the order of the stream. */
export interface FeedListener {
  hear(event: FeedEvent): void;
}

/** What is counted of a feed; see `metrics.ts`. */
export interface FeedCounters {
  read(field: FeedField, lagMs: number): void;
  repeated(field: FeedField): void;
  unreadable(field: FeedField): void;
}

/**
 * One subscription field as this replica knows it: a stream queue read from its first retained
 * message, its last window in memory, and the subscribers who listen. Any replica has the same.
 */
export class Feed {
  readonly field: FeedField;
  readonly log: EventLog;
  readonly #parts: FeedParts;
  readonly #known: KnownIds;
  readonly #listeners = new Map<string, Set<FeedListener>>();
  readonly #awaited = new Set<{ offset: number; resolve: (value?: undefined) => void }>();
  readonly #queue: string;
  readonly #follower: StreamFollower;
  #rereading = false;

  constructor(field: FeedField, queue: { readonly name: string }, parts: FeedParts) {
    this.field = field;
    this.#queue = queue.name;
    this.#parts = parts;
    this.log = new EventLog({ windowMs: parts.windowMs, bytes: parts.bytes }, parts.now);
    this.#known = new KnownIds(dedupe, parts.now);
    this.#follower = followStream({
      rabbit: parts.rabbit,
      queue: queue.name,
      logger: parts.logger,
      onMessage: (message, position) => this.#take(message, position),
      onRecreated: () => {
        this.log.clear();
        this.#rereading = true; // what was told before is indexed again, but not told again
      },
      ...(parts.silenceMs === undefined ? {} : { silenceMs: parts.silenceMs }),
    });
  }

  /** Subscriptions are answered only while this holds. */
  get caughtUp(): boolean {
    return this.#follower.caughtUp;
  }

  /** Ids by which repeats are recognised. */
  get knownIds(): number {
    return this.#known.size;
  }

  /** Where the stream ends now; undefined before anything was read. */
  newestCursor(): string | undefined {
    return this.log.newest && writeCursor(this.field, this.log.newest);
  }

  /** How many messages of the stream, at least, were not read yet. @throws {RabbitUnavailableError} */
  async behind(): Promise<number> {
    const end = await this.#parts.rabbit.streamEnd(this.#queue);
    return Math.max(0, (end ?? -1) - (this.log.newest?.offset ?? -1));
  }

  /** Whether the stream itself goes as far as this offset, read here or not; true when nobody can tell. */
  async reachesInStream(offset: number): Promise<boolean> {
    try {
      const end = await this.#parts.rabbit.streamEnd(this.#queue);
      return end === undefined || end >= offset;
    } catch (error) {
      if (error instanceof RabbitUnavailableError) return true;
      throw error;
    }
  }

  /** From now on `listener` hears the owner's events, or those of one correlationId. */
  listen(owner: string, correlationId: string | undefined, listener: FeedListener): () => void {
    const key = correlationId === undefined ? owner : correlationKey(owner, correlationId);
    const listeners = this.#listeners.get(key) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(key, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners)
        this.#listeners.delete(key);
    };
  }

  /** Resolves once the offset has been read, or after the time given. */
  async reach(offset: number, withinMs: number): Promise<void> {
    if (offset <= (this.log.newest?.offset ?? -1)) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const awaited = { offset, resolve };
    this.#awaited.add(awaited);
    const timer = setTimeout(resolve, withinMs);
    await promise;
    clearTimeout(timer);
    this.#awaited.delete(awaited);
  }

  isSuperseded(run: Run): boolean {
    return this.#parts.runs.isSuperseded(run);
  }

  /** The newest run's event among those of one correlationId. */
  newestOf(events: readonly FeedEvent[]): FeedEvent | undefined {
    return events
      .filter((event) => !this.isSuperseded(event))
      .reduce<FeedEvent | undefined>(
        (newest, event) =>
          newest === undefined || event.startedAt >= newest.startedAt ? event : newest,
        undefined,
      );
  }

  async stop(): Promise<void> {
    await this.#follower.stop();
  }

  #take(message: StreamMessage, position: Position): void {
    if (this.caughtUp) this.#rereading = false;
    const isMarker = markerHeader in message.headers;
    const published = Date.parse(readAttributes(message.headers)['time'] ?? '');
    const at = isMarker ? this.#entered(Number.NaN) : this.#entered(published);
    const isNew = this.#known.add(position.fingerprint);
    const event =
      !isMarker && (isNew || this.#rereading) && this.#isWanted(at)
        ? this.#decode(message, position)
        : undefined;
    if (event !== undefined) this.#parts.runs.note(event);
    const isIndexed = event !== undefined && this.log.has(event.id);
    this.log.append({ ...position, at, event: isIndexed ? undefined : event });
    if (event !== undefined && isNew) this.#tell(event);
    if (!isNew && !this.#rereading) this.#parts.counters.repeated(this.field);
    for (const awaited of this.#awaited) if (awaited.offset <= position.offset) awaited.resolve();
  }

  /** Never before what stands in front of it in the stream, never in the future. */
  #entered(published: number): number {
    const now = this.#parts.now();
    const before = this.log.newest?.at ?? 0;
    if (this.caughtUp) return now;
    return Math.min(now, Number.isNaN(published) ? before : Math.max(published, before));
  }

  /** A day of events is read at start, but only the window is ever told; after an outage, all of it. */
  #isWanted(at: number): boolean {
    return this.log.isRecent(at) || this.#listeners.size > 0;
  }

  #decode(message: StreamMessage, position: Position): FeedEvent | undefined {
    try {
      const event = decodeEvent(eventTypes[this.field], message.headers, message.body);
      this.#parts.counters.read(this.field, this.#parts.now() - Date.parse(event.time));
      return {
        ...position,
        id: event.id,
        owner: event.owner,
        correlationId: event.correlationid,
        runId: event.runid,
        startedAt: Date.parse(event.data.startedAt),
        body: Buffer.from(message.body), // a copy: the original holds on to a whole frame
      };
    } catch (error) {
      this.#parts.counters.unreadable(this.field);
      this.#parts.logger.error({ err: error, ...position }, 'an unreadable event was passed over');
      return undefined;
    }
  }

  /** Who listens to the correlationId hears of its newest run only; the owner hears everything. */
  #tell(event: FeedEvent): void {
    for (const listener of this.#listeners.get(event.owner) ?? []) listener.hear(event);
    if (this.isSuperseded(event)) return;
    const key = correlationKey(event.owner, event.correlationId);
    for (const listener of this.#listeners.get(key) ?? []) listener.hear(event);
  }
}

export interface FeedParts {
  rabbit: RabbitConnection;
  runs: NewestRuns;
  windowMs: number;
  bytes: number;
  counters: FeedCounters;
  logger: Logger;
  now: () => number;
  /** For tests: how long the stream may be silent before its own marker is missed. */
  silenceMs?: number;
}
