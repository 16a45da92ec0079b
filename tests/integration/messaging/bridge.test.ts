// What svc-messaging-bridge promises, between a real Kafka and a real RabbitMQ.
import { afterEach, expect, test } from '@jest/globals';
import type { Delivery } from '../../../platform/rabbitmq/rabbitmq.ts';
import { openProxy, targetOf, through, type Proxy } from '../../support/harness/proxy.ts';
import {
  arrivalsOf,
  deadLettersOf,
  eventOf,
  numbered,
  ownArrow,
  publishEvents,
  startBridge,
  type RunningBridge,
} from '../../support/messaging/bridge.ts';
import { cleanUpKafka, publisherOf } from '../../support/messaging/kafka.ts';
import { asOperator, cleanUpRabbit } from '../../support/messaging/rabbitmq.ts';
import { rabbitUrl } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';

/** What RabbitMQ reads meaning into, or cannot be reported. */
const hostileHeaderNames = [
  ...['CC', 'BCC', 'x-death', 'x-delivery-count', 'x-stream-offset', 'x-first-death-queue'],
  ...['x-delay', 'x-opt-delivery-count', 'user-id', 'expiration', 'priority', 'x-match'],
  ...['__proto__', 'constructor', 'n'.repeat(256), 'ü'.repeat(128), '\ud800', '\0', '!'],
];

let proxy: Proxy | undefined;
afterEach(async () => {
  await cleanUpKafka();
  await cleanUpRabbit();
  await proxy?.close();
  proxy = undefined;
});

test('delivers every record once, in order within its partition, with its headers', async () => {
  const arrow = ownArrow();
  const ids = numbered(1_000);
  await publishEvents(publisherOf([arrow.topic]), arrow, ids);
  const arrivals = arrivalsOf(arrow);
  startBridge(arrow);
  await arrivals.all(ids);
  expect(arrivals.duplicates()).toBe(0);

  const lastOffsets = new Map<string, number>();
  for (const { headers } of arrivals.deliveries) {
    const partition = headers['kafka-partition'] ?? '';
    expect(Number(headers['kafka-offset'])).toBe((lastOffsets.get(partition) ?? -1) + 1);
    lastOffsets.set(partition, Number(headers['kafka-offset']));
  }
  expect(lastOffsets.size).toBe(6);
  const { messageId, headers, body } = arrivals.deliveries[0] ?? { headers: {} };
  expect(body?.toString()).toBe(`{"id":"${messageId ?? ''}"}`);
  expect(headers).toMatchObject({
    cloudEvents_specversion: '1.0',
    cloudEvents_id: messageId,
    cloudEvents_source: 'urn:test',
    cloudEvents_type: 'photo.taken',
    cloudEvents_time: '2026-05-04T03:02:01Z',
    'content-type': 'application/json',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'kafka-topic': arrow.topic.topic,
  });
});

test('loses nothing, keeps the order and repeats at most twice what is in flight when bridges join and leave under load', async () => {
  const arrow = ownArrow();
  const arrivals = arrivalsOf(arrow);
  const maxInFlight = 60;
  const ids = numbered(3_000);
  const running: RunningBridge[] = [startBridge(arrow, { maxInFlight })];
  const load = publishEvents(publisherOf([arrow.topic]), arrow, ids);
  const arrived = (count: number) =>
    eventually(() => arrivals.counts.size >= count, { within: 60_000 });
  const join = () => Promise.resolve(void running.push(startBridge(arrow, { maxInFlight })));
  const leave = async () => running.shift()?.close(); // the eldest: it has most in hand

  const changes = [join, join, leave, join, leave, leave, join, leave];
  for (const [index, change] of changes.entries()) {
    await arrived(300 * (index + 1));
    await change();
  }
  await load;
  await arrivals.all(ids);
  expect(arrivals.duplicates()).toBeLessThanOrEqual(changes.length * maxInFlight * 2);
  expect(outOfOrder(arrivals.deliveries)).toEqual([]);
});

/** Records that came for the first time after a later one of their partition. */
function outOfOrder(deliveries: readonly Delivery[]): string[] {
  const newest = new Map<string, number>();
  const known = new Set<string>();
  return deliveries.flatMap(({ messageId, headers }) => {
    const { 'kafka-partition': partition = '', 'kafka-offset': offset } = headers;
    if (known.has(messageId)) return []; // a repeat comes late by nature
    known.add(messageId);
    const before = newest.get(partition) ?? -1;
    newest.set(partition, Math.max(before, Number(offset)));
    return Number(offset) > before ? [] : [`${partition}:${String(offset)}`];
  });
}

