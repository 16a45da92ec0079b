import { describe, expect, jest, test } from '@jest/globals';
import { completedOf } from '../../../tests/support/gateway/scripted-answers.ts';
import { createTransport } from '../graphql/transport.ts';
import { withIdleTimeout } from './idle-timeout.ts';
import { subscribe } from './subscribe.ts';

const event = (n: number) => {
  const payload = { ...completedOf(`id-${n}`), cursor: `cursor-${n}` };
  return `event: next\ndata: ${JSON.stringify({ data: { onAnalysisCompleted: payload } })}\n\n`;
};
const complete = 'event: complete\ndata:\n\n';
const bytes = (text: string) => new TextEncoder().encode(text);

/** A body that breaks in the same turn as its last bytes. */
const broken = (text: string) => {
  let read = false;
  return new ReadableStream({
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

async function readAll(bodies: (string | ReadableStream)[]) {
  const after: unknown[] = [];
  const received: string[] = [];
  const transport = transportOf((_url, init) => {
    const { variables } = JSON.parse(init?.body as string) as { variables: { after?: string } };
    after.push(variables.after);
    return Promise.resolve(new Response(bodies.shift() ?? complete));
  });
  await subscribe(
    transport,
    'AnalysisCompleted',
    { after: 'begin' },
    {
      onEvent: ({ correlationId }) => received.push(correlationId),
      signal: new AbortController().signal,
    },
  );
  return { after, received };
}

describe('subscribe', () => {
  test('resumes behind the last event of a connection that ends or breaks together with it', async () => {
    const { after, received } = await readAll([event(1), broken(event(2)), event(3) + complete]);
    expect(received).toEqual(['id-1', 'id-2', 'id-3']);
    expect(after).toEqual(['begin', 'cursor-1', 'cursor-2']);
  });

  test('rejects with CURSOR_EXPIRED when the cursor has expired', async () => {
    const errors = [{ message: 'too old', extensions: { code: 'CURSOR_EXPIRED' } }];
    const expired = `event: next\ndata: ${JSON.stringify({ errors })}\n\n${complete}`;
    await expect(readAll([expired])).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  });

  test('retries a retryable error, also one that was sent inside the stream', async () => {
    const errors = [{ message: 'not yet', extensions: { code: 'UNAVAILABLE' } }];
    const { received } = await readAll([
      `event: next\ndata: ${JSON.stringify({ errors })}\n\n${complete}`,
      event(1) + complete,
    ]);
    expect(received).toEqual(['id-1']);
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
    const subscription = subscribe(
      transport,
      'AnalysisCompleted',
      {},
      { onEvent: () => undefined, signal: new AbortController().signal },
    );
    await jest.advanceTimersByTimeAsync(41_000);
    expect(asked).toBe(2);
    await subscription;
  } finally {
    jest.useRealTimers();
  }
});

test('withIdleTimeout fails a connection without data instead of ending it in order', async () => {
  const silent = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes(':\n\n'));
    },
  });
  const reader = withIdleTimeout(new Response(silent), 20).body?.getReader();
  await reader?.read();
  await expect(reader?.read()).rejects.toThrow('no data for 20 ms');
});

test.each([
  ['ends', new ReadableStream({ start: (controller) => endAtOnce(controller) })],
  ['breaks', broken(':\n\n')],
])(
  'withIdleTimeout delays the end of a body that %s at once until a turn after its last bytes',
  async (_how, body) => {
    const reader = withIdleTimeout(new Response(body), 1_000).body?.getReader();
    await reader?.read();
    let over = false;
    const end = reader?.read().then(
      () => (over = true),
      () => (over = true),
    );
    for (let n = 0; n < 100; n += 1) await Promise.resolve();
    expect(over).toBe(false);
    await end;
  },
);

function endAtOnce(controller: ReadableStreamDefaultController) {
  controller.enqueue(bytes(':\n\n'));
  controller.close();
}
