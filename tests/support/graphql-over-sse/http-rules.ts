import assert from 'node:assert/strict';
import { send, assertOneResult, assertStream } from './send.ts';
import type { AuditedServer, Rule } from './rule.ts';

const done = undefined;

const streamHeaders = async (server: AuditedServer) => {
  const exchange = await send(server, { query: server.subscription.query });
  assertStream(exchange);
  exchange.disconnect();
  return exchange.response.headers;
};

const assertRefused = (status: number) =>
  assert.ok(status >= 400 && status < 500, `answered ${status}`);

/** What HTTP requires of a stream and of its request. */
export const httpRules: readonly Rule[] = [
  {
    id: 'S08',
    level: 'MUST',
    says: 'a mutation by GET is refused',
    async check(server) {
      const { response } = await send(server, { query: server.mutation, method: 'GET' });
      assert.equal(response.status, 405);
      return done;
    },
  },
  {
    id: 'S10',
    level: 'MUST',
    says: '`cache-control` keeps caches from storing the stream',
    async check(server) {
      const cacheControl = (await streamHeaders(server)).get('cache-control') ?? '';
      assert.match(cacheControl, /no-cache|no-store/);
      return done;
    },
  },
  {
    id: 'S11',
    level: 'SHOULD',
    says: '`x-accel-buffering: no` keeps proxies from buffering',
    async check(server) {
      assert.equal((await streamHeaders(server)).get('x-accel-buffering'), 'no');
      return done;
    },
  },
  {
    id: 'S12',
    level: 'MUST',
    says: 'no content-encoding that does not exist, such as `none`',
    async check(server) {
      const encoding = (await streamHeaders(server)).get('content-encoding');
      assert.ok(encoding === null || /^(gzip|br|deflate|zstd)$/.test(encoding), String(encoding));
      return done;
    },
  },
  {
    id: 'S13',
    level: 'MUST',
    says: 'Accept is read as HTTP says: lists, parameters, upper case',
    async check(server) {
      const ways = [
        'text/event-stream, */*',
        'text/event-stream;q=1',
        'text/event-stream; charset=utf-8',
        'TEXT/EVENT-STREAM',
      ];
      for (const accept of ways)
        await assertOneResult(await send(server, { query: server.query, headers: { accept } }));
      return done;
    },
  },
  {
    id: 'S14',
    level: 'MUST',
    says: '`text/plain;application/json` is refused, or any site could send it without a preflight',
    async check(server) {
      const headers = { 'content-type': 'text/plain;application/json' };
      const { response } = await send(server, { query: server.query, headers });
      assertRefused(response.status);
      return done;
    },
  },
  {
    id: 'S15',
    level: 'MUST',
    says: 'a body of invalid JSON is a bad request',
    async check(server) {
      for (const body of ['{', '[]', '{}', '{"query":1}']) {
        const { response } = await send(server, { query: '', body });
        assert.equal(response.status, 400, `${body} is answered ${response.status}`);
      }
      return done;
    },
  },
  {
    id: 'S19',
    level: 'SHOULD',
    says: 'a subscription by GET is a stream too, as EventSource sends it',
    async check(server) {
      const exchange = await send(server, { query: server.subscription.query, method: 'GET' });
      assertStream(exchange);
      exchange.disconnect();
      return done;
    },
  },
  {
    id: 'S20',
    level: 'SHOULD',
    says: 'reserving a stream is refused, which would hold memory for nothing',
    async check(server) {
      const answer = await fetch(server.url, { method: 'PUT', headers: server.headers });
      assertRefused(answer.status);
      await answer.body?.cancel();
      return done;
    },
  },
];
