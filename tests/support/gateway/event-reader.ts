// Reads an event stream as a client does, with a deadline on every wait.
export interface StreamEvent {
  event: string;
  data: unknown;
}

export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';
  #read: Promise<{ done: boolean; value?: Uint8Array | undefined }> | undefined;

  constructor(response: Response) {
    if (response.body === null) throw new Error(`no body, status ${response.status}`);
    this.#reader = response.body.getReader();
  }

  /** The next event; `end` when the stream ended without another; `silence` when none came in time. */
  async next(timeoutMs = 5_000): Promise<StreamEvent | 'end' | 'silence'> {
    const deadline = Date.now() + timeoutMs; // keep-alive comments do not move it
    for (;;) {
      const event = this.#take();
      if (event !== undefined) return event;
      this.#read ??= this.#reader.read();
      const chunk = await before(this.#read, Math.max(0, deadline - Date.now()));
      if (chunk === 'late') return 'silence';
      this.#read = undefined;
      if (chunk.done) return 'end';
      this.#text += this.#decoder.decode(chunk.value, { stream: true });
    }
  }

  /** The payload of the next `next`. */
  async payload(timeoutMs?: number): Promise<Record<string, unknown>> {
    const event = await this.next(timeoutMs);
    if (typeof event === 'string' || event.event !== 'next')
      throw new Error(`expected a result, got ${JSON.stringify(event)}`);
    const { data, errors } = event.data as { data?: Record<string, unknown>; errors?: unknown };
    if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(event.data));
    return Object.values(data)[0] as Record<string, unknown>;
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }

  #take(): StreamEvent | undefined {
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const block = this.#text.slice(0, end).split('\n');
      this.#text = this.#text.slice(end + 2);
      const field = (name: string) =>
        block
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim();
      const event = field('event');
      if (event === undefined) continue; // a comment keeps the connection alive
      const data = field('data');
      return { event, data: data ? (JSON.parse(data) as unknown) : null };
    }
    return undefined;
  }
}

async function before<Value>(value: Promise<Value>, timeoutMs: number): Promise<Value | 'late'> {
  const late = Promise.withResolvers<Value | 'late'>();
  const timer = setTimeout(() => late.resolve('late'), timeoutMs);
  value.then(late.resolve, late.reject);
  return late.promise.finally(() => clearTimeout(timer));
}
