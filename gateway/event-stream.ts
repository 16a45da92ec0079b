import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';

const eventHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no', // nginx and its kin would keep events back
};

const keepAliveMs = 12_000; // below the 15 s after which some proxies cut a silent connection
const lingerMs = 2_000;

/**
 * One response as an event stream of GraphQL over SSE, distinct connections mode: `next`, `complete`
 * and comments. It writes straight to the connection: whatever stands between costs each of thousands
 * of quiet streams more memory than the stream itself.
 */
export class EventStream {
  readonly #outgoing: ServerResponse;
  readonly #keepAlive: NodeJS.Timeout;

  /** Sends the head and a first comment. @param onGone the connection is lost. */
  constructor(
    outgoing: ServerResponse,
    more: { headers: Readonly<Record<string, string>>; onGone: () => void },
  ) {
    this.#outgoing = outgoing;
    this.#keepAlive = setTimeout(() => this.#comment(), keepAliveMs);
    const closed = () => {
      clearTimeout(this.#keepAlive);
      if (!outgoing.writableFinished) more.onGone();
    };
    if (outgoing.destroyed) {
      closed(); // hung up while the request was looked at
      return;
    }
    outgoing.once('close', closed);
    outgoing.writeHead(200, { ...more.headers, ...eventHeaders });
    this.#comment(); // some browsers wait for a first byte
  }

  next(result: ExecutionResult): void {
    this.#write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }

  /** Nothing follows: the client is told not to come back. */
  complete(): void {
    this.#write('event: complete\ndata:\n\n'); // browsers tell of no event without data
    this.end();
  }

  /** Ends without `complete`, so that the client comes back; a client that does not read is cut off. */
  end(): void {
    clearTimeout(this.#keepAlive);
    if (this.#outgoing.writableNeedDrain) {
      this.#outgoing.destroy();
      return;
    }
    this.#outgoing.end();
    if (this.#outgoing.writableFinished) return;
    const cut = setTimeout(() => this.#outgoing.destroy(), lingerMs);
    this.#outgoing.once('close', () => clearTimeout(cut));
  }

  /** True while the client has not taken what was written. */
  get isBlocked(): boolean {
    return this.#outgoing.writableNeedDrain;
  }

  /** Resolves when the client has taken it, or is gone. @param onLate it has not for so long. */
  async drained(lateMs: number, onLate: () => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const done = () => resolve(undefined);
    const late = setTimeout(onLate, lateMs);
    this.#outgoing.once('drain', done).once('close', done);
    await promise;
    clearTimeout(late);
    this.#outgoing.off('drain', done).off('close', done);
  }

  #comment(): void {
    if (!this.isBlocked) this.#write(':\n\n');
    this.#keepAlive.refresh();
  }

  #write(text: string): void {
    if (this.#outgoing.writableEnded || this.#outgoing.destroyed) return;
    this.#keepAlive.refresh();
    this.#outgoing.write(text);
  }
}
