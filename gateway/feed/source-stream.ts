import type { FeedEvent } from './event-log.ts';

interface LiveEvent {
  readonly event: FeedEvent;
  readonly cursor: string;
}

/** What a source stream yields: a payload, or the error that ends the subscription. */
export type PayloadOrError<Payload> = Payload | Error;

/** A reader this far behind is cut off, and comes back with its cursor. */
export const bufferLimits = { events: 1_000, bytes: 4 * 1024 * 1024 };

/**
 * The source stream of one GraphQL subscription. Written by hand, because `return()` must end it at once:
 * an async generator blocked in `await` would notice a closed connection with its next event only.
 *
 * Live events are buffered until {@link goLive}, so that what is replayed comes before them.
 */
export class SourceStream<Payload> implements AsyncIterableIterator<PayloadOrError<Payload>> {
  readonly #deps: SourceStreamDeps<Payload>;
  readonly #replay: (() => PayloadOrError<Payload>)[] = [];
  #buffer: LiveEvent[] = [];
  #bufferedBytes = 0;
  #isLive = false;
  #isCompleting = false;
  #isDone = false;
  #resolveNext: ((result: IteratorResult<PayloadOrError<Payload>>) => void) | undefined;

  constructor(deps: SourceStreamDeps<Payload>) {
    this.#deps = deps;
  }

  get isDone(): boolean {
    return this.#isDone || this.#isCompleting;
  }

  /** A live event: yielded in its turn once the stream is live, buffered until then. */
  push(event: FeedEvent, cursor: string): void {
    if (this.isDone) return;
    if (this.#isLive && this.#resolveNext !== undefined) {
      this.#yieldLive({ event, cursor });
      return;
    }
    this.#buffer.push({ event, cursor });
    this.#bufferedBytes += event.body.length;
    if (this.#buffer.length > bufferLimits.events || this.#bufferedBytes > bufferLimits.bytes) {
      this.#finish();
      this.#deps.onOverflow();
    }
  }

  /** Drops the live events buffered so far: they are among the replayed ones. */
  clearBuffer(): void {
    this.#buffer = [];
    this.#bufferedBytes = 0;
  }

  /** Yields what is known, before anything live; the payload is made when its turn comes. */
  emit(make: () => PayloadOrError<Payload>): void {
    if (this.isDone) return;
    this.#replay.push(make);
    this.#advance();
  }

  goLive(): void {
    this.#isLive = true;
    this.#advance();
  }

  /** Ends the stream behind what was emitted so far: the client gets `complete`. */
  complete(): void {
    this.#isCompleting = true;
    this.#advance();
  }

  fail(error: Error): void {
    this.emit(() => error);
    this.complete();
  }

  next(): Promise<IteratorResult<PayloadOrError<Payload>>> {
    return new Promise((resolve) => {
      this.#resolveNext = resolve; // only one call is pending at a time
      this.#advance();
    });
  }

  return(): Promise<IteratorResult<PayloadOrError<Payload>>> {
    this.#finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #advance(): void {
    if (this.#resolveNext === undefined) return;
    const make = this.#replay.shift();
    if (make !== undefined) this.#yield(make());
    else if (this.isDone) this.#finish();
    else if (this.#isLive) this.#yieldBuffered();
  }

  #yieldBuffered(): void {
    const live = this.#buffer.shift();
    if (live === undefined) return;
    this.#bufferedBytes -= live.event.body.length;
    this.#yieldLive(live);
  }

  #yieldLive({ event, cursor }: LiveEvent): void {
    if (this.#deps.isFinal(event)) this.#isCompleting = true;
    this.#yield(this.#deps.toPayload(event, cursor));
  }

  #yield(value: PayloadOrError<Payload>): void {
    const resolve = this.#resolveNext;
    this.#resolveNext = undefined;
    resolve?.({ done: false, value });
  }

  #finish(): void {
    const resolve = this.#resolveNext;
    this.#resolveNext = undefined;
    if (!this.#isDone) {
      this.#isDone = true;
      this.clearBuffer();
      this.#replay.length = 0;
      this.#deps.onDone();
    }
    resolve?.({ done: true, value: undefined });
  }
}

export interface SourceStreamDeps<Payload> {
  toPayload(event: FeedEvent, cursor: string): Payload;
  /** Nothing is to be yielded behind this live event. */
  isFinal(event: FeedEvent): boolean;
  onOverflow(): void;
  /** Called once, however the stream ends. */
  onDone(): void;
}
