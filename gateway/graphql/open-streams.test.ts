import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aRun, stateOf } from '../../tests/support/gateway/announced-run.ts';
import { GatewayHarness, answers } from '../../tests/support/gateway/gateway-harness.ts';
import {
  codes,
  completedQuery,
  eventStream,
  post,
  subscribe,
} from '../../tests/support/gateway/requests.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

test('limits open streams per user with 429 and per replica with 503, both with Retry-After', async () => {
  const replica = await harness.replica({
    config: { STREAMS_PER_USER: 2, STREAMS_PER_REPLICA: 3 },
  });
  const open = (bearer: string) =>
    post(replica, completedQuery, { token: bearer, headers: eventStream });
  await open(token);
  const second = await open(token);
  const third = await open(token);
  expect(third.status).toBe(429);
  expect(third.headers.get('retry-after')).toBe('5');
  const other = await harness.token({ sub: 'bob' });
  expect((await open(other)).status).toBe(200);
  const full = await open(other);
  expect(full.status).toBe(503);
  expect(await codes(full)).toEqual(['REPLICA_FULL']);
  await second.body?.cancel();
  expect((await open(token)).status).toBe(200); // the place is free again
  expect(await replica.metrics()).toContain(
    'gateway_streams_rejected_total{reason="TOO_MANY_STREAMS"} 1',
  );
});

test('ends a stream with its token, without complete, so that the client comes back', async () => {
  const replica = await harness.replica();
  const short = await harness.token({ sub: 'ada', expiresInSeconds: 2 });
  const reader = await subscribe(replica, completedQuery, { token: short });
  const id = harness.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(id);
  expect(await reader.next(4_000)).toBe('end');
  expect(await replica.metrics()).toContain(
    'gateway_streams_ended_total{reason="token_expired"} 1',
  );
});

test('ends streams on drain without complete, and opens none after', async () => {
  const replica = await harness.replica();
  const readers = await Promise.all(
    [1, 2, 3].map(() => subscribe(replica, completedQuery, { token })),
  );
  await replica.streams.drain(30);
  for (const reader of readers) expect(await reader.next()).toBe('end');
  const refused = await post(replica, completedQuery, { token, headers: eventStream });
  expect(await codes(refused)).toEqual(['DRAINING']);
  expect(replica.streams.size).toBe(0);
});

test('releases 50 quiet streams at once when their clients leave, without another event', async () => {
  const replica = await harness.replica({ orchestrator: answers(stateOf(aRun(), 'RUNNING')) });
  const readers = await Promise.all(
    Array.from({ length: 50 }, () => subscribe(replica, completedQuery, { token })),
  );
  expect(replica.streams.size).toBe(50);
  await Promise.all(readers.map((reader) => reader.cancel()));
  await eventually(() => replica.streams.size === 0, { within: 1_000 });
  expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="client"} 50');
});

test('cuts off a client that does not read before memory fills; it misses nothing when back', async () => {
  const replica = await harness.replica({ config: { REPLAY_BUFFER_BYTES: 10_000_000 } });
  const reader = await subscribe(replica, completedQuery, { token });
  const first = harness.announceCompleted(owner, aRun());
  const { eventId, cursor } = await reader.payload();
  expect(eventId).toBe(first);
  const ids = Array.from({ length: 1_100 }, () => harness.announceCompleted(owner, aRun()));
  await eventually(() => replica.streams.size === 0);
  expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="overflow"} 1');
  const back = await subscribe(replica, completedQuery, { token, variables: { after: cursor } });
  for (const id of ids) expect((await back.payload()).eventId).toBe(id);
});
