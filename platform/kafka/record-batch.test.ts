import { expect, test } from '@jest/globals';
import type kafkajs from 'kafkajs';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { asRecordBatch } from './record-batch.ts';

const payloadWith = (
  heartbeat: () => Promise<void>,
  messages: readonly Partial<kafkajs.KafkaMessage>[] = [],
) =>
  ({
    batch: { topic: 'photos', partition: 2, highWatermark: '1', messages },
    isRunning: () => true,
    isStale: () => false,
    heartbeat,
  }) as unknown as kafkajs.EachBatchPayload;

test('a batch is not current any more when the group is rebalanced beside its work, and its work ends before that is thrown', async () => {
  const rebalance = () => Promise.reject(new Error('the group is rebalancing'));
  const batch = asRecordBatch(payloadWith(rebalance), () => true);
  let ended = false;
  const work = batch.keepAlive(async () => {
    await eventually(() => !batch.isCurrent());
    ended = true;
  });
  await expect(work).rejects.toThrow('the group is rebalancing');
  expect(ended).toBe(true);
});

test('a batch stays current while heartbeats are answered, and its work gives its result', async () => {
  let heartbeats = 0;
  const batch = asRecordBatch(
    payloadWith(() => Promise.resolve(void (heartbeats += 1))),
    () => true,
  );
  await expect(
    batch.keepAlive(() => eventually(() => heartbeats > 0).then(() => 'done')),
  ).resolves.toBe('done');
  expect(batch.isCurrent()).toBe(true);
});

test('gives the records of a batch by their place, and in order', () => {
  const messages = ['7', '8', '9'].map((offset) => ({ offset, value: Buffer.from(offset) }));
  const { records } = asRecordBatch(
    payloadWith(() => Promise.resolve(), messages),
    () => true,
  );
  expect([...records].map(({ offset }) => offset)).toEqual(['7', '8', '9']);
  expect([0, -1, 3].map((index) => records.at(index)?.offset)).toEqual(['7', '9', undefined]);
  expect(records.at(1)).toMatchObject({ topic: 'photos', partition: 2, value: Buffer.from('8') });
});
