import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { KafkaUnavailableError, type KafkaRecord } from '../../platform/kafka/kafka.ts';
import { silentLogger } from '../../platform/logger.ts';
import {
  RabbitUnavailableError,
  UnpublishableError,
  UnroutableError,
  type RabbitConnection,
  type RabbitMessage,
} from '../../platform/rabbitmq/rabbitmq.ts';
import { createBridge } from './bridge-batch.ts';
import { createMetrics } from './metrics.ts';
import { trackProgress } from './progress.ts';
import { sampleBatch, sampleRecord } from '../../tests/support/messaging-bridge/record-samples.ts';

const records = (count: number) =>
  Array.from({ length: count }, (_, offset) => sampleRecord({ offset: String(offset) }));

/** A bridge whose RabbitMQ answers as given; `published` lists message ids in order. */
function bridgeWith(
  answer: (message: RabbitMessage, publishedBefore: number) => Error | undefined,
  confirmed: Promise<void> = Promise.resolve(),
) {
  const published: string[] = [];
  const dead: { topic: string; record: KafkaRecord }[] = [];
  const rabbit = { state: 'connected' as RabbitConnection['state'], declared: 0 };
  const kafka: { fault: Error | undefined } = { fault: undefined };
  const progress = trackProgress();
  const bridge = createBridge({
    rabbit: {
      get state() {
        return rabbit.state;
      },
      publish(message) {
        const fault = answer(message, published.filter((id) => id === message.messageId).length);
        published.push(message.messageId);
        return fault === undefined ? confirmed : Promise.reject(fault);
      },
      declare() {
        rabbit.declared += 1;
        return Promise.resolve();
      },
    },
    kafka: {
      publish(topic, record) {
        const { fault } = kafka;
        kafka.fault = undefined;
        if (fault !== undefined) return Promise.reject(fault);
        dead.push({ topic, record });
        return Promise.resolve();
      },
    },
    routes: [{ topic: 'photos', exchange: 'photos-exchange', deadLetters: 'photos.dlq' }],
    maxInFlight: 4,
    metrics: createMetrics(new Registry(), progress),
    progress,
    logger: silentLogger(),
  });
  return { bridge, published, dead, rabbit, kafka };
}

describe('a batch', () => {
  test('publishes a batch in order and commits it as it is confirmed', async () => {
    const { bridge, published } = bridgeWith(() => undefined);
    const batch = sampleBatch(records(300));
    await bridge(batch);
    expect(published).toEqual(records(300).map(({ headers }) => headers['ce_id']));
    expect(batch.committed).toEqual(['83', '167', '251', '299']);
  });

  test('resumes at the first unconfirmed record and never commits past it', async () => {
    const { bridge, published } = bridgeWith(({ messageId }, before) =>
      messageId === 'id-2' && before === 0 ? new RabbitUnavailableError('nack') : undefined,
    );
    const batch = sampleBatch(records(6));
    await bridge(batch);
    expect(batch.committed[0]).toBe('1');
    expect(batch.committed.at(-1)).toBe('5');
    const [first, again] = [published.indexOf('id-2'), published.lastIndexOf('id-2')];
    expect(again).toBeGreaterThan(first);
    expect(published.slice(again)).toEqual(['id-2', 'id-3', 'id-4', 'id-5']);
  });

  test('has at most so many records in flight over all partitions, and each partition its turn', async () => {
    const confirm = Promise.withResolvers<undefined>();
    const { bridge, published } = bridgeWith(() => undefined, confirm.promise);
    const others = records(6).map((record) => ({ ...record, headers: { ce_id: 'other' } }));
    const batches = [sampleBatch(records(6)), sampleBatch(others)] as const;
    const done = Promise.all(batches.map(bridge));
    await setImmediate();
    expect(published).toHaveLength(4);
    confirm.resolve(undefined);
    await done;
    expect(published).toHaveLength(12);
    expect(published.slice(4, 8)).toContain('other');
    expect(batches.map(({ committed }) => committed.at(-1))).toEqual(['5', '5']);
  });

  test('publishes at most 500 records of a small setting beyond what Kafka has committed', async () => {
    const { bridge, published } = bridgeWith(() => undefined);
    const batch = sampleBatch(records(800));
    const stored = Promise.withResolvers<undefined>();
    const commit = batch.commit.bind(batch);
    batch.commit = (record) => stored.promise.then(() => commit(record));
    const done = bridge(batch);
    await setImmediate();
    expect(published).toHaveLength(500);
    stored.resolve(undefined);
    await done;
    expect(published).toHaveLength(800);
    expect(batch.committed.at(-1)).toBe('799');
  });

  test('publishes no further record of a partition that it loses', async () => {
    const { bridge, published } = bridgeWith(() => undefined);
    const batch = sampleBatch(records(800));
    const commit = batch.commit.bind(batch);
    batch.commit = (record) => {
      batch.leave();
      return commit(record);
    };
    await bridge(batch);
    expect(published.length).toBeLessThanOrEqual(500);
    expect(batch.committed.at(-1)).toBe(String(published.length - 1));
  });

  test('throws the fault of a commit, and gives its places back', async () => {
    const { bridge, published } = bridgeWith(() => undefined);
    const lost = sampleBatch(records(800));
    lost.commit = () => Promise.reject(new Error('rebalance'));
    await expect(bridge(lost)).rejects.toThrow('rebalance');
    const before = published.length;
    expect(before).toBeLessThanOrEqual(500);
    await bridge(sampleBatch(records(800)));
    expect(published).toHaveLength(before + 800);
  });

  test('loses no record, whichever RabbitMQ nacks and how often', async () => {
    const refusals = fc.dictionary(fc.constantFrom('id-0', 'id-1', 'id-3', 'id-4'), fc.nat(2));
    await fc.assert(
      fc.asyncProperty(refusals, async (refused) => {
        const confirmed = new Set<string>();
        const { bridge } = bridgeWith(({ messageId }, before) => {
          if (before < (refused[messageId] ?? 0)) return new RabbitUnavailableError('unavailable');
          confirmed.add(messageId);
          return undefined;
        });
        const batch = sampleBatch(records(5));
        const commit = batch.commit.bind(batch);
        batch.commit = (record) => {
          for (let offset = 0; offset <= Number(record.offset); offset += 1)
            expect(confirmed).toContain(`id-${offset}`);
          return commit(record);
        };
        await bridge(batch);
        expect(batch.committed.at(-1)).toBe('4');
      }),
      { numRuns: 5 },
    );
  });

  test('waits with heartbeats while RabbitMQ is unavailable, and dead-letters no record', async () => {
    const { bridge, rabbit, dead, published } = bridgeWith(() => undefined);
    rabbit.state = 'unavailable';
    const batch = sampleBatch(records(1));
    const heartbeat = batch.heartbeat.bind(batch);
    batch.heartbeat = () => {
      if (batch.heartbeats === 2) rabbit.state = 'connected';
      return heartbeat();
    };
    await bridge(batch);
    expect(batch.heartbeats).toBeGreaterThan(2);
    expect(published).toEqual(['id-0']);
    expect(dead).toEqual([]);
  });

  test('abandons a batch without a commit when its assignment ends while RabbitMQ is unavailable', async () => {
    const { bridge, rabbit, published } = bridgeWith(() => undefined);
    rabbit.state = 'blocked';
    const batch = sampleBatch(records(3));
    const heartbeat = batch.heartbeat.bind(batch);
    batch.heartbeat = () => {
      batch.leave();
      return heartbeat();
    };
    await bridge(batch);
    expect(published).toEqual([]);
    expect(batch.committed).toEqual([]);
  });
});

