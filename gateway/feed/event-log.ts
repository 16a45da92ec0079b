import type { EventType } from '../../contracts/events.ts';
import {
  isBeforeFirst,
  isSameMessage,
  type FeedField,
  type Position,
  type TimedPosition,
} from './cursor.ts';

/** What each stream carries. */
export const feedEventTypes = {
  started: ['analysis.started'],
  completed: ['analysis.completed'],
  changed: ['analysis.corrected', 'analysis.deleted'],
} as const satisfies Readonly<Record<FeedField, readonly EventType[]>>;
export type FeedEventType = (typeof feedEventTypes)[FeedField][number];

/** One event as it can be replayed; its body was checked against the contract when it was read. */
export interface FeedEvent extends TimedPosition {
  readonly field: FeedField;
  readonly type: FeedEventType;
  readonly id: string;
  readonly owner: string;
  readonly correlationId: string;
  readonly runId: string | undefined;
  /** When its run started, milliseconds since 1970: the newest run is the one that counts. 0 without a run. */
  readonly startedAt: number;
  /** UTF-8 JSON. */
  readonly body: Buffer;
}

/** A message of the stream: an event, or one that only moved the offset on. */
export interface LogEntry extends TimedPosition {
  readonly event: FeedEvent | undefined;
}

export const correlationKey = (owner: string, correlationId: string) => `${owner}/${correlationId}`;

// Ids, index entries and object heads of one event, beside its body; measured 0.6 to 0.8 kB.
const overheadBytes = 800;
const weightOf = (entry: LogEntry) =>
  entry.event === undefined ? 100 : entry.event.body.length + overheadBytes;

/**
 * What one replica can replay of one stream: the last window, bounded in bytes, indexed by owner and
 * by correlationId. Everything after the floor is here, nothing before it.
 */
export class EventLog {
  readonly #limits: { windowMs: number; bytes: number };
  readonly #now: () => number;
  readonly #entries = new Map<number, LogEntry>();
  readonly #index = new Map<string, Set<FeedEvent>>();
  readonly #ids = new Set<string>();
  #bytes = 0;
  #newest: LogEntry | undefined;
  /** The last entry evicted: a cursor on it is still good, since everything after it is here. */
  #floor: Position | undefined;

  constructor(limits: { windowMs: number; bytes: number }, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  get newest(): LogEntry | undefined {
    return this.#newest;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get events(): number {
    return this.#ids.size;
  }

  has(eventId: string): boolean {
    return this.#ids.has(eventId);
  }

  isRecent(at: number): boolean {
    return at >= this.#now() - this.#limits.windowMs;
  }

  append(entry: LogEntry): void {
    this.#entries.set(entry.offset, entry);
    this.#newest = entry;
    this.#bytes += weightOf(entry);
    if (entry.event !== undefined) {
      this.#ids.add(entry.event.id);
      for (const key of keysOf(entry.event)) this.#setOf(key).add(entry.event);
    }
    this.evict();
  }

  /** Evicts what is too old or too much, oldest first. */
  evict(): void {
    for (const entry of this.#entries.values()) {
      if (this.isRecent(entry.at) && this.#bytes <= this.#limits.bytes) return;
      this.#entries.delete(entry.offset);
      this.#bytes -= weightOf(entry);
      this.#floor = entry;
      if (entry.event !== undefined) this.#removeFromIndex(entry.event);
    }
  }

  /** Takes an owner's analysis out of what can be replayed: its places stay, its bodies go. */
  forget(owner: string, correlationId: string): void {
    for (const event of [...(this.#index.get(correlationKey(owner, correlationId)) ?? [])]) {
      if (event.type === 'analysis.deleted') continue;
      const { offset, fingerprint, at } = event;
      const emptied: LogEntry = { offset, fingerprint, at, event: undefined };
      this.#bytes += weightOf(emptied) - weightOf({ ...emptied, event });
      this.#entries.set(offset, emptied); // keeps its place in the order of the map
      if (this.#newest?.offset === offset) this.#newest = emptied;
      this.#removeFromIndex(event);
    }
  }

  /** For a recreated stream: the offsets of the old one mean nothing in it. */
  clear(): void {
    this.#entries.clear();
    this.#index.clear();
    this.#ids.clear();
    this.#bytes = 0;
    this.#newest = undefined;
    this.#floor = undefined;
  }

  /** Events of an owner, or of one correlationId of theirs, after an offset, in order. */
  read(owner: string, correlationId: string | undefined, after: number): FeedEvent[] {
    const key = correlationId === undefined ? owner : correlationKey(owner, correlationId);
    const events: FeedEvent[] = [];
    for (const event of this.#index.get(key) ?? []) if (event.offset > after) events.push(event);
    return events;
  }

  /** Whether everything since this message can be replayed; `ahead`: it has not been read yet. */
  canResume(position: Position): 'yes' | 'ahead' | 'no' {
    if (isBeforeFirst(position)) return 'yes'; // whatever is held
    if (position.offset > (this.#newest?.offset ?? -1)) return 'ahead';
    const held = this.#entries.get(position.offset);
    if (held !== undefined) return isSameMessage(held, position) ? 'yes' : 'no';
    return this.#floor !== undefined && isSameMessage(this.#floor, position) ? 'yes' : 'no';
  }

  #setOf(key: string): Set<FeedEvent> {
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const made = new Set<FeedEvent>();
    this.#index.set(key, made);
    return made;
  }

  #removeFromIndex(event: FeedEvent): void {
    this.#ids.delete(event.id);
    for (const key of keysOf(event)) {
      const events = this.#index.get(key);
      events?.delete(event);
      if (events?.size === 0) this.#index.delete(key);
    }
  }
}

const keysOf = (event: FeedEvent) => [
  event.owner,
  correlationKey(event.owner, event.correlationId),
];
