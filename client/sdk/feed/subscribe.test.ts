import { describe, expect, jest, test } from '@jest/globals';
import { completedOf } from '../../../tests/support/gateway/scripted-answers.ts';
import { createTransport } from '../graphql/transport.ts';
import { readMessages } from './read-messages.ts';
import { subscribe, type Gap } from './subscribe.ts';

const message = (result: object) => `event: next\ndata: ${JSON.stringify(result)}\n\n`;
const event = (n: number) =>
  message({
    data: { analysisEvents: { cursor: `cursor-${n}`, event: completedOf(`id-${n}`) } },
  });
const failed = (code: string, more: object = {}) =>
  message({ errors: [{ message: 'refused', extensions: { code, ...more } }] });
const complete = 'event: complete\ndata:\n\n';
const bytes = (text: string) => new TextEncoder().encode(text);

/** A body that breaks in the same turn as its last bytes. */
const broken = (text: string) => {
  let read = false;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (read) controller.error(new TypeError('terminated'));
      else controller.enqueue(bytes(text));
      read = true;
    },
  });
};

const transportOf = (asked: typeof fetch) =>
  createTransport({
    url: 'http://gateway.test/graphql',
    token: () => Promise.resolve('good'),
    backoff: { firstMs: 1, maximumMs: 2 },
    retryForMs: 1_000,
    fetch: asked,
  });

/** Reads until the stream completes, which is a fault of its own. */
async function readAll(bodies: (string | ReadableStream)[]) {
  const after: unknown[] = [];
  const received: string[] = [];
  const gaps: Gap[] = [];
  const transport = transportOf((_url, init) => {
    const { operationName, variables } = JSON.parse(init?.body as string) as {
      operationName: string;
      variables: { after?: string };
    };
    if (operationName === 'FeedCursors')
      return Promise.resolve(Response.json({ data: { feedCursors: { events: 'now' } } }));
    after.push(variables.after);
    return Promise.resolve(new Response(bodies.shift() ?? complete));
  });
  await expect(
    subscribe(transport, 'begin', {
      onEvent: ({ correlationId }) => received.push(correlationId),
      onGap: (gap) => gaps.push(gap),
      waitForCapacity: () => Promise.resolve(),
      signal: new AbortController().signal,
    }),
  ).rejects.toMatchObject({ code: 'FEED_ENDED' });
  return { after, received, gaps };
}

describe('subscribe', () => {
  test('resumes behind the last event of a connection that ends or breaks together with it', async () => {
    const { after, received } = await readAll([event(1), broken(event(2)), event(3) + complete]);
    expect(received).toEqual(['id-1', 'id-2', 'id-3']);
    expect(after).toEqual(['begin', 'cursor-1', 'cursor-2']);
  });

  test('tells a gap where the cursor has expired, and goes on from now', async () => {
    const since = '2026-11-23T07:00:00.000Z';
    const { after, received, gaps } = await readAll([
      failed('CURSOR_EXPIRED', { since }) + complete,
      event(1),
    ]);
    expect(gaps).toEqual([{ since: Date.parse(since), cursor: 'now' }]);
    expect(received).toEqual(['id-1']);
    expect(after).toEqual(['begin', 'now', 'cursor-1']);
  });

  test('takes its own cursor that an earlier version does not know for a gap since the last event', async () => {
    const { after, received, gaps } = await readAll([
      event(1),
      failed('CURSOR_INVALID') + complete,
      event(2),
    ]);
    expect(gaps).toEqual([{ since: Date.parse(completedOf('id-1').completedAt), cursor: 'now' }]);
    expect(received).toEqual(['id-1', 'id-2']);
    expect(after).toEqual(['begin', 'cursor-1', 'now', 'cursor-2']);
  });

  test('retries a retryable error, also one that was sent inside the stream', async () => {
    const { received } = await readAll([failed('UNAVAILABLE') + complete, event(1)]);
    expect(received).toEqual(['id-1']);
  });

  test('reads messages whose bytes come in any pieces', async () => {
    const whole = bytes(
      `:\n\n${event(1)}${message({ data: null, x: 'æøå' }).slice(0, 0)}${event(2)}`,
    );
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of whole) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    expect((await readAll([pieces])).received).toEqual(['id-1', 'id-2']);
  });
});

test('subscribe retries a gateway that takes the connection and never answers', async () => {
  jest.useFakeTimers();
  try {
    let asked = 0;
    const transport = transportOf((_url, init) => {
      asked += 1;
      if (asked > 1) return Promise.resolve(new Response(complete));
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    });
    const subscription = expect(
      subscribe(transport, 'begin', {
        onEvent: () => undefined,
        onGap: () => undefined,
        waitForCapacity: () => Promise.resolve(),
        signal: new AbortController().signal,
      }),
    ).rejects.toMatchObject({ code: 'FEED_ENDED' });
    await jest.advanceTimersByTimeAsync(41_000);
    expect(asked).toBe(2);
    await subscription;
  } finally {
    jest.useRealTimers();
  }
});

test('readMessages fails a connection without data instead of ending it in order', async () => {
  const silent = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes(':\n\n'));
    },
  });
  const messages = readMessages(silent, {
    idleMs: 20,
    onData: () => undefined,
    waitForCapacity: () => Promise.resolve(),
  });
  await expect(messages.next()).rejects.toMatchObject({ message: 'no data for 20 ms' });
});
