// What platform/kafka/kafka.ts, platform/kafka/kafka-consumer.ts and platform/kafka/kafka-reader.ts promise, on a real Kafka.
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ConsumedRecord } from '../../../platform/kafka/kafka-consumer.ts';
import type { KafkaPublisher, KafkaSettings } from '../../../platform/kafka/kafka.ts';
import type { TopicReading } from '../../../platform/kafka/kafka-reader.ts';
import { openProxy } from '../../support/harness/proxy.ts';
import {
  asKafkaOperator,
  cleanUpKafka,
  consumerOf,
  endTransaction,
  ownTopic,
  publisherOf,
  readTopicOf,
  type OwnTopic,
} from '../../support/messaging/kafka.ts';
import { kafkaBrokers, ownName } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';

afterEach(cleanUpKafka);

const recordOf = (id: string, key = id) => ({
  key,
  headers: { ce_id: id, 'content-type': 'application/json' },
  value: Buffer.from(`{"id":"${id}"}`),
});

const idsOf = (records: readonly ConsumedRecord[]) =>
  records.map(({ headers }) => headers['ce_id'] ?? '');

async function publishAll(
  publisher: KafkaPublisher,
  topic: string,
  ids: readonly string[],
  key?: string,
) {
  for (const id of ids) await publisher.publish(topic, recordOf(id, key));
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`);

describe('publishing', () => {
  test('stores a published record with its key, headers and value', async () => {
    const topic = ownTopic();
    await publisherOf([topic]).publish(topic.topic, recordOf('r1', 'images/1'));
    const seen: ConsumedRecord[] = [];
    consumerOf(topic, (record) => Promise.resolve(void seen.push(record)));
    await eventually(() => seen.length === 1);
    expect(seen[0]).toMatchObject({
      topic: topic.topic,
      offset: '0',
      key: 'images/1',
      headers: { ce_id: 'r1', 'content-type': 'application/json' },
    });
    expect(seen[0]?.value?.toString()).toBe('{"id":"r1"}');
  });

  test('starts without a broker, fails to publish after 5 s, and at once above 100 waiting', async () => {
    const proxy = await openProxy({ host: '127.0.0.1', port: 1 });
    proxy.refuse();
    try {
      const brokers = [`127.0.0.1:${proxy.port}`];
      const publisher = publisherOf([], { brokers });
      const since = Date.now();
      await expect(publisher.probe()).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' });
      expect(Date.now() - since).toBeLessThan(2_000);

      const waiting = numbered(100).map((id) => publisher.publish('photos', recordOf(id)));
      const answers = Promise.allSettled(waiting);
      const begun = Date.now();
      await expect(publisher.publish('photos', recordOf('one more'))).rejects.toMatchObject({
        code: 'KAFKA_UNAVAILABLE',
      });
      expect(Date.now() - begun).toBeLessThan(500);
      for (const answer of await answers)
        expect(answer).toMatchObject({ reason: { code: 'KAFKA_UNAVAILABLE' } });
      expect(Date.now() - begun).toBeGreaterThan(4_000);
      expect(Date.now() - begun).toBeLessThan(8_000);
    } finally {
      await proxy.close();
    }
  });

  test('loses and repeats no record when answers are lost with the connection', async () => {
    const topic = ownTopic(1);
    const [host = '', port = ''] = (kafkaBrokers[0] ?? '').split(':');
    const proxy = await openProxy({ host, port: Number(port) });
    try {
      const publisher = publisherOf([topic], {
        socketFactory: ({ onConnect }) => connect(proxy.port, '127.0.0.1', onConnect),
      });
      await publisher.publish(topic.topic, recordOf('warm', 'one key'));
      const ids = numbered(9);
      for (let round = 0; round < 3; round += 1) {
        proxy.discardResponses();
        // Kafka writes the first and its answer is lost; with kafkajs alone a later one takes its number.
        const three = ids.slice(round * 3, round * 3 + 3);
        const sent = three.map((id) => publisher.publish(topic.topic, recordOf(id, 'one key')));
        await sleep(100);
        proxy.disconnect();
        await Promise.all(sent);
      }
      const seen: ConsumedRecord[] = [];
      consumerOf(topic, (record) => Promise.resolve(void seen.push(record)));
      await eventually(() => seen.length >= 10);
      expect(idsOf(seen)).toEqual(['warm', ...ids]);
    } finally {
      await proxy.close();
    }
  });

  test('answers a probe while Kafka answers', async () => {
    const publisher = publisherOf([]);
    await expect(publisher.probe()).resolves.toBeUndefined();
  });

  test('rejects a record that Kafka can never take as invalid, and publishes the next one', async () => {
    const topic = ownTopic();
    const publisher = publisherOf([topic]);
    const huge = { ...recordOf('huge'), value: Buffer.alloc(2 * 1024 * 1024) };
    await expect(publisher.publish(topic.topic, huge)).rejects.toThrow(
      /larger than the max|too large/i,
    );
    await publisher.publish(topic.topic, recordOf('r1'));
  });
});

describe('topics', () => {
  test('creates topics with partitions and retention; a second start changes nothing', async () => {
    const topic = ownTopic(4);
    const faults: Error[] = [];
    const endProcess = (error: Error) => void faults.push(error);
    await publisherOf([topic], { endProcess }).publish(topic.topic, recordOf('r1'));
    await publisherOf([topic], { endProcess }).publish(topic.topic, recordOf('r2'));
    expect(faults).toEqual([]);
    const { topics } = await asKafkaOperator((admin) =>
      admin.fetchTopicMetadata({ topics: [topic.topic] }),
    );
    expect(topics[0]?.partitions).toHaveLength(4);
  });

  test('ends the process when topics exist with other values, with every difference and its remedy', async () => {
    const topic = ownTopic(2);
    await publisherOf([topic]).publish(topic.topic, recordOf('r'));
    const faults: Error[] = [];
    publisherOf([{ ...topic, partitions: 6, retentionMs: 5_000 }], {
      endProcess: (error) => faults.push(error),
    });
    await eventually(() => faults.length > 0);
    expect(faults[0]).toMatchObject({ code: 'TOPIC_MISMATCH' });
    expect(faults[0]?.message).toContain('has 2 partitions, not 6');
    expect(faults[0]?.message).toContain('retention.ms=3600000, not 5000');
    expect(faults[0]?.message).toContain('kafka-configs.sh --alter');
  });
});

describe('consuming', () => {
  test('reads from the beginning in a new group, in order within a partition', async () => {
    const topic = ownTopic();
    await publishAll(publisherOf([topic]), topic.topic, numbered(50), 'one key');
    const seen: ConsumedRecord[] = [];
    consumerOf(topic, (record) => Promise.resolve(void seen.push(record)), { concurrency: 3 });
    await eventually(() => seen.length === 50);
    expect(idsOf(seen)).toEqual(numbered(50));
  });

  test('goes on after what the group has handled, not after what it has fetched', async () => {
    const topic = ownTopic(1);
    const groupId = ownName('group');
    await publishAll(publisherOf([topic]), topic.topic, numbered(5));
    const first: ConsumedRecord[] = [];
    const release = Promise.withResolvers<undefined>();
    const consumer = consumerOf(
      topic,
      async (record) => {
        first.push(record);
        if (first.length === 3) await release.promise;
      },
      { groupId },
    );
    await eventually(() => first.length === 3);
    const closed = consumer.close();
    release.resolve(undefined);
    await closed;
    expect(idsOf(first)).toEqual(['r0', 'r1', 'r2']);

    const second: ConsumedRecord[] = [];
    consumerOf(topic, (record) => Promise.resolve(void second.push(record)), { groupId });
    await eventually(() => second.length === 2);
    expect(idsOf(second)).toEqual(['r3', 'r4']);
  });

  test('delivers the same record again to a handler that throws, even by a bug', async () => {
    const topic = ownTopic(1);
    await publishAll(publisherOf([topic]), topic.topic, numbered(3));
    const seen: ConsumedRecord[] = [];
    consumerOf(topic, (record) => {
      seen.push(record);
      if (seen.length === 2) throw new TypeError('a bug');
      return Promise.resolve();
    });
    await eventually(() => seen.length === 4);
    expect(idsOf(seen)).toEqual(['r0', 'r1', 'r1', 'r2']);
  });

  test('keeps the partition of a handler slower than the session, also when another member joins', async () => {
    const topic = ownTopic(1);
    const groupId = ownName('group');
    await publishAll(publisherOf([topic]), topic.topic, ['slow', 'next']);
    const seen: ConsumedRecord[] = [];
    const slowly = async (record: ConsumedRecord) => {
      seen.push(record);
      if (seen.length === 1) await sleep(12_000); // the session lasts 6 s
    };
    consumerOf(topic, slowly, { groupId });
    await eventually(() => seen.length === 1);
    consumerOf(topic, slowly, { groupId });
    await eventually(() => seen.length >= 2, { within: 60_000 });
    expect(idsOf(seen)).toEqual(['slow', 'next']);
  });

  test('consumes once Kafka is available when it was started without', async () => {
    const topic = ownTopic();
    await publishAll(publisherOf([topic]), topic.topic, ['r1']);
    const [host = '', port = ''] = (kafkaBrokers[0] ?? '').split(':');
    const proxy = await openProxy({ host, port: Number(port) });
    try {
      proxy.refuse();
      const brokers = [`127.0.0.1:${proxy.port}`];
      const seen: ConsumedRecord[] = [];
      consumerOf(topic, (record) => Promise.resolve(void seen.push(record)), { brokers });
      await expect(publisherOf([], { brokers }).probe()).rejects.toMatchObject({
        code: 'KAFKA_UNAVAILABLE',
      });
      expect(seen).toEqual([]);
      proxy.accept();
      await eventually(() => seen.length === 1);
    } finally {
      await proxy.close();
    }
  });

  test('leaves no socket open when it is closed while it joins its group', async () => {
    const topic = ownTopic();
    await publisherOf([topic]).publish(topic.topic, recordOf('r1'));
    const sockets: Socket[] = [];
    for (let opened = 1; opened <= 6; opened += 1) {
      sockets.length = 0;
      const consumer = consumerOf(topic, () => Promise.resolve(), {
        socketFactory({ host, port, onConnect }) {
          const socket = connect(port, host, onConnect);
          sockets.push(socket);
          return socket;
        },
      });
      await eventually(() => sockets.length >= Math.min(opened, 3));
      await consumer.close();
      expect(sockets.filter(({ destroyed }) => !destroyed)).toHaveLength(0);
    }
  });
});

describe('reading a topic', () => {
  const read = async (
    topic: OwnTopic,
    more: Partial<TopicReading> = {},
    settings: Partial<KafkaSettings> = {},
  ) => {
    const records: ConsumedRecord[] = [];
    const onRecord = (record: ConsumedRecord) => records.push(record);
    await readTopicOf(topic, { onRecord, ...more }, settings);
    return idsOf(records).sort();
  };

  test('reads every record of every partition, and leaves no group behind', async () => {
    const topic = ownTopic();
    const ids = numbered(30);
    await publishAll(publisherOf([topic]), topic.topic, ids);
    const clientId = ownName('reader');
    expect(await read(topic, {}, { clientId })).toEqual([...ids].sort());
    const { groups } = await asKafkaOperator((admin) => admin.listGroups());
    expect(groups.filter(({ groupId }) => groupId.startsWith(clientId))).toEqual([]);
  });

  test('reads only what was stored since a time, and only the selected keys', async () => {
    const topic = ownTopic();
    const publisher = publisherOf([topic]);
    await publishAll(publisher, topic.topic, ['old-1', 'old-2', 'old-3', 'old-4']);
    await sleep(50);
    const since = Date.now();
    await publishAll(publisher, topic.topic, ['new-1', 'new-2']);
    expect(await read(topic, { since })).toEqual(['new-1', 'new-2']);
    const select = (key: Buffer | null) => key?.equals(Buffer.from('new-2')) ?? false;
    expect(await read(topic, { since, select })).toEqual(['new-2']);
  });

  test('stops reading at once when no record is young enough, the topic is empty or missing', async () => {
    const topic = ownTopic();
    const begun = Date.now();
    expect(await read(topic)).toEqual([]);
    await publishAll(publisherOf([topic]), topic.topic, ['r1']);
    expect(await read(topic, { since: Date.now() + 60_000 })).toEqual([]);
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  test('stops reading behind an aborted transaction, and skips its records', async () => {
    const topic = ownTopic(1);
    await publishAll(publisherOf([topic]), topic.topic, ['r1']);
    await sleep(50);
    const since = Date.now();
    await endTransaction(topic, ['aborted-1', 'aborted-2'], 'abort');
    expect(await read(topic, { since })).toEqual([]);
    expect(await read(topic)).toEqual(['r1']);
    await publishAll(publisherOf([topic]), topic.topic, ['r2']);
    expect(await read(topic)).toEqual(['r1', 'r2']);
  });

  test('fails to read within 10 s while Kafka does not answer, and reads when it does', async () => {
    const topic = ownTopic();
    await publishAll(publisherOf([topic]), topic.topic, ['r1']);
    const [host = '', port = ''] = (kafkaBrokers[0] ?? '').split(':');
    const proxy = await openProxy({ host, port: Number(port) });
    const socketFactory: NonNullable<KafkaSettings['socketFactory']> = ({ onConnect }) =>
      connect(proxy.port, '127.0.0.1', onConnect);
    const unavailable = { code: 'KAFKA_UNAVAILABLE' };
    const limitMs = 12_000; // 10 s of silence
    try {
      for (const fault of ['frozen', 'unplugged']) {
        if (fault === 'frozen') proxy.pause();
        else proxy.refuse();
        const begun = Date.now();
        await expect(read(topic, {}, { socketFactory })).rejects.toMatchObject(unavailable);
        expect(Date.now() - begun).toBeLessThan(limitMs);
        proxy.resume();
        proxy.accept();
        proxy.disconnect();
        expect(await read(topic, {}, { socketFactory })).toEqual(['r1']);
      }
      let opened = 0;
      const frozenWhileItReads: typeof socketFactory = (to) => {
        opened += 1;
        if (opened === 3) proxy.pause(); // the consumer's, after those that have found the offsets
        return socketFactory(to);
      };
      const begun = Date.now();
      const reading = read(topic, {}, { socketFactory: frozenWhileItReads });
      await expect(reading).rejects.toMatchObject(unavailable);
      expect(Date.now() - begun).toBeLessThan(limitMs);
    } finally {
      await proxy.close();
    }
  });

  test('throws what the reader’s callback throws', async () => {
    const topic = ownTopic();
    await publishAll(publisherOf([topic]), topic.topic, ['r1']);
    const onRecord = () => {
      throw new TypeError('a bug');
    };
    await expect(read(topic, { onRecord })).rejects.toThrow('a bug');
  });
});