test('sends records that can never be published to the dead letter topic with their reason, and goes on', async () => {
  const arrow = ownArrow();
  const kafka = publisherOf([arrow.topic]);
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  startBridge(arrow);
  const poison = {
    'without an id': { ...eventOf('p1', 'k'), headers: { ce_type: 't' } },
    'with too large headers': {
      ...eventOf('p2', 'k'),
      headers: { ce_id: 'p2', big: 'x'.repeat(70_000) },
    },
    'with too long an id': { ...eventOf('p3', 'k'), headers: { ce_id: 'p'.repeat(300) } },
    'as large as Kafka takes, so that the dead letter is too large': {
      ...eventOf('p4', 'k'),
      headers: { ce_type: 't' },
      value: Buffer.alloc(1_048_400),
    },
  };
  await kafka.publish(arrow.topic.topic, eventOf('before', 'k'));
  for (const record of Object.values(poison)) await kafka.publish(arrow.topic.topic, record);
  await kafka.publishTombstone(arrow.topic.topic, eventOf('p5', 'k'));
  await kafka.publish(arrow.topic.topic, eventOf('after', 'k'));

  await arrivals.all(['before', 'after']);
  await eventually(() => dead.length === 5);
  expect(arrivals.deliveries).toHaveLength(2);
  const deadLetters = dead.toSorted(
    (a, b) => Number(a.headers['dlq_offset']) - Number(b.headers['dlq_offset']),
  );
  expect(deadLetters.map(({ headers }) => headers['dlq_reason'])).toEqual([
    expect.stringContaining('no CloudEvents id'),
    expect.stringContaining('at most 59392 allowed'),
    expect.stringContaining('up to 255 chars'),
    expect.stringContaining('no CloudEvents id'),
    expect.stringContaining('no value'),
  ]);
  const { topic } = arrow.topic;
  expect(deadLetters[0]).toMatchObject({
    key: expect.stringMatching(new RegExp(`^${topic}:\\d:1$`)),
    headers: { ce_type: 't', dlq_topic: topic, dlq_offset: '1', dlq_key: 'k' },
  });
  expect(deadLetters[0]?.value?.toString()).toBe('{"id":"p1"}');
  expect(deadLetters[3]).toMatchObject({
    headers: { dlq_body: expect.stringContaining('left out') },
  });
});

test('delivers hostile headers unchanged or to the dead letter topic, and goes on', async () => {
  const arrow = ownArrow();
  const kafka = publisherOf([arrow.topic]);
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  startBridge(arrow);
  for (const [n, name] of hostileHeaderNames.entries()) {
    const event = eventOf(`h${n}`, 'k');
    const headers = { ...event.headers, [name]: 'a value' };
    await kafka.publish(arrow.topic.topic, { ...event, headers });
  }
  await kafka.publish(arrow.topic.topic, eventOf('after', 'k'));
  await arrivals.all(['after']);
  const reported = () => arrivals.counts.size - 1 + dead.length;
  await eventually(() => reported() === hostileHeaderNames.length);
  const deadLetters = dead.toSorted(
    (a, b) => Number(a.headers['dlq_offset']) - Number(b.headers['dlq_offset']),
  );
  expect(deadLetters.map(({ headers }) => headers['dlq_reason'])).toEqual([
    expect.stringContaining('routes by header CC'),
    expect.stringContaining('routes by header BCC'),
    expect.stringContaining('too long: at most 255 bytes allowed'),
    expect.stringContaining('too long: at most 255 bytes allowed'),
  ]);
});

test('declares a queue deleted during the flow again, with every confirmed record in it', async () => {
  const arrow = ownArrow();
  const kafka = publisherOf([arrow.topic]);
  const dead = deadLettersOf(arrow);
  startBridge(arrow);
  await publishEvents(kafka, arrow, ['e0']);
  await eventually(() =>
    asOperator((channel) => channel.checkQueue(arrow.places.queue)).then(
      ({ messageCount }) => messageCount === 1,
      () => false,
    ),
  );
  // Without stream and queue the fanout has nowhere to put a message.
  await asOperator((channel) => channel.deleteQueue(arrow.places.stream));
  await asOperator((channel) => channel.deleteQueue(arrow.places.queue));
  const ids = numbered(300).slice(1);
  await publishEvents(kafka, arrow, ids);
  const arrivals = arrivalsOf(arrow);
  await arrivals.all(ids);
  expect(dead).toEqual([]);
});

test('sends records to the dead letter topic after the third return of an exchange without a queue', async () => {
  const arrow = ownArrow();
  const bare = { exchanges: arrow.places.topology.exchanges, queues: [] };
  const lonely = { ...arrow, places: { ...arrow.places, topology: bare } };
  const dead = deadLettersOf(arrow);
  startBridge(lonely);
  await publishEvents(publisherOf([arrow.topic]), arrow, numbered(3));
  await eventually(() => dead.length === 3);
  expect(dead[0]?.headers['dlq_reason']).toContain('returned 3 times');
});

test('loses nothing when the connection to RabbitMQ is cut, frozen and refused during the flow', async () => {
  const arrow = ownArrow();
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  proxy = await openProxy(targetOf(rabbitUrl));
  const bridge = startBridge(arrow, { rabbitUrl: through(proxy, rabbitUrl) });
  const ids = numbered(1_500);
  const load = publishEvents(publisherOf([arrow.topic]), arrow, ids);
  const arrived = (count: number) => eventually(() => arrivals.counts.size >= count);

  await arrived(200);
  proxy.disconnect();
  await arrived(500);
  proxy.pause();
  await load;
  proxy.resume();
  proxy.refuse();
  await eventually(async () => (await bridge.metrics.metrics()).includes('end="unconfirmed"'));
  proxy.accept();
  await arrivals.all(ids);
  expect(dead).toEqual([]);
  expect(arrivals.duplicates()).toBeLessThanOrEqual(3 * 300 * 2);
});