describe('a dead letter', () => {
  test('keeps headers, key and value of a dead letter and adds reason and origin', async () => {
    const { bridge, dead } = bridgeWith(() => new UnpublishableError('a property is too long'));
    const [record] = records(1);
    const batch = sampleBatch([record ?? sampleRecord()]);
    await bridge(batch);
    expect(dead).toEqual([
      {
        topic: 'photos.dlq',
        record: {
          key: 'photos:2:0', // a repeat of the same record replaces it
          value: record?.value,
          headers: {
            ...record?.headers,
            dlq_reason: 'a property is too long',
            dlq_topic: 'photos',
            dlq_partition: '2',
            dlq_offset: '0',
            dlq_key: record?.key,
            dlq_at: expect.any(String),
          },
        },
      },
    ]);
    expect(batch.committed).toEqual(['0']);
  });

  test('publishes the records around a dead letter', async () => {
    const { bridge, dead, published } = bridgeWith(() => undefined);
    const [first, second, third] = records(3);
    const batch = sampleBatch([first, { ...second, value: null }, third] as ReturnType<
      typeof records
    >);
    await bridge(batch);
    expect(published).toEqual(['id-0', 'id-2']);
    expect(dead.map(({ record }) => record.headers['dlq_offset'])).toEqual(['1']);
    expect(batch.committed).toEqual(['2']);
  });

  test('dead-letters a record returned three times, and declares the topology in between', async () => {
    const { bridge, dead, published, rabbit } = bridgeWith(() => new UnroutableError('no queue'));
    const batch = sampleBatch(records(1));
    await bridge(batch);
    expect(published).toHaveLength(3);
    expect(rabbit.declared).toBe(2);
    expect(dead[0]?.record.headers['dlq_reason']).toContain('returned 3 times');
  });

  test('dead-letters no record that is routed on the third try', async () => {
    const { bridge, dead } = bridgeWith((_, before) =>
      before < 2 ? new UnroutableError('no queue') : undefined,
    );
    const batch = sampleBatch(records(4));
    await bridge(batch);
    expect(dead).toEqual([]);
    expect(batch.committed.at(-1)).toBe('3');
  });

  test('publishes a dead letter again that Kafka did not take', async () => {
    const { bridge, dead, kafka } = bridgeWith(() => undefined);
    kafka.fault = new KafkaUnavailableError('unavailable');
    const batch = sampleBatch([sampleRecord({ headers: {} })]);
    await bridge(batch);
    expect(dead).toHaveLength(1);
    expect(dead[0]?.record.value.toString()).toBe('{}');
    expect(batch.committed).toEqual(['0']);
  });

  test('publishes the origin alone of a dead letter that is too large for its topic', async () => {
    const { bridge, dead, kafka } = bridgeWith(() => undefined);
    kafka.fault = new Error('MESSAGE_TOO_LARGE');
    await bridge(sampleBatch([sampleRecord({ headers: {} })]));
    expect(dead[0]?.record.value).toHaveLength(0);
    expect(dead[0]?.record.headers).toMatchObject({
      dlq_offset: '0',
      dlq_body: 'left out: MESSAGE_TOO_LARGE',
    });
  });
});

test('throws an unexpected error and leaves the batch uncommitted', async () => {
  const { bridge } = bridgeWith(() => new TypeError('a bug'));
  const batch = sampleBatch(records(2));
  await expect(bridge(batch)).rejects.toThrow('a bug');
  expect(batch.committed).toEqual([]);
});
