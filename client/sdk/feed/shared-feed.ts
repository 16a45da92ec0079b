// One stream of events for all who read in one client: browsers allow six connections to a host.
import { readFeedCursors } from '../graphql/read-analyses.ts';
import type { Transport } from '../graphql/transport.ts';
import { FeedReader, type ReaderOptions } from './feed-reader.ts';
import { subscribe } from './subscribe.ts';

export interface SharedFeed {
  /**
   * Reads from now on, or behind `from`. Readers from now on share a stream; one that begins elsewhere,
   * and one that lags behind while others do not, get one of their own.
   */
  join(options: ReaderOptions & { readonly from?: string | undefined }): FeedReader;
}

export function createSharedFeed(transport: Transport): SharedFeed {
  let shared: Stream | undefined;
  const goOn = (reader: FeedReader, cursor: string) => {
    new Stream(transport, { from: cursor, goOn }).add(reader);
  };
  return {
    join({ from, ...options }) {
      const reader = new FeedReader(options);
      if (from !== undefined) {
        goOn(reader, from); // what is replayed to it is older than others want to read
        return reader;
      }
      if (shared?.isOpen !== true) shared = new Stream(transport, { from, goOn });
      shared.add(reader);
      return reader;
    },
  };
}

/** Open until its last reader leaves, or it fails for all of them. */
class Stream {
  isOpen = true;
  readonly #readers = new Set<FeedReader>();
  readonly #stop = new AbortController();
  readonly #transport: Transport;
  readonly #goOn: (reader: FeedReader, cursor: string) => void;
  /** Behind the last event that came; undefined before the beginning is known. */
  #cursor: string | undefined;
  #wake: () => void = () => undefined;

  constructor(
    transport: Transport,
    of: { from: string | undefined; goOn: (reader: FeedReader, cursor: string) => void },
  ) {
    this.#transport = transport;
    this.#goOn = of.goOn;
    this.#run(of.from).catch((error: unknown) => {
      this.isOpen = false;
      for (const reader of this.#readers) reader.fail(error);
    });
  }

  add(reader: FeedReader): void {
    this.#readers.add(reader);
    reader.attach({ onRoom: () => this.#wake(), onLeave: () => this.#remove(reader) });
    if (this.#cursor !== undefined) reader.begin(this.#cursor);
    this.#wake();
  }

  #remove(reader: FeedReader): void {
    this.#readers.delete(reader);
    this.#wake();
    if (this.#readers.size > 0) return;
    this.isOpen = false;
    this.#stop.abort(new Error('nobody reads any more'));
  }

  async #run(from: string | undefined): Promise<never> {
    const { signal } = this.#stop;
    const calls = { signal, retryForMs: Infinity };
    const begin = from ?? (await readFeedCursors(this.#transport, calls)).events;
    this.#cursor = begin;
    for (const reader of this.#readers) reader.begin(begin);
    return subscribe(this.#transport, begin, {
      onEvent: (event) => {
        this.#cursor = event.cursor ?? this.#cursor;
        for (const reader of this.#readers) reader.push({ event });
      },
      onGap: (gap) => {
        this.#cursor = gap.cursor;
        for (const reader of this.#readers) reader.push({ gap });
      },
      waitForCapacity: () => this.#waitForCapacity(),
      signal,
    });
  }

  /** The slow ones are waited for together; as soon as one of the readers is not slow, they go on alone. */
  async #waitForCapacity(): Promise<void> {
    for (;;) {
      const full = [...this.#readers].filter(({ isFull }) => isFull);
      if (full.length === 0) return;
      if (full.length < this.#readers.size) {
        for (const reader of full) this.#detach(reader);
        return;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #detach(reader: FeedReader): void {
    const cursor = this.#cursor;
    if (cursor === undefined) return; // nothing has come, so nobody is full
    this.#readers.delete(reader);
    reader.detach(() => this.#goOn(reader, cursor));
  }
}
