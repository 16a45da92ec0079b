import type { ServerResponse } from 'node:http';

const eventHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  'x-accel-buffering': 'no', // nginx and others would hold events back
};

const lingerMs = 2_000;

/**
 * The response that carries the messages of graphql-sse, at the pace of its client. It writes straight
 * to the connection: a web stream in between would take more memory than the quiet stream itself.
 */
export class SseResponse {
  readonly #outgoing: ServerResponse;
  readonly #blockedMs: number;
  readonly #onBlocked: () => void;
  #messages: AsyncGenerator<string, void, undefined> | undefined;
  #isIdle = true;
  #whenIdle: (() => void) | undefined;
  #isOver = false;

  /** @param limits.onBlocked the client has not taken a message for `blockedMs`. */
  constructor(outgoing: ServerResponse, limits: { blockedMs: number; onBlocked: () => void }) {
    this.#outgoing = outgoing;
    this.#blockedMs = limits.blockedMs;
    this.#onBlocked = limits.onBlocked;
  }

  /**
   * Sends the head and the messages, each when the client has taken the one before, then ends.
   *
   * @param more.onClosed called when the connection is lost.
   * @returns false when it was ended before its last message.
   */
  async write(
    messages: AsyncGenerator<string, void, undefined>,
    more: { headers: Readonly<Record<string, string>>; onClosed: () => void },
  ): Promise<boolean> {
    const outgoing = this.#outgoing;
    this.#messages = messages;
    if (outgoing.destroyed) {
      this.#isOver = true; // closed while the request was being checked
      more.onClosed();
      await messages.return();
      return false;
    }
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) more.onClosed();
    });
    outgoing.writeHead(200, { ...more.headers, ...eventHeaders });
    for (;;) {
      this.#becomeIdle();
      const { done, value } = await messages.next();
      if (this.#isOver) return false;
      if (done === true) break;
      this.#isIdle = false;
      outgoing.write(value);
      if (outgoing.writableNeedDrain) await this.#drained();
    }
    this.#close();
    return true;
  }

  /** True when the client can take one more message, which must follow. */
  isReady(): boolean {
    const ready = this.#isIdle || this.#isOver;
    this.#isIdle = false;
    return ready;
  }

  /** Resolves when {@link isReady} would have been true. One waits at a time. */
  async ready(): Promise<void> {
    await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    this.#isIdle = false;
  }

  /** Ends without `complete`, so that the client comes back; one that does not read is cut off. */
  end(): void {
    if (this.#isOver) return;
    this.#close();
    void this.#messages?.return();
  }

  #becomeIdle(): void {
    this.#isIdle = true;
    this.#whenIdle?.();
    this.#whenIdle = undefined;
  }

  async #drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const done = () => resolve(undefined);
    const late = setTimeout(this.#onBlocked, this.#blockedMs);
    this.#outgoing.once('drain', done).once('close', done);
    await promise;
    clearTimeout(late);
    this.#outgoing.off('drain', done).off('close', done);
  }

  #close(): void {
    const outgoing = this.#outgoing;
    this.#isOver = true;
    this.#becomeIdle(); // whoever waits in ready() sees the end
    if (outgoing.writableNeedDrain) {
      outgoing.destroy();
      return;
    }
    outgoing.end();
    if (outgoing.writableFinished) return;
    const cut = setTimeout(() => outgoing.destroy(), lingerMs);
    outgoing.once('close', () => clearTimeout(cut));
  }
}
