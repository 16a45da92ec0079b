// What svc-messaging-bridge promises, between a real Kafka and a real RabbitMQ.
import { afterEach, expect, test } from '@jest/globals';
import { openLine, targetOf, through, type BrokenLine } from './broken-line.ts';
import {
  arrivalsOf,
  deadLettersOf,
  eventOf,
  numbered,
  ownArrow,
  publishEvents,
  startBridge,
  type RunningBridge,
} from './bridge-fixture.ts';
import { cleanUpKafka, publisherOf } from './kafka-fixture.ts';
import { asOperator, cleanUpRabbit } from './rabbitmq-fixture.ts';
import { rabbitUrl, until } from './servers.ts';

let line: BrokenLine | undefined;
afterEach(async () => {
  await cleanUpKafka();
  await cleanUpRabbit();
  await line?.close();
  line = undefined;
});

test('every record arrives once, in order within its partition, with its headers', async () => {
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

test('bridges that join and leave under load lose nothing and repeat at most a window each time', async () => {
  const arrow = ownArrow();
  const arrivals = arrivalsOf(arrow);
  const window = 20;
  const ids = numbered(3_000);
  const running: RunningBridge[] = [startBridge(arrow, { window })];
  const load = publishEvents(publisherOf([arrow.topic]), arrow, ids);
  const arrived = (count: number) =>
    until(`${count} arrived`, () => arrivals.counts.size >= count, 60_000);

  let changes = 0;
  for (let at = 300; at < 2_700; at += 600) {
    await arrived(at);
    running.push(startBridge(arrow, { window })); // joins
    await arrived(at + 300);
    await running.shift()?.close(); // the elder leaves
    changes += 2;
  }
  await load;
  await arrivals.all(ids);
  expect(arrivals.duplicates()).toBeLessThanOrEqual(changes * window * 3); // 3 partitions side by side
});

test('records that can never be published are set aside with their reason, and hold nobody up', async () => {
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
  };
  await kafka.publish(arrow.topic.topic, eventOf('before', 'k'));
  for (const record of Object.values(poison)) await kafka.publish(arrow.topic.topic, record);
  await kafka.publish(arrow.topic.topic, eventOf('after', 'k'));

  await arrivals.all(['before', 'after']);
  await until('the poison is set aside', () => dead.length === 3);
  expect(arrivals.deliveries).toHaveLength(2);
  const letters = dead.toSorted(
    (a, b) => Number(a.headers['dlq_offset']) - Number(b.headers['dlq_offset']),
  );
  expect(letters.map(({ headers }) => headers['dlq_reason'])).toEqual([
    expect.stringContaining('no CloudEvents id'),
    expect.stringContaining('are over 65536'),
    expect.stringContaining('up to 255 chars'),
  ]);
  const { topic } = arrow.topic;
  expect(letters[0]).toMatchObject({
    key: expect.stringMatching(new RegExp(`^${topic}:\\d:1$`)),
    headers: { ce_type: 't', dlq_topic: topic, dlq_offset: '1', dlq_key: 'k' },
  });
  expect(letters[0]?.value?.toString()).toBe('{"id":"p1"}');
});

test('a queue deleted during the flow is declared again, and no confirmed record is missing in it', async () => {
  const arrow = ownArrow();
  const kafka = publisherOf([arrow.topic]);
  const dead = deadLettersOf(arrow);
  startBridge(arrow);
  await publishEvents(kafka, arrow, ['e0']);
  await until('it flows', () =>
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

test('an exchange to which nobody ever binds makes dead letters after the third return', async () => {
  const arrow = ownArrow();
  const bare = { exchanges: arrow.places.topology.exchanges, queues: [] };
  const lonely = { ...arrow, places: { ...arrow.places, topology: bare } };
  const dead = deadLettersOf(arrow);
  startBridge(lonely);
  await publishEvents(publisherOf([arrow.topic]), arrow, numbered(3));
  await until('all are set aside', () => dead.length === 3);
  expect(dead[0]?.headers['dlq_reason']).toContain('returned 3 times');
});

test('a line to RabbitMQ that is cut, frozen and unplugged during the flow loses nothing', async () => {
  const arrow = ownArrow();
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  line = await openLine(targetOf(rabbitUrl));
  const bridge = startBridge(arrow, { rabbitUrl: through(line, rabbitUrl) });
  const ids = numbered(1_500);
  const load = publishEvents(publisherOf([arrow.topic]), arrow, ids);
  const arrived = (count: number) => until(`${count} arrived`, () => arrivals.counts.size >= count);

  await arrived(200);
  line.cut();
  await arrived(500);
  line.freeze();
  await load;
  line.thaw();
  line.unplug();
  await until('it notices', async () =>
    (await bridge.metrics.metrics()).includes('end="unconfirmed"'),
  );
  line.plugIn();
  await arrivals.all(ids);
  expect(dead).toEqual([]);
  expect(arrivals.duplicates()).toBeLessThanOrEqual(3 * 100 * 3);
});
