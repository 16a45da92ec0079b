/** One block of an event stream: its lines as received, and its fields. */
export interface Block {
  readonly raw: string;
  /** Undefined for a comment. */
  readonly event: string | undefined;
  readonly data: string | undefined;
}

export class TimeoutError extends Error {}

/** Reads an event stream block by block, with a deadline on every wait. */
export class BlockReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #decoder = new TextDecoder();
  #text = '';
  /** Kept over a timeout: what it reads belongs to the next block. */
  #pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;

  constructor({ body }: Response) {
    this.#reader = body?.getReader();
  }

  /** The next block; undefined at the end of the stream. @throws {TimeoutError} */
  async next(timeoutMs: number): Promise<Block | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const raw = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return { raw, event: fieldOf(raw, 'event'), data: fieldOf(raw, 'data') };
      }
      this.#pending ??= this.#reader?.read();
      if (this.#pending === undefined) return undefined;
      const { done, value } = await withTimeout(this.#pending, timeoutMs, 'the next event');
      this.#pending = undefined;
      if (done) return undefined;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  async cancel(): Promise<void> {
    await this.#reader?.cancel();
  }
}

function fieldOf(raw: string, name: string): string | undefined {
  const line = raw.split('\n').find((text) => text.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

/** @throws {TimeoutError} naming what did not come. */
export async function withTimeout<Value>(
  value: Promise<Value>,
  timeoutMs: number,
  what: string,
): Promise<Value> {
  const late = Promise.withResolvers<Value>();
  const timer = setTimeout(
    () => late.reject(new TimeoutError(`${what} did not come within ${timeoutMs} ms`)),
    timeoutMs,
  );
  value.then(late.resolve, late.reject);
  return late.promise.finally(() => clearTimeout(timer));
}
