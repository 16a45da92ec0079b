import type { FeedEvent } from './event-log.ts';

/** What a subscription tells next: an announcement, or the error that ends it. */
export type Told<Payload> = Payload | Error;

/** A reader this far behind is cut, and comes back with its cursor. */
export const sourceLimits = { events: 1_000, bytes: 4 * 1024 * 1024 };

/**
 * The iterator that a subscription pulls from. Written by hand, because `return()` must end it at once:
 * an async generator blocked in `await` would hear of a closed connection with its next event only.
 *
 * It starts closed: what it hears is kept back until {@link open}, while what is known is told.
 */
export class FeedSource<Payload> implements AsyncIterableIterator<Told<Payload>> {
  readonly #parts: SourceParts<Payload>;
  readonly #ready: (() => Told<Payload>)[] = [];
  #heard: FeedEvent[] = [];
  #heardBytes = 0;
  #isOpen = false;
  #isEnding = false;
  #isDone = false;
  #waiting: ((result: IteratorResult<Told<Payload>>) => void) | undefined;

  constructor(parts: SourceParts<Payload>) {
    this.#parts = parts;
  }

  get isDone(): boolean {
    return this.#isDone || this.#isEnding;
  }

  /** A live event: told when open and its turn has come, kept back until then. */
  hear(event: FeedEvent): void {
    if (this.isDone) return;
    if (this.#isOpen && this.#waiting !== undefined) {
      this.#tellHeard(event);
      return;
    }
    this.#heard.push(event);
    this.#heardBytes += event.body.length;
    if (this.#heard.length > sourceLimits.events || this.#heardBytes > sourceLimits.bytes) {
      this.#finish();
      this.#parts.onOverflow();
    }
  }

  /** Drops what was kept back and is told otherwise. */
  forgetHeard(): void {
    this.#heard = [];
    this.#heardBytes = 0;
  }

  /** Tells what is known; the payload is made when its turn comes. */
  tell(make: () => Told<Payload>): void {
    if (this.isDone) return;
    this.#ready.push(make);
    this.#serve();
  }

  /** No more keeping back. */
  open(): void {
    this.#isOpen = true;
    this.#serve();
  }

  /** Nothing follows what was told so far: `complete`. */
  end(): void {
    this.#isEnding = true;
    this.#serve();
  }

  fail(error: Error): void {
    this.tell(() => error);
    this.end();
  }

  next(): Promise<IteratorResult<Told<Payload>>> {
    return new Promise((resolve) => {
      this.#waiting = resolve; // nobody asks twice at a time
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<Told<Payload>>> {
    this.#finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #serve(): void {
    if (this.#waiting === undefined) return;
    const make = this.#ready.shift();
    if (make !== undefined) this.#give(make());
    else if (this.#isEnding || this.#isDone) this.#finish();
    else if (this.#isOpen) this.#serveHeard();
  }

  #serveHeard(): void {
    const event = this.#heard.shift();
    if (event === undefined) return;
    this.#heardBytes -= event.body.length;
    this.#tellHeard(event);
  }

  #tellHeard(event: FeedEvent): void {
    const { payload, isLast } = this.#parts.tellLive(event);
    if (isLast) this.#isEnding = true;
    this.#give(payload);
  }

  #give(value: Told<Payload>): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.({ done: false, value });
  }

  #finish(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (!this.#isDone) {
      this.#isDone = true;
      this.forgetHeard();
      this.#ready.length = 0;
      this.#parts.onDone();
    }
    waiting?.({ done: true, value: undefined });
  }
}

export interface SourceParts<Payload> {
  tellLive(event: FeedEvent): { payload: Payload; isLast: boolean };
  onOverflow(): void;
  /** Called once, however it ends. */
  onDone(): void;
}
