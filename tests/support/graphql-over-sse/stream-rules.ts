import assert from 'node:assert/strict';
import { send, assertErrors, assertOneResult, assertStream, type Exchange } from './send.ts';
import { withTimeout } from './block-reader.ts';
import type { AuditedServer, Rule } from './rule.ts';

const done = undefined;

/** Skips comments. */
async function nextEvent(exchange: Exchange) {
  let block = await exchange.next();
  while (block !== undefined && block.event === undefined) block = await exchange.next();
  return block;
}

/** What flows in a stream. */
export const streamRules: readonly Rule[] = [
  {
    id: 'S01',
    level: 'MUST',
    says: 'a query is answered by one `next`, one `complete`, and the end of the stream',
    async check(server) {
      const result = await assertOneResult(await send(server, { query: server.query }));
      assert.ok('data' in result, 'the result has no data');
      return done;
    },
  },
  {
    id: 'S02',
    level: 'MUST',
    says: '`complete` has a `data` field, or browsers would not dispatch it',
    async check(server) {
      const events = await (await send(server, { query: server.query })).events();
      assert.notEqual(events.at(-1)?.data, undefined);
      return done;
    },
  },
  {
    id: 'S03',
    level: 'MUST',
    says: 'a query may come by GET',
    async check(server) {
      await assertOneResult(await send(server, { query: server.query, method: 'GET' }));
      return done;
    },
  },
  {
    id: 'S04',
    level: 'MUST',
    says: 'errors of validation come as `next`, not as a status',
    async check(server) {
      await assertErrors(await send(server, { query: '{ thereIsNoSuchField }' }));
      return done;
    },
  },
  {
    id: 'S05',
    level: 'SHOULD',
    says: 'errors of syntax come as `next`, not as a status',
    async check(server) {
      await assertErrors(await send(server, { query: '{' }));
      return done;
    },
  },
  {
    id: 'S06',
    level: 'MUST',
    says: 'a subscription opens at once, sends something within a second, and stays open',
    async check(server) {
      const exchange = await send(server, { query: server.subscription.query });
      assertStream(exchange);
      await exchange.next(1_000);
      await assert.rejects(exchange.next(1_000), /did not come/);
      exchange.disconnect();
      return done;
    },
  },
  {
    id: 'S07',
    level: 'MUST',
    says: 'an event arrives as `next` with the fields that were selected, and no others',
    async check(server) {
      const exchange = await send(server, { query: server.subscription.query });
      await exchange.next();
      await server.subscription.trigger();
      const block = await nextEvent(exchange);
      exchange.disconnect();
      assert.equal(block?.event, 'next');
      const { data } = JSON.parse(block.data ?? '') as { data: Record<string, object> };
      const [payload] = Object.values(data);
      assert.deepEqual(Object.keys(payload ?? {}).sort(), [...server.subscription.fields].sort());
      return done;
    },
  },
  {
    id: 'S09',
    level: 'MUST',
    says: 'line breaks in a result are escaped: every line is `event:`, `data:` or a comment',
    async check(server) {
      // An error that repeats the argument as it was written, line break and all.
      const query = '{ __type(name: { a: """x\ny""" }) { name } }';
      const events = await (await send(server, { query })).events();
      assert.ok(events.length > 0, 'nothing came');
      for (const { raw } of events)
        for (const line of raw.split('\n')) assert.match(line, /^(event:|data:|:)/);
      for (const { data } of events) if (data) JSON.parse(data);
      return done;
    },
  },
  {
    id: 'S16',
    level: 'MUST',
    says: 'subscriptions that clients leave are released within a second, without another event',
    async check(server) {
      if (server.openStreams === undefined) return 'not checked';
      const before = await server.openStreams();
      const quiet = await Promise.all(
        Array.from({ length: 50 }, () => send(server, { query: server.subscription.query })),
      );
      for (const exchange of quiet) await exchange.next();
      assert.ok((await server.openStreams()) >= before + 50, 'open subscriptions are not counted');
      for (const exchange of quiet) exchange.disconnect();
      await withTimeout(untilAtMost(server, before), 1_000, 'the release');
      return done;
    },
  },
  {
    id: 'S17',
    level: 'SHOULD',
    says: 'a quiet stream is kept alive: something comes at least every 15 seconds',
    async check(server) {
      const exchange = await send(server, { query: server.subscription.query });
      await exchange.next();
      await exchange.next(15_000);
      exchange.disconnect();
      return done;
    },
  },
  {
    id: 'S18',
    level: 'MUST',
    says: 'only `next` and `complete` are ever sent: clients take other names for a fault',
    async check(server) {
      for (const query of [server.query, '{', '{ thereIsNoSuchField }']) {
        const events = await (await send(server, { query })).events();
        for (const { event } of events) assert.match(event ?? '', /^(next|complete)$/);
      }
      return done;
    },
  },
  {
    id: 'S21',
    level: 'MUST',
    says: 'of several operations the one that is named runs; without a name the error comes as `next`',
    async check(server) {
      const query = 'query A { a: __typename } query B { b: __typename }';
      const named = await send(server, { query, operationName: 'B' });
      const { data } = (await assertOneResult(named)) as { data: object };
      assert.deepEqual(Object.keys(data), ['b']);
      await assertErrors(await send(server, { query }));
      return done;
    },
  },
  {
    id: 'S22',
    level: 'MUST',
    says: 'variables reach the operation; the error of a wrong one comes as `next`',
    async check(server) {
      const query = 'query ($leave: Boolean!) { a: __typename b: __typename @skip(if: $leave) }';
      const answer = await send(server, { query, variables: { leave: true } });
      const { data } = (await assertOneResult(answer)) as { data: object };
      assert.deepEqual(Object.keys(data), ['a']);
      await assertErrors(await send(server, { query }));
      return done;
    },
  },
  {
    id: 'S23',
    level: 'MUST',
    says: 'the error of an invalid subscription comes as `next`, then `complete`: nothing stays open',
    async check(server) {
      await assertErrors(await send(server, { query: 'subscription { thereIsNoSuchField }' }));
      return done;
    },
  },
];

async function untilAtMost(server: AuditedServer, most: number): Promise<void> {
  while (((await server.openStreams?.()) ?? 0) > most)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
