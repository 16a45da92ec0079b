// What brokers, tools and other producers leave in our topics: any codec, batches nobody can read,
// markers of transactions.
import { connect } from 'node:net';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import {
  arrivalsOf,
  deadLettersOf,
  eventOf,
  ownArrow,
  startBridge,
} from '../../support/messaging/bridge.ts';
import {
  cleanUpKafka,
  compressByBroker,
  endTransaction,
  ownTopic,
  publisherOf,
  readTopicOf,
  sendCompressed,
  writeRecord,
} from '../../support/messaging/kafka.ts';
import { cleanUpRabbit } from '../../support/messaging/rabbitmq.ts';
import { eventually } from '../../support/harness/eventually.ts';

afterEach(async () => {
  await cleanUpKafka();
  await cleanUpRabbit();
});

test('records that the broker compresses with any codec of Kafka arrive unchanged', async () => {
  const arrow = ownArrow();
  const kafka = publisherOf([arrow.topic, arrow.deadLetters]);
  await kafka.publish(arrow.topic.topic, eventOf('uncompressed', 'k'));
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  startBridge(arrow);
  const codecs = ['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed'];
  for (const codec of codecs) {
    await compressByBroker(arrow.topic, codec);
    const large = { ...eventOf(`${codec}-large`, 'k'), value: Buffer.alloc(300_000, codec) };
    await kafka.publish(arrow.topic.topic, eventOf(codec, 'k'));
    await kafka.publish(arrow.topic.topic, large);
    await arrivals.all([codec, `${codec}-large`]);
    const { body } =
      arrivals.deliveries.find(({ messageId }) => messageId === `${codec}-large`) ?? {};
    expect(body?.equals(large.value)).toBe(true);
  }
  expect(dead).toEqual([]);
});

test('a batch that decompresses to more than 64 MB goes to the dead letters with its reason, and holds nobody up', async () => {
  const arrow = ownArrow();
  const kafka = publisherOf([arrow.topic, arrow.deadLetters]);
  await kafka.publish(arrow.topic.topic, eventOf('before', 'k'));
  await sendCompressed(arrow.topic, kafkajs.CompressionTypes.ZSTD, zstdCompressSync, [
    { ...eventOf('bomb-1', 'k'), value: Buffer.alloc(40_000_000) },
    { ...eventOf('bomb-2', 'k'), value: Buffer.alloc(40_000_000) },
  ]);
  await kafka.publish(arrow.topic.topic, eventOf('after', 'k'));
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  startBridge(arrow);
  await arrivals.all(['before', 'after']);
  await eventually(() => dead.length === 2);
  expect(dead.map(({ headers }) => [headers['dlq_offset'], headers['dlq_reason']])).toEqual([
    ['1', expect.stringContaining('not decompressed with zstd')],
    ['2', expect.stringContaining('not decompressed with zstd')],
  ]);
});

test('a record with more headers than can be read goes to the dead letters with its reason, and holds nobody up', async () => {
  const arrow = ownArrow();
  const kafka = publisherOf([arrow.topic, arrow.deadLetters]);
  await kafka.publish(arrow.topic.topic, eventOf('before', 'k'));
  const headers = { many: Array.from({ length: 50_000 }, () => '') };
  await writeRecord(arrow.topic.topic, { ...eventOf('crowded', 'k'), headers });
  await kafka.publish(arrow.topic.topic, eventOf('after', 'k'));
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  startBridge(arrow);
  await arrivals.all(['before', 'after']);
  await eventually(() => dead.length === 1);
  expect(dead[0]?.headers).toMatchObject({
    dlq_offset: '1',
    dlq_reason: expect.stringContaining('a length or count of 50000, at most 1000 allowed'),
  });
});

test('a batch whose bytes were changed on their way goes to the dead letters with its reason, and holds nobody up', async () => {
  const arrow = ownArrow();
  const kafka = publisherOf([arrow.topic, arrow.deadLetters]);
  for (const id of ['before', 'damaged', 'after'])
    await kafka.publish(arrow.topic.topic, eventOf(id, 'k'));
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  // The length of the id's value becomes that of half a kilobyte.
  startBridge(arrow, { socketFactory: exchanging('\x0edamaged', '\x7edamaged') });
  await arrivals.all(['before', 'after']);
  await eventually(() => dead.length === 1);
  expect(dead[0]?.headers).toMatchObject({
    dlq_offset: '1',
    dlq_reason: expect.stringContaining('its checksum is wrong'),
  });
});

/** Sockets that change what the broker sends, wherever it says so. */
function exchanging(sent: string, received: string): kafkajs.ISocketFactory {
  return ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    socket.prependListener('data', (bytes: Buffer) => {
      const at = bytes.indexOf(sent, 'latin1');
      if (at >= 0) bytes.write(received, at, 'latin1');
    });
    return socket;
  };
}

test.each(['commit', 'abort'] as const)(
  'a topic that ends with the marker of a transaction (%s) is read to its end at once',
  async (how) => {
    const topic = ownTopic(1);
    const kafka = publisherOf([topic]);
    await kafka.publish(topic.topic, eventOf('before'));
    await endTransaction(topic, ['in a transaction'], how);
    const seen: string[] = [];
    const begun = Date.now();
    await readTopicOf(topic, { onRecord: ({ value }) => void seen.push(String(value)) }, {});
    expect(Date.now() - begun).toBeLessThan(9_000); // silence is given up after 10 s
    expect(seen).toEqual(['{"id":"before"}', ...(how === 'commit' ? ['in a transaction'] : [])]);
  },
);
