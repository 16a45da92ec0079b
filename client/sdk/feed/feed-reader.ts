import type { FeedEvent } from './events.ts';
import type { Gap } from './subscribe.ts';

/** In the order of the stream. */
export type FeedItem =
  | { readonly event: FeedEvent; readonly gap?: undefined }
  | { readonly gap: Gap; readonly event?: undefined };

export interface ReaderOptions {
  /** Only its events, and all gaps. */
  readonly correlationId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const fullAt = 1_000;

/** Where one caller reads what a stream brings; the stream waits while it is full. */
export class FeedReader {
  /** Behind this cursor every event is read; rejects where the stream fails before it begins. */
  readonly begun: Promise<string>;
  hasBegun = false;
  readonly #waiting: FeedItem[] = [];
  readonly #options: ReaderOptions;
  #settle: { resolve(cursor: string): void; reject(error: unknown): void };
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;
  #onRoom: () => void = () => undefined;
  #onLeave: () => void = () => undefined;
  /** Opens the stream on which it goes on alone, once all that waits is read. */
  #goOn: (() => void) | undefined;
  readonly #stop: () => void;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#settle = { resolve: () => undefined, reject: () => undefined };
    this.begun = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.begun.catch(() => undefined); // also thrown by next()
    this.#stop = () => {
      this.fail(options.signal?.reason);
      this.#onLeave();
    };
    if (options.signal?.aborted) this.fail(options.signal.reason);
    else options.signal?.addEventListener('abort', this.#stop, { once: true });
  }

  get isFull(): boolean {
    return this.#waiting.length >= fullAt;
  }

  attach(stream: { onRoom: () => void; onLeave: () => void }): void {
    this.#onRoom = stream.onRoom;
    this.#onLeave = stream.onLeave;
    if (this.#options.signal?.aborted) stream.onLeave();
  }

  begin(cursor: string): void {
    this.hasBegun = true;
    this.#settle.resolve(cursor);
  }

  push(item: FeedItem): void {
    const { correlationId } = this.#options;
    if (correlationId !== undefined && item.event && item.event.correlationId !== correlationId)
      return;
    this.#waiting.push(item);
    this.#wake();
  }

  /** Ends the reading with this error, after what was pushed before. The first failure counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#settle.reject(error);
    this.#wake();
  }

  detach(goOn: () => void): void {
    this.#onRoom = () => undefined;
    this.#onLeave = () => undefined;
    this.#goOn = goOn;
    this.#wake();
  }

  /** @throws what `fail` was given, once everything before it was read. */
  async next(): Promise<FeedItem> {
    for (;;) {
      const item = this.#waiting.shift();
      if (this.#waiting.length === fullAt - 1) this.#onRoom();
      if (item !== undefined) return item;
      if (this.#failure !== undefined) throw this.#failure.error;
      const goOn = this.#goOn;
      this.#goOn = undefined;
      goOn?.();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  leave(): void {
    this.#options.signal?.removeEventListener('abort', this.#stop);
    this.#goOn = undefined;
    this.#onLeave();
  }
}
