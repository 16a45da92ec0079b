import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createHealth } from './health.ts';
import { createHttpApp, listen, readJson, requireInternalToken } from './http-server.ts';
import { silentLogger } from '../logger.ts';
import { Problem } from './problem.ts';

const never = () => new Promise<void>(() => undefined);

function createApp(checks: Parameters<typeof createHealth>[0] = {}) {
  const app = createHttpApp({ health: createHealth(checks), logger: silentLogger() });
  app.use('/v1/*', requireInternalToken('the-internal-token'));
  app.post('/v1/things', async (c) => c.json(await readJson(c, z.object({ name: z.string() }))));
  app.get('/v1/refused', () => {
    throw new Problem(503, 'AWAY', 'come back later', { retryAfter: 3 });
  });
  app.get('/v1/bug', () => {
    throw new TypeError('secret detail');
  });
  return app;
}

const authorization = 'Bearer the-internal-token';
const post = (body: string, contentType = 'application/json') =>
  createApp().request('/v1/things', {
    method: 'POST',
    headers: { authorization, 'content-type': contentType },
    body,
  });

describe('answers', () => {
  test('answers a problem with status, code and Retry-After', async () => {
    const response = await createApp().request('/v1/refused', { headers: { authorization } });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'AWAY', detail: 'come back later' });
  });

  test('answers a bug with a reference and without its text', async () => {
    const response = await createApp().request('/v1/bug', { headers: { authorization } });
    expect(response.status).toBe(500);
    const body = (await response.json()) as { reference: string };
    expect(body.reference).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(body)).not.toContain('secret detail');
  });

  test('forbids browsers to guess another content type', async () => {
    for (const path of ['/v1/refused', '/v1/bug', '/nowhere', '/livez']) {
      const response = await createApp().request(path, { headers: { authorization } });
      expect([path, response.headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
    }
  });

  test('names every invalid field', async () => {
    expect((await post('{"name":1}')).status).toBe(422);
    expect(await (await post('{"name":1}')).json()).toMatchObject({
      errors: { name: [expect.any(String)] },
    });
    expect((await post('{')).status).toBe(422);
    expect((await post('{"name":"x"}', 'text/plain;application/json')).status).toBe(415);
    expect((await post('{"name":"x"}', 'application/json; charset=utf-8')).status).toBe(200);
  });

  test('answers 400 to a body that breaks off', async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error('aborted'));
      },
    });
    const headers = { authorization, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    const response = await createApp().request('/v1/things', init);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'INCOMPLETE' });
  });

  test('answers nothing but health without the internal token', async () => {
    expect((await createApp().request('/v1/refused')).status).toBe(401);
    expect((await createApp().request('/livez')).status).toBe(200);
    expect((await createApp().request('/metrics')).status).toBe(200);
  });
});

describe('readyz', () => {
  test('readyz names an unavailable shared server without failing', async () => {
    const unavailable = () => Promise.reject(new Error('connection refused'));
    const response = await createApp({ shared: { rabbitmq: unavailable } }).request('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ checks: { rabbitmq: 'connection refused' } });
  });

  test('readyz names warnings with their remedy without failing', async () => {
    const warnings = () => ({ store: 'accepts unsigned PUTs: use another' });
    const response = await createApp({ warnings }).request('/readyz');
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { ok: true, warnings: { store: 'accepts unsigned PUTs: use another' } },
    ]);
  });

  test('readyz fails when a required check does not answer within a second', async () => {
    const response = await createApp({ required: { feed: never } }).request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ checks: { feed: 'no answer within 1000 ms' } });
  });
});

test('keeps an idle connection longer than a proxy does, so that the proxy closes it', async () => {
  const server = await listen(createApp(), { host: '127.0.0.1', port: 0 });
  const { headers } = await fetch(`http://127.0.0.1:${server.port}/healthz`);
  await server.stop();
  const [, seconds] = /timeout=(\d+)/.exec(headers.get('keep-alive') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(120); // Caddy; nginx and AWS: 60
});

test('finishes the request in progress at a stop and refuses new ones', async () => {
  const app = createApp();
  const inHand = Promise.withResolvers<undefined>();
  const arrived = Promise.withResolvers<undefined>();
  app.get('/slow', async (c) => {
    arrived.resolve(undefined);
    await inHand.promise;
    return c.text('done');
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}/slow`;
  const answer = fetch(url);
  await arrived.promise;
  const stopped = server.stop();
  await expect(fetch(url)).rejects.toThrow();
  inHand.resolve(undefined);
  expect(await (await answer).text()).toBe('done');
  await stopped;
});

test('stops although clients keep sending requests over their connections', async () => {
  const app = createApp().get('/slow', async (c) => {
    await pause(20); // so that there is always one in hand
    return c.text('done');
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}/slow`;
  const enough = AbortSignal.timeout(5_000);
  const stopped = new AbortController();
  const callers = Array.from({ length: 10 }, async () => {
    while (!enough.aborted && !stopped.signal.aborted)
      await fetch(url).then(
        (answer) => answer.text(),
        () => pause(10), // refused: the connection that it has is the only way in
      );
  });
  await pause(100);
  await server.stop();
  expect(enough.aborted).toBe(false);
  stopped.abort();
  await Promise.all(callers);
});
