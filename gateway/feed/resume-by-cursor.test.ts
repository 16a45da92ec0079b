import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { streamQueues } from '../../contracts/topology.ts';
import { aRun } from '../../tests/support/gateway/announced-run.ts';
import {
  GatewayHarness,
  untilRead,
  type Replica,
} from '../../tests/support/gateway/gateway-harness.ts';
import { codeOf, completedQuery, post, subscribe } from '../../tests/support/gateway/requests.ts';
import { Problem } from '../../platform/http/problem.ts';
import { fingerprintOf } from './deduplicator.ts';
import { viewsOf } from './feeds.ts';

let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

const expectExpired = async (replica: Replica, after: unknown, timeoutMs?: number) => {
  const reader = await subscribe(replica, completedQuery, { token, variables: { after } });
  expect(codeOf(await reader.next(timeoutMs))).toBe('CURSOR_EXPIRED');
  expect(await reader.next()).toMatchObject({ event: 'complete' });
};

test('expires a cursor on an evicted event, rather than skip events silently', async () => {
  const replica = await harness.replica({ config: { REPLAY_BUFFER_BYTES: 4_000 } });
  const reader = await subscribe(replica, completedQuery, { token });
  harness.announceCompleted(owner, aRun());
  const { cursor } = await reader.payload();
  for (let more = 0; more < 6; more += 1) harness.announceCompleted(owner, aRun());
  await untilRead(replica, 7);
  await expectExpired(replica, cursor);
  expect(await replica.metrics()).toMatch(/gateway_cursor_expired_total\{field="completed"\} 1/);
});

test('expires the cursor of a quiet owner whose event was evicted for others, and goes on from feedCursors', async () => {
  const replica = await harness.replica({ config: { REPLAY_BUFFER_BYTES: 4_000 } });
  const reader = await subscribe(replica, completedQuery, { token });
  harness.announceCompleted(owner, aRun());
  const { cursor } = await reader.payload();
  for (let n = 0; n < 6; n += 1) harness.announceCompleted('f'.repeat(32), aRun());
  await untilRead(replica, 7);
  const live = harness.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(live); // who stays connected needs no cursor
  await expectExpired(replica, cursor);
  const after = viewsOf(replica.feeds).completed.newestCursor();
  const back = await subscribe(replica, completedQuery, { token, variables: { after } });
  const next = harness.announceCompleted(owner, aRun());
  expect((await back.payload()).eventId).toBe(next);
});

test('expires a cursor before the first message that this replica could read', async () => {
  const one = await harness.replica();
  const reader = await subscribe(one, completedQuery, { token });
  harness.announceCompleted(owner, aRun());
  const { cursor } = await reader.payload();
  for (let n = 0; n < 2; n += 1) harness.announceCompleted(owner, aRun());
  const { name } = streamQueues.completed;
  harness.broker.dropBefore(name, harness.broker.messages(name).at(-1)?.offset ?? 0);
  await expectExpired(await harness.replica(), cursor);
});

test('makes cursors of the field, the offset, 8 hex digits of the event id and the time, which any replica can read', async () => {
  const replica = await harness.replica();
  const reader = await subscribe(replica, completedQuery, { token });
  const id = harness.announceCompleted(owner, aRun());
  const { cursor } = await reader.payload();
  const offset = replica.feeds.completed.log.newest?.offset;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 8);
  expect(Buffer.from(String(cursor), 'base64url').toString()).toBe(
    `completed:${offset}:${hash}:${replica.feeds.completed.log.newest?.at}`,
  );
});

test('takes a cursor on the last evicted message, since everything after it is in memory', async () => {
  let now = Date.now();
  const replica = await harness.replica({
    config: { REPLAY_WINDOW: 1_000 },
    feed: { now: () => now },
  });
  const quiet = viewsOf(replica.feeds).completed.newestCursor();
  now += 5_000;
  const id = harness.announceCompleted(owner, aRun({ time: new Date(now).toISOString() }));
  await untilRead(replica, 1);
  const reader = await subscribe(replica, completedQuery, { token, variables: { after: quiet } });
  expect((await reader.payload()).eventId).toBe(id);
});

