import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ownerHeader } from '../contracts/rest.ts';
import { Problem } from '../platform/http/problem.ts';
import type { StreamingRestClient } from '../platform/http/rest-client.ts';
import { GatewayHarness } from '../tests/support/gateway/gateway-harness.ts';
import { eventually } from '../tests/support/harness/eventually.ts';

let harness: GatewayHarness;
let token: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await harness.stop();
});

/** A gateway with this register, and a browser's call to its export. */
async function withExports(exports: StreamingRestClient['open']) {
  const replica = await harness.replica({
    exports,
    config: { CORS_ORIGINS: ['https://app.example'] },
  });
  return (query = '', init: { bearer?: string; method?: string } = {}) =>
    fetch(replica.url.replace('/graphql', `/export${query}`), {
      method: init.method ?? 'GET',
      headers: { authorization: `Bearer ${init.bearer ?? token}`, origin: 'https://app.example' },
    });
}

const aFile = (body: BodyInit) =>
  new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="analyses.csv"',
    },
  });

test("hands on the register's file of this owner, with every filter", async () => {
  const calls: { path: string; headers?: unknown }[] = [];
  const get = await withExports((call) => {
    calls.push({ path: call.path, headers: call.headers });
    return Promise.resolve(aFile('correlationId\r\n'));
  });
  const cursor = Buffer.from('started:5:0011aabb:1795680000000').toString('base64url');
  const answer = await get(`?format=csv&dialect=excel-da&brand=Volvo&atLeast=${cursor}`);
  expect(await answer.text()).toBe('correlationId\r\n');
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="analyses.csv"',
    'cache-control': 'no-store',
    'access-control-allow-origin': 'https://app.example',
  });
  const owner = await harness.owner(token);
  expect(calls).toEqual([
    {
      path: `/v1/export?format=csv&dialect=excel-da&brand=Volvo&atLeast=started%3A5&owner=${owner}`,
      headers: { [ownerHeader]: owner },
    },
  ]);
});

test('refuses as a problem: no token, another method, a misspelt filter, an owner of one’s choice', async () => {
  const get = await withExports(() => Promise.resolve(aFile('')));
  const none = await get('', { bearer: 'x' });
  expect(none.headers.get('content-type')).toBe('application/problem+json');
  expect(none.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(await none.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  for (const method of ['POST', 'HEAD']) expect((await get('', { method })).status).toBe(405);
  for (const query of ['?brnd=Volvo', '?owner=x', '?format=xml', '?from=yesterday'])
    expect([query, (await get(query)).status]).toEqual([query, 422]);
  expect((await get('?atLeast=x')).status).toBe(400);
});

test('answers 503 with Retry-After while the register is away', async () => {
  const get = await withExports(() => Promise.reject(new Problem(503, 'UNREACHABLE', 'away')));
  for (let n = 0; n < 2; n += 1) {
    const answer = await get();
    expect(await answer.json()).toMatchObject({ status: 503, code: 'REGISTER_UNAVAILABLE' });
    expect(answer.headers.get('retry-after')).toBe('1');
  }
});

test('sends a user one export at a time, reads no faster than it is read, and notices who leaves', async () => {
  let made = 0;
  let cancelled = false;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        made += 1;
        controller.enqueue(new Uint8Array(1_000_000));
      },
      cancel() {
        cancelled = true;
      },
    });
  const get = await withExports(() => Promise.resolve(aFile(endless())));
  const first = await get();
  expect(first.status).toBe(200);
  expect(await (await get()).json()).toMatchObject({ status: 429, code: 'EXPORT_RUNNING' });
  const other = await get('', { bearer: await harness.token({ sub: 'grace' }) });
  expect(other.status).toBe(200);
  await other.body?.cancel();
  let before = -1;
  await eventually(() => {
    const standsStill = made === before;
    before = made;
    return standsStill;
  });
  expect(made).toBeLessThan(100); // what the kernel and both ends hold
  cancelled = false;
  await first.body?.cancel();
  await eventually(() => cancelled);
  const again = await get();
  expect(again.status).toBe(200);
  await again.body?.cancel();
});

test('breaks off where the register does: half a file is no file', async () => {
  jest.spyOn(console, 'error').mockReturnValue(); // the HTTP server says so
  const get = await withExports(() => {
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls += 1;
        if (pulls > 1) controller.error(new Error('PostgreSQL is gone'));
        else controller.enqueue(Buffer.from('half'));
      },
    });
    return Promise.resolve(aFile(body));
  });
  const answer = await get();
  await expect(answer.text()).rejects.toThrow();
  const again = await get();
  expect(again.status).toBe(200);
  await again.text().catch(() => undefined);
});
