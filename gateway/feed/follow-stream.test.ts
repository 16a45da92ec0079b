import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { streamQueues } from '../../contracts/topology.ts';
import { Stage, aRun, completedQuery, post, subscribe } from '../../tests/support/gateway/stage.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

const queue = streamQueues.completed.name;
let stage: Stage;
let token: string;
let owner: string;
beforeEach(async () => {
  stage = await Stage.open();
  token = await stage.token({ sub: 'ada' });
  owner = await stage.owner(token);
});
afterEach(() => stage.close());

const eventStream = { accept: 'text/event-stream' };

test('RabbitMQ away: open streams stay and hear what came meanwhile; new ones get 503 and when to retry', async () => {
  const replica = await stage.replica();
  const reader = await subscribe(replica, completedQuery, { token });
  stage.announceCompleted(owner, aRun());
  await reader.payload();
  stage.broker.stop();
  const refused = await post(replica, completedQuery, { token, headers: eventStream });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({
    errors: [{ extensions: { code: 'FEED_UNAVAILABLE' } }],
  });
  const missed = stage.announceCompleted(owner, aRun());
  stage.broker.start();
  expect((await reader.payload()).eventId).toBe(missed);
  await eventually(() => replica.feeds.completed.caughtUp);
});

test('a reconnect tells nothing twice', async () => {
  const replica = await stage.replica();
  const reader = await subscribe(replica, completedQuery, { token });
  stage.announceCompleted(owner, aRun());
  await reader.payload();
  stage.broker.stop();
  stage.broker.start();
  await eventually(() => replica.feeds.completed.caughtUp);
  const next = stage.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(next);
});

test.each([
  ['empty: a number past its end would wait for ever', 0],
  ['already longer than before', 20],
])('a stream made anew while away is noticed, %s', async (_how, events) => {
  const replica = await stage.replica({ feed: { silenceMs: 100 } });
  const reader = await subscribe(replica, completedQuery, { token });
  stage.announceCompleted(owner, aRun());
  const { cursor } = await reader.payload();
  stage.broker.stop();
  stage.broker.recreate(queue);
  const ids = Array.from({ length: events }, () => stage.announceCompleted(owner, aRun()));
  stage.broker.start();
  for (const id of ids) expect((await reader.payload()).eventId).toBe(id);
  await eventually(() => replica.feeds.completed.caughtUp);
  const live = stage.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(live);

  const back = await subscribe(replica, completedQuery, { token, variables: { after: cursor } });
  const answer = (await back.next(7_000)) as { data: { errors: object[] } };
  expect(answer.data.errors[0]).toMatchObject({ extensions: { code: 'CURSOR_EXPIRED' } });
});

test('retention passed the last message read: all that is left is read again, nothing told twice', async () => {
  const replica = await stage.replica({ feed: { silenceMs: 100 } });
  const reader = await subscribe(replica, completedQuery, { token });
  const seen = stage.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(seen);
  stage.broker.stop();
  const missed = stage.announceCompleted(owner, aRun());
  stage.broker.dropBefore(queue, stage.broker.messages(queue).at(-1)?.offset ?? 0);
  stage.broker.start();
  expect((await reader.payload()).eventId).toBe(missed);
  expect(await reader.next(100)).toBe('silence');
});

test('a replica answers subscriptions only after it has caught up: 503 and when to retry before', async () => {
  stage.broker.stop();
  const before = stage.announceCompleted(owner, aRun());
  const replica = await stage.startingReplica();
  const refused = await post(replica, completedQuery, { token, headers: eventStream });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');

  stage.broker.start();
  await eventually(() => replica.feeds.started.caughtUp && replica.feeds.completed.caughtUp);
  expect(replica.feeds.completed.log.read(owner, undefined, -1)).toMatchObject([{ id: before }]);
  const reader = await subscribe(replica, completedQuery, { token });
  const live = stage.announceCompleted(owner, aRun());
  expect((await reader.payload()).eventId).toBe(live);
});

test('RabbitMQ lost again before our own marker came: what was read stays, however long it is away', async () => {
  const replica = await stage.replica({ feed: { silenceMs: 50 } });
  const { completed } = replica.feeds;
  const id = stage.announceCompleted(owner, aRun());
  await eventually(() => completed.log.events === 1);
  stage.broker.stop();
  stage.broker.mute(queue); // takes messages, hands none out
  const markers = stage.broker.messages(queue).length;
  stage.broker.start();
  await eventually(() => stage.broker.messages(queue).length > markers);
  stage.broker.stop();
  await new Promise((resolve) => setTimeout(resolve, 200)); // nothing is to happen meanwhile
  expect(completed.log.read(owner, undefined, -1)).toMatchObject([{ id }]);
  stage.broker.unmute(queue);
  stage.broker.start();
  await eventually(() => completed.caughtUp);
});

test('how far a replica is behind its stream is a metric, in events; unknown while RabbitMQ is away', async () => {
  const replica = await stage.replica();
  const lag = async () =>
    /gateway_feed_lag_events\{field="completed"\} (\d+)/.exec(await replica.metrics())?.[1];
  expect(await lag()).toBe('0');
  const end = replica.feeds.completed.log.newest?.offset ?? 0;
  for (let n = 0; n < 3; n += 1) stage.announceCompleted(owner, aRun());
  expect(await replica.feeds.completed.behind()).toBe(3); // nothing is read before the next turn
  await eventually(() => replica.feeds.completed.log.newest?.offset === end + 3);
  expect(await lag()).toBe('0');
  stage.broker.stop();
  expect(await lag()).toBeUndefined();
});