test('waits until it has read as far as a cursor of another replica', async () => {
  const one = await harness.replica();
  const reader = await subscribe(one, completedQuery, { token });
  harness.announceCompleted(owner, aRun());
  const { cursor } = await reader.payload();
  const other = await harness.replica();
  const ahead = Buffer.from(String(cursor), 'base64url').toString().split(':');
  const offset = (other.feeds.completed.log.newest?.offset ?? 0) + 1;
  const event = aRun();
  const hash = fingerprintOf(`${event.correlationId}:run-1:completed`).slice(0, 8);
  const after = Buffer.from(`${ahead[0]}:${offset}:${hash}`).toString('base64url');
  const back = await subscribe(other, completedQuery, { token, variables: { after } });
  expect(await back.next(100)).toBe('silence');
  harness.announceCompleted(owner, event);
  const next = harness.announceCompleted(owner, aRun());
  expect((await back.payload()).eventId).toBe(next); // after the cursor, whose event is not sent again
  expect(await back.next(100)).toBe('silence'); // nor what was buffered meanwhile
});

test('expires a cursor that is ahead of the stream for five seconds', async () => {
  const replica = await harness.replica();
  const after = Buffer.from('completed:9000:00000000').toString('base64url');
  await expectExpired(replica, after, 7_000);
});

test('ends the stream, rather than expire a cursor ahead of it, when it loses RabbitMQ', async () => {
  const replica = await harness.replica();
  const offset = (replica.feeds.completed.log.newest?.offset ?? 0) + 1;
  const after = Buffer.from(`completed:${offset}:00000000`).toString('base64url');
  const reader = await subscribe(replica, completedQuery, { token, variables: { after } });
  harness.broker.stop();
  expect(await reader.next(7_000)).toBe('end'); // without `complete`
  const metrics = await replica.metrics();
  expect(metrics).toContain('gateway_streams_ended_total{reason="behind"} 1');
  expect(metrics).not.toMatch(/gateway_cursor_expired_total\{/);
  harness.broker.start();
});

test('ends the stream, rather than expire a cursor ahead of it, when it lags behind RabbitMQ', async () => {
  const replica = await harness.replica();
  const { completed } = replica.feeds;
  const { name } = streamQueues.completed;
  harness.broker.mute(name);
  const hash = fingerprintOf(harness.announceCompleted(owner, aRun())).slice(0, 8);
  const { offset } = harness.broker.messages(name).at(-1) ?? {};
  const after = Buffer.from(`completed:${offset}:${hash}`).toString('base64url');
  const reader = await subscribe(replica, completedQuery, { token, variables: { after } });
  expect(await reader.next(7_000)).toBe('end'); // without `complete`
  expect(completed.caughtUp).toBe(true);
  expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="behind"} 1');
});

test('expires a cursor of another message at its offset: the stream was recreated', async () => {
  const replica = await harness.replica();
  const offset = replica.feeds.completed.log.newest?.offset ?? 0;
  await expectExpired(replica, Buffer.from(`completed:${offset}:00000000`).toString('base64url'));
});

test.each(['x', '', Buffer.from('started:0:00000000').toString('base64url')])(
  'refuses a cursor that this field never gave (%p)',
  async (after) => {
    const replica = await harness.replica();
    const reader = await subscribe(replica, completedQuery, { token, variables: { after } });
    expect(codeOf(await reader.next())).toBe('CURSOR_INVALID');
  },
);

test('says since when to read the list instead of an expired cursor, by its own clocks', async () => {
  const replica = await harness.replica();
  const since = '2026-11-23T08:00:01.500Z';
  const expire = async (after: string) => {
    const variables = { after: Buffer.from(after).toString('base64url') };
    const reader = await subscribe(replica, completedQuery, { token, variables });
    return JSON.stringify(await reader.next(7_000));
  };
  expect(await expire(`completed:0:00000000:${Date.parse(since)}`)).toContain(`"since":"${since}"`);
  expect(await expire('completed:0:00000000')).not.toContain('since"'); // of an earlier version
});

test('answers queries at least as new as a cursor behind the end of a recreated stream with CURSOR_EXPIRED', async () => {
  const notApplied = new Problem(503, 'NOT_APPLIED', 'the register has not read as far');
  const replica = await harness.replica({ register: () => Promise.reject(notApplied) });
  const text =
    'events:900:0011aabb:1795680000000/901:0011aabb:1795680000000/902:0011aabb:1795680000000';
  const cursor = Buffer.from(text).toString('base64url');
  const id = '01900000-0000-7000-8000-000000000001';
  for (const field of [
    `analyses(atLeast: "${cursor}") { edges { cursor } }`,
    `analysis(correlationId: "${id}", atLeast: "${cursor}") { state }`,
  ]) {
    const answer = await post(replica, `{ ${field} }`, { token });
    expect(await answer.text()).toContain('CURSOR_EXPIRED');
  }
});
