import { afterEach, describe, expect, test } from '@jest/globals';
import { createTrackunitClient, type Retry, type TrackunitClientOptions } from '../index.ts';

const url = 'http://gateway.test/graphql';
const answer = (data: unknown) => Promise.resolve(Response.json({ data }));
const fails = () => Promise.reject(new TypeError('Failed to fetch'));

/** What a call, and a watch, end with, and how often each was retried. */
async function endsOf(options: Partial<TrackunitClientOptions>) {
  const retries: Retry[] = [];
  const client = createTrackunitClient({
    url,
    token: () => Promise.resolve('good'),
    fetch: () => answer({ ping: 'pong' }),
    backoff: { firstMs: 1, maximumMs: 2 },
    onRetry: (retry) => retries.push(retry),
    retryForMs: 200,
    ...options,
  });
  const ends: unknown[] = [];
  const end = (error: unknown) => ends.push(error);
  await client.analysis('x').then(() => end('answered'), end);
  const watch = client.watch({ signal: AbortSignal.timeout(500) })[Symbol.asyncIterator]();
  await watch.next().then(() => end('answered'), end);
  return { ends, retries: retries.length };
}
const both = (error: object) => [expect.objectContaining(error), expect.objectContaining(error)];

describe('a token source that fails', () => {
  test.each([
    ['an error', new Error('no secret here')],
    ['a TypeError, as its own fetch does', new TypeError('fetch failed')],
    ['a SyntaxError, as its own parsing does', new SyntaxError('Unexpected token <')],
  ])('ends a call and a watch at once when the token source throws %s', async (_what, thrown) => {
    const { ends, retries } = await endsOf({ token: () => Promise.reject(thrown) });
    expect(ends).toEqual([thrown, thrown]);
    expect(retries).toBe(0);
  });

  test('ends a call and a watch at once when the token source throws in the same turn', async () => {
    const thrown = new TypeError("Cannot read properties of undefined (reading 'token')");
    const token = () => {
      throw thrown;
    };
    expect(await endsOf({ token })).toEqual({ ends: [thrown, thrown], retries: 0 });
  });

  test.each(['abc', undefined, null, {}, Promise.resolve('abc')])(
    'refuses %p at once where a function for the token is expected',
    async (token) => {
      const { ends, retries } = await endsOf({ token: token as never });
      expect(ends).toEqual(both({ code: 'TOKEN_SOURCE_INVALID', retryable: false }));
      expect(retries).toBe(0);
    },
  );

  test.each([undefined, null, '', 7, { access_token: 'x' }, 'a\nb', 'Bearer abc', 'tökén'])(
    'refuses %p at once as an access token',
    async (value) => {
      const { ends, retries } = await endsOf({ token: () => Promise.resolve(value as string) });
      expect(ends).toEqual(both({ code: 'TOKEN_INVALID', retryable: false }));
      expect(retries).toBe(0);
    },
  );

  test('ends with the reason of the signal while the token source never answers', async () => {
    const client = createTrackunitClient({ url, token: () => new Promise(() => undefined) });
    const abort = new AbortController();
    const call = client.analysis('x', { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

describe('a page on another origin', () => {
  const openPage = (origin: string) =>
    Object.assign(globalThis, { location: { origin, href: `${origin}/app/` } });
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'location');
  });
  /** A service that answers, but whose answers the browser hides from this page. */
  const hidden: typeof fetch = (_url, init) =>
    init?.mode === 'no-cors' ? Promise.resolve(new Response()) : fails();

  test('ends a call and a watch at once where CORS hides the answers, naming the setting', async () => {
    openPage('https://app.example');
    const { ends, retries } = await endsOf({ fetch: hidden });
    const remedy = 'Ask an operator to add https://app.example to CORS_ORIGINS.';
    expect(ends).toEqual(both({ code: 'CORS_BLOCKED', retryable: false, remedy }));
    expect(retries).toBe(0);
  });

  test('retries a service that does not answer the page at all', async () => {
    openPage('https://app.example');
    const { ends, retries } = await endsOf({ fetch: fails });
    expect(ends[0]).toMatchObject({ code: 'UNREACHABLE', retryable: true });
    expect(retries).toBeGreaterThan(2);
  });

  test('retries a service that has answered this page before', async () => {
    openPage('https://app.example');
    let calls = 0;
    const breaks: typeof fetch = (input, init) =>
      (calls += 1) === 1 ? answer({ analysis: null }) : hidden(input, init);
    const { ends } = await endsOf({ fetch: breaks });
    expect(ends[0]).toBe('answered');
    expect(ends[1]).not.toMatchObject({ code: 'CORS_BLOCKED' });
  });

  test('does not take a service that was unreachable for a moment for CORS', async () => {
    openPage('https://app.example');
    let posts = 0;
    const flaky: typeof fetch = (_url, init) =>
      init?.mode === 'no-cors' || (posts += 1) > 1 ? answer({ analysis: null }) : fails();
    expect((await endsOf({ fetch: flaky })).ends[0]).toBe('answered');
  });

  test('probes neither its own origin nor anything outside a page', async () => {
    for (const origin of ['http://gateway.test', undefined]) {
      if (origin === undefined) Reflect.deleteProperty(globalThis, 'location');
      else openPage(origin);
      const modes: unknown[] = [];
      const { ends } = await endsOf({
        fetch: (_url, init) => (modes.push(init?.mode), fails()),
      });
      expect(ends[0]).toMatchObject({ code: 'UNREACHABLE' });
      expect(modes).not.toContain('no-cors');
    }
  });

  test('takes an address relative to the page', async () => {
    openPage('https://app.example');
    const fetched = () => answer({ analysis: null });
    expect((await endsOf({ url: '/graphql', fetch: fetched })).ends[0]).toBe('answered');
    expect((await endsOf({ url: '/graphql', fetch: fails })).ends[0]).toMatchObject({
      code: 'UNREACHABLE',
      message: 'no answer from https://app.example',
    });
  });
});

test.each(['/graphql', 'gateway.test/graphql', 'localhost:4000/graphql', '', 'ftp://x/graphql'])(
  'refuses the address %p at once',
  async (address) => {
    const { ends, retries } = await endsOf({ url: address });
    expect(ends).toEqual(both({ code: 'URL_INVALID', retryable: false }));
    expect(retries).toBe(0);
  },
);

test('refuses a page in place of an answer at once', async () => {
  const page = () => new Response('<html>', { headers: { 'content-type': 'text/html' } });
  const { ends, retries } = await endsOf({ fetch: () => Promise.resolve(page()) });
  expect(ends).toEqual(both({ code: 'HTML_ANSWER', retryable: false }));
  expect(retries).toBe(0);
});

test.each([
  ['an empty object', '{}', 'application/json'],
  ['a list', '[]', 'application/json'],
  ['a text as JSON', '"ok"', 'application/json'],
  ['null as data', '{"data":null}', 'application/json'],
  ['another field', '{"data":{"viewer":{}}}', 'application/json'],
  ['errors of another form', '{"errors":[null]}', 'application/json'],
  ['a text', 'It works!', 'text/plain'],
])(
  'refuses %s in place of an answer at once, naming what came and what was expected',
  async (_what, text, type) => {
    const headers = { 'content-type': type };
    const { ends, retries } = await endsOf({
      fetch: () => Promise.resolve(new Response(text, { headers })),
    });
    expect(ends).toEqual(both({ code: 'NO_GRAPHQL', retryable: false }));
    expect(ends[0]).toMatchObject({
      message: `invalid answer: expected \`data.analysis\`, got 200 ${type}: ${text}`,
    });
    expect(retries).toBe(0);
  },
);

test('refuses JSON in place of a stream at once', async () => {
  const client = createTrackunitClient({
    url,
    token: () => Promise.resolve('good'),
    fetch: () => answer({ analysis: null }),
  });
  await expect(client.watch({ from: 'x' })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'NO_GRAPHQL',
    message: expect.stringContaining('expected a stream of events, got 200 application/json'),
  });
});

test('retries an empty answer, and says so', async () => {
  const { ends, retries } = await endsOf({ fetch: () => Promise.resolve(new Response('')) });
  expect(ends[0]).toMatchObject({
    code: 'NO_ANSWER',
    message: 'the answer is empty or ended in the middle',
  });
  expect(retries).toBeGreaterThan(0);
});

test('retries an answer that ends in the middle', async () => {
  let calls = 0;
  const cut = () =>
    (calls += 1) === 1 ? Promise.resolve(new Response('{"da')) : answer({ analysis: null });
  expect((await endsOf({ fetch: cut })).ends[0]).toBe('answered');
  expect(calls).toBeGreaterThan(1);
});

test('calls the fetch that it was given as a function, as browsers ask for', async () => {
  const strict: typeof fetch = function (this: unknown) {
    if (this !== undefined) return Promise.reject(new TypeError('Illegal invocation'));
    return answer({ analysis: null });
  };
  expect((await endsOf({ fetch: strict })).ends[0]).toBe('answered');
});

test('waits for a date in `retry-after` by the clock of the service', async () => {
  const date = (ms: number) => new Date(Date.parse('2030-01-01T00:00:00Z') + ms).toUTCString();
  const headers = { date: date(0), 'retry-after': date(2_000) };
  const busy = () => Promise.resolve(Response.json({}, { status: 503, headers }));
  const { ends } = await endsOf({ fetch: busy });
  expect(ends[0]).toMatchObject({ retryAfterMs: 2_000 });
});
