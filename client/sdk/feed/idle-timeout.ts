/**
 * The same response, with a body made safe for a client that waits on it:
 *
 * - a connection without data for `idleMs` fails (the gateway sends a comment every 12 s, so a laptop
 *   that slept or a dropped route is noticed);
 * - its end never comes in the same turn as its last bytes: graphql-sse takes an end that finds
 *   nobody waiting for no end at all, and would wait for ever. Node's own fetch ends a turn later by
 *   itself; what a browser or a caller's fetch does is theirs;
 * - it is read no further while there is no capacity for what comes: then the sender waits, too.
 */
export function withIdleTimeout(
  response: Response,
  idleMs: number,
  {
    onData = () => undefined,
    waitForCapacity = () => Promise.resolve(),
  }: { onData?: () => void; waitForCapacity?: (() => Promise<void>) | undefined } = {},
): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await waitForCapacity();
        try {
          const { done, value } = await readWithTimeout(idleMs, reader);
          if (!done) {
            onData();
            controller.enqueue(value);
          } else {
            await nextTurn();
            if (!cancelled) controller.close();
          }
        } catch (error) {
          await nextTurn();
          if (!cancelled) controller.error(error);
        }
      },
      cancel(reason) {
        cancelled = true;
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
}

async function readWithTimeout(idleMs: number, reader: ReadableStreamDefaultReader<Uint8Array>) {
  // Cancelling ends the pending read with `done`, which must not pass for an orderly end.
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort(new Error(`no data for ${idleMs} ms`));
    reader.cancel(idle.signal.reason).catch(() => undefined); // the read fails either way
  }, idleMs);
  try {
    const read = await reader.read();
    idle.signal.throwIfAborted();
    return read;
  } finally {
    clearTimeout(timer);
  }
}

const nextTurn = () => new Promise<void>((resolve) => void setTimeout(resolve, 0));
