import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { UnavailableError } from '../http/errors.ts';

interface ReadingRules {
  /** A connection without data for so long has broken: the gateway sends a comment every 12 s. */
  readonly idleMs: number;
  readonly onData: () => void;
  /** Awaited before more is read from the connection: then the sender waits, too. */
  readonly waitForCapacity: () => Promise<void>;
}

/**
 * The messages of a stream of server-sent events, in their order, until it ends.
 *
 * @throws {UnavailableError} STREAM_CUT: it broke, or was silent for too long.
 */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
  { idleMs, onData, waitForCapacity }: ReadingRules,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parsed: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => parsed.push(message) });
  try {
    for (;;) {
      await waitForCapacity();
      const { done, value } = await readWithin(idleMs, reader);
      if (done) return;
      onData();
      parser.feed(decoder.decode(value, { stream: true }));
      yield* parsed.splice(0);
    }
  } finally {
    reader.cancel().catch(() => undefined); // it may be broken already
  }
}

async function readWithin(idleMs: number, reader: ReadableStreamDefaultReader<Uint8Array>) {
  // Cancelling ends the pending read with `done`, which must not pass for an orderly end.
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort(cutOff(`no data for ${idleMs} ms`));
    reader.cancel().catch(() => undefined); // the read fails either way
  }, idleMs);
  try {
    const read = await reader.read().catch((error: unknown) => {
      throw cutOff('stream broke before its last event', error);
    });
    idle.signal.throwIfAborted();
    return read;
  } finally {
    clearTimeout(timer);
  }
}

export const cutOff = (message = 'stream ended before its last event', cause?: unknown) =>
  new UnavailableError('STREAM_CUT', message, {
    remedy: 'The client reopens it automatically.',
    cause,
  });
