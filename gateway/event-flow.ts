import type { OpenStream } from './open-streams.ts';

/** Knows whether the reader has taken what was written: graphql-sse itself would buffer for ever. */
export interface EventFlow {
  /** Resolves when the reader asks for more. */
  taken(): Promise<void>;
  /** The reader asks, until it gets. */
  asked(isAsking: boolean): void;
  readonly isBlocked: boolean;
}

/** @param onBlocked called when a result has waited so long for its reader. */
export function createEventFlow(onBlocked: () => void, limitMs: number): EventFlow {
  let isAsking = false;
  let waiting: (() => void) | undefined;
  return {
    get isBlocked() {
      return waiting !== undefined;
    },
    taken() {
      if (isAsking) return Promise.resolve();
      return new Promise<void>((resolve) => {
        const timer = setTimeout(onBlocked, limitMs);
        waiting = () => {
          clearTimeout(timer);
          waiting = undefined;
          resolve();
        };
      });
    },
    asked(asking) {
      isAsking = asking;
      if (asking) waiting?.();
    },
  };
}

/**
 * The messages of graphql-sse as a response body. It is pulled, so nothing piles up in between. An
 * aborted stream just ends: the library would still write `complete`, and the client stay away.
 */
export function streamOf(
  messages: AsyncGenerator<string, void, undefined>,
  flow: EventFlow,
  stream: OpenStream | undefined,
  connection: { gone: AbortSignal; cut: () => void },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const release = () => {
    const wasBlocked = flow.isBlocked;
    flow.asked(true); // whoever waits for the reader goes on, and finds the end
    void messages.return();
    if (wasBlocked) connection.cut();
  };
  const leave = () => {
    if (stream === undefined) release();
    else stream.end('client');
  };
  if (stream?.signal.aborted) release();
  stream?.signal.addEventListener('abort', release, { once: true });
  if (connection.gone.aborted) leave();
  connection.gone.addEventListener('abort', leave, { once: true });

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        flow.asked(true);
        const { done, value } = await messages.next();
        flow.asked(false);
        if (done || stream?.signal.aborted) {
          stream?.end('completed');
          controller.close();
        } else controller.enqueue(encoder.encode(value));
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}
