// The shapes in which GraphQL clients, proxies and people with curl send a request.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GatewayHarness, type Replica } from '../../tests/support/gateway/gateway-harness.ts';
import { codes, completedQuery, eventStream, post } from '../../tests/support/gateway/requests.ts';

let harness: GatewayHarness;
let replica: Replica;
let token: string;
beforeAll(async () => {
  harness = await GatewayHarness.start();
  replica = await harness.replica({ config: { CORS_ORIGINS: ['https://app.example'] } });
  token = await harness.token({ sub: 'ada' });
});
afterAll(() => harness.stop());

const send = (body: string, headers: Record<string, string> = {}) =>
  fetch(replica.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const ping = JSON.stringify({ query: '{ ping }' });
const pong = { data: { ping: 'pong' } };
const url = (parameters: Record<string, string>) =>
  `${replica.url}?${new URLSearchParams(parameters).toString()}`;

describe('content types', () => {
  test.each([
    'application/json',
    'application/json;charset=utf-8',
    'application/json;charset=utf8',
    'application/json; charset="UTF-8"',
    'Application/JSON ; Charset=UTF8',
    'application/json;',
    'application/json; profile="x"; charset=utf-8',
  ])('takes %s', async (type) => {
    const response = await send(ping, { 'content-type': type });
    expect([response.status, await response.json()]).toEqual([200, pong]);
  });

  test.each([
    'text/plain',
    'text/plain;application/json',
    'application/json; charset=latin1',
    'application/graphql',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'json',
    '',
  ])('refuses %p with 415, naming what it takes', async (type) => {
    const response = await send(ping, { 'content-type': type });
    expect(response.status).toBe(415);
    expect(await response.text()).toContain('send application/json in UTF-8');
  });
});

describe('parameters', () => {
  test.each([
    { operationName: '' },
    { operationName: null, variables: null, extensions: null },
    { variables: {}, extensions: {} },
    { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }, // beside the query itself
    { id: 'relay', unknown: 1 },
  ])('answers a query with %j beside it', async (beside) => {
    const response = await send(JSON.stringify({ query: '{ ping }', ...beside }));
    expect([response.status, await response.json()]).toEqual([200, pong]);
  });

  test('answers a GET with empty parameters as one without them, also as a stream', async () => {
    const empty = { query: '{ ping }', variables: '', operationName: '', extensions: '' };
    const response = await fetch(url(empty));
    expect([response.status, await response.json()]).toEqual([200, pong]);
    const stream = await fetch(url(empty), { headers: eventStream });
    expect(await stream.text()).toContain('"ping":"pong"');
  });

  test('answers a body that begins with a byte order mark', async () => {
    expect(await (await send(`\ufeff${ping}`)).json()).toEqual(pong);
  });

  test.each([
    ['{"query":1}', 'query: '],
    ['{"query":"{ ping }","variables":"{}"}', 'variables: '],
    ['{"query":"{ ping }","operationName":1}', 'operationName: '],
    ['{"query":"{ ping }","extensions":[]}', 'extensions: '],
    ['{}', 'query: '],
    ['nonsense', 'body: send a JSON object'],
    ['', 'body: send a JSON object'],
    ['null', 'body: send a JSON object'],
  ])('refuses %s, naming the field', async (body, named) => {
    const response = await send(body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(named);
  });
});

describe('protocols beside plain GraphQL', () => {
  const persistedQuery = { version: 1, sha256Hash: 'ab'.repeat(32) };

  test('says to a probe for a persisted query that none is known, in the words of Apollo', async () => {
    const extensions = JSON.stringify({ persistedQuery });
    for (const response of [
      await send(
        JSON.stringify({ operationName: 'List', variables: {}, extensions: { persistedQuery } }),
      ),
      await fetch(url({ operationName: 'List', extensions })),
    ]) {
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        errors: [
          {
            message: 'PersistedQueryNotSupported',
            extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' },
          },
        ],
      });
    }
  });

  test.each(['[]', `[${ping}]`, `[${ping},${ping}]`])(
    'refuses the batch %s by a code of its own',
    async (body) => {
      const response = await send(body);
      expect(response.status).toBe(400);
      expect(await codes(response)).toEqual(['BATCHING_NOT_SUPPORTED']);
    },
  );
});

describe('headers', () => {
  test('lets a listed origin send any header', async () => {
    const requested =
      'apollographql-client-name,authorization,content-type,sentry-trace,traceparent,x-requested-with';
    const response = await fetch(replica.url, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': requested,
      },
    });
    expect(response.status).toBe(204);
    const allowed = response.headers.get('access-control-allow-headers') ?? '';
    expect(allowed.replaceAll(' ', '').split(',')).toEqual(requested.split(','));
  });

  test('keeps every answer out of caches, and tells them that it differs by origin', async () => {
    const stream = await post(replica, completedQuery, { token, headers: eventStream });
    for (const response of [await send(ping), await send('{}'), stream]) {
      expect(response.headers.get('cache-control')).toMatch(/no-store/);
      expect(response.headers.get('vary')).toMatch(/^origin/i);
    }
    await stream.body?.cancel();
  });

  test('says `invalid_token` of a token that does not count, and nothing where there is none', async () => {
    const query = '{ feedCursors { started } }';
    const challenge = async (request: { token?: string }) =>
      (await post(replica, query, request)).headers.get('www-authenticate');
    expect(await challenge({ token: 'x.y.z' })).toBe('Bearer error="invalid_token"');
    expect(await challenge({})).toBe('Bearer');
  });
});

test('refuses an `after` of `analyses` that no answer can have given', async () => {
  const query = 'query ($after: ID) { analyses(after: $after) { pageInfo { endCursor } } }';
  const response = await post(replica, query, { token, variables: { after: 'x'.repeat(20_000) } });
  expect(await codes(response)).toEqual(['CURSOR_INVALID']);
});
