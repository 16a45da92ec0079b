import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { streamQueues } from '../../contracts/topology.ts';
import { aRun } from '../../tests/support/gateway/announced-run.ts';
import { GatewayHarness } from '../../tests/support/gateway/gateway-harness.ts';
import {
  completedQuery,
  eventStream,
  post,
  subscribe,
} from '../../tests/support/gateway/requests.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

const queue = streamQueues.completed.name;
let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

test('keeps open streams while RabbitMQ is unavailable and catches them up; refuses new ones with 503 and Retry-After', async () => {
  const replica = await harness.replica();
  const reader = await subscribe(replica, completedQuery, { token });
  harness.announceCompleted(owner, aRun());
  await reader.payload();
  harness.broker.stop();
  const refused = await post(replica, completedQuery, { token, headers: eventStream });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({
    errors: [{ extensions: { code: 'FEED_UNAVAILABLE' } }],
  });
  const missed = harness.announceCompleted(owner, aRun());
  harness.broker.start();
  expect((await reader.payload()).eventId).toBe(missed);
  await eventually(() => replica.feeds.completed.caughtUp);
});

test('sends nothing twice after a reconnect', async () => {
  const replica = await harness.replica();
  const reader = await subscribe(replica, completedQuery, { token });
  harness.announceCompleted(owner, aRun());
  await reader.payload();
  harness.broker.stop();
  harness.broker.start();
  await eventually(() => replica.feeds.completed.caughtUp);
  const next = harness.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(next);
});

test.each([
  ['empty, where an offset past its end would wait for ever', 0],
  ['already longer than before', 20],
])('notices a stream recreated while disconnected, %s', async (_how, events) => {
  const replica = await harness.replica({ feed: { markerTimeoutMs: 100 } });
  const reader = await subscribe(replica, completedQuery, { token });
  harness.announceCompleted(owner, aRun());
  const { cursor } = await reader.payload();
  harness.broker.stop();
  harness.broker.recreate(queue);
  const ids = Array.from({ length: events }, () => harness.announceCompleted(owner, aRun()));
  harness.broker.start();
  for (const id of ids) expect((await reader.payload()).eventId).toBe(id);
  await eventually(() => replica.feeds.completed.caughtUp);
  const live = harness.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(live);

  const back = await subscribe(replica, completedQuery, { token, variables: { after: cursor } });
  const answer = (await back.next(7_000)) as { data: { errors: object[] } };
  expect(answer.data.errors[0]).toMatchObject({ extensions: { code: 'CURSOR_EXPIRED' } });
});

test('reads all that is left once retention has dropped the last message read, and sends nothing twice', async () => {
  const replica = await harness.replica({ feed: { markerTimeoutMs: 100 } });
  const reader = await subscribe(replica, completedQuery, { token });
  const seen = harness.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(seen);
  harness.broker.stop();
  const missed = harness.announceCompleted(owner, aRun());
  harness.broker.dropBefore(queue, harness.broker.messages(queue).at(-1)?.offset ?? 0);
  harness.broker.start();
  expect((await reader.payload()).eventId).toBe(missed);
  expect(await reader.next(100)).toBe('silence');
});

test('refuses subscriptions with 503 and Retry-After until it has caught up', async () => {
  harness.broker.stop();
  const before = harness.announceCompleted(owner, aRun());
  const replica = await harness.startingReplica();
  const refused = await post(replica, completedQuery, { token, headers: eventStream });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');

  harness.broker.start();
  await eventually(() => replica.feeds.started.caughtUp && replica.feeds.completed.caughtUp);
  expect(replica.feeds.completed.log.read(owner, undefined, -1)).toMatchObject([{ id: before }]);
  const reader = await subscribe(replica, completedQuery, { token });
  const live = harness.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(live);
});

test('keeps what was read when RabbitMQ is lost before the marker came, however long', async () => {
  const replica = await harness.replica({ feed: { markerTimeoutMs: 50 } });
  const { completed } = replica.feeds;
  const id = harness.announceCompleted(owner, aRun());
  await eventually(() => completed.log.events === 1);
  harness.broker.stop();
  harness.broker.mute(queue); // confirms messages, delivers none
  const markers = harness.broker.messages(queue).length;
  harness.broker.start();
  await eventually(() => harness.broker.messages(queue).length > markers);
  harness.broker.stop();
  await new Promise((resolve) => setTimeout(resolve, 200)); // nothing is to happen meanwhile
  expect(completed.log.read(owner, undefined, -1)).toMatchObject([{ id }]);
  harness.broker.unmute(queue);
  harness.broker.start();
  await eventually(() => completed.caughtUp);
});

test('measures its lag in events, except while RabbitMQ is unavailable', async () => {
  const replica = await harness.replica();
  const lag = async () =>
    /gateway_feed_lag_events\{field="completed"\} (\d+)/.exec(await replica.metrics())?.[1];
  expect(await lag()).toBe('0');
  const end = replica.feeds.completed.log.newest?.offset ?? 0;
  for (let n = 0; n < 3; n += 1) harness.announceCompleted(owner, aRun());
  expect(await replica.feeds.completed.lag()).toBe(3); // nothing is read before the next turn
  await eventually(() => replica.feeds.completed.log.newest?.offset === end + 3);
  expect(await lag()).toBe('0');
  harness.broker.stop();
  expect(await lag()).toBeUndefined();
});
