import { expect, test } from '@jest/globals';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';
import type { TopicReading } from '../../platform/kafka/kafka-reader.ts';
import { KafkaUnavailableError } from '../../platform/kafka/kafka.ts';
import { sampleOrder, unidentified } from '../../tests/support/recognition/sample-order.ts';
import { createFindPublished } from './find-published.ts';
import { recognitionRecord, type RecognitionOrder } from './recognition-record.ts';

const scheduledAt = '2026-11-23T08:00:00.000Z';
const scheduledMs = Date.parse(scheduledAt);

const orderOf = (digit: number, more: Partial<RecognitionOrder> = {}): RecognitionOrder => ({
  ...sampleOrder,
  correlationId: `019a53c4-7c10-7d3a-9a52-1f0c3a7be00${digit}`,
  runId: `run-${digit}`,
  objectKey: `images/2026/11/23/4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c1${digit}.jpg`,
  attempt: 2,
  scheduledAt,
  ...more,
});
const order = orderOf(1);

/** A topic with these records; its passes can be held. */
function topicOf(...published: (readonly [RecognitionOrder, string])[]) {
  const records = published.map(([of, name]) => recognitionRecord(of, unidentified(name)));
  const passes: number[] = [];
  const state = {
    now: scheduledMs + 10_000,
    decoded: 0,
    hold: Promise.resolve<undefined>(undefined),
    down: false,
  };
  const findPublished = createFindPublished({
    now: () => state.now,
    async readTopic({ since = 0, select, onRecord }: Omit<TopicReading, 'topics'>) {
      passes.push(since);
      await state.hold;
      if (state.down) throw new KafkaUnavailableError('no broker');
      for (const record of records)
        if (select?.(Buffer.from(record.key)) ?? true) {
          state.decoded += 1;
          onRecord({ ...record, ...place });
        }
    },
  });
  return { state, passes, records, findPublished };
}
const place: Pick<ConsumedRecord, 'topic' | 'partition' | 'offset' | 'timestamp'> = {
  topic: 'tu.recognition.completed',
  partition: 0,
  offset: '7',
  timestamp: new Date(scheduledMs),
};

test('finds what was published for this run, and decodes no record of another photo', async () => {
  const { state, findPublished } = topicOf([orderOf(2), 'other photo'], [order, 'wanted']);
  expect(await findPublished(order)).toEqual(unidentified('wanted'));
  expect(state.decoded).toBe(1);
});

test.each([
  ['another run of the photo', orderOf(1, { runId: 'run-of-a-redo' })],
  ['another analysis of the same object', orderOf(1, { correlationId: orderOf(2).correlationId })],
])('takes nothing that was published for %s', async (_, other) => {
  const { findPublished } = topicOf([other, 'other']);
  expect(await findPublished(order)).toBeUndefined();
});

test('ignores a recognition that was published without a run', async () => {
  const { runId: _, ...unasked } = order;
  const { findPublished } = topicOf([unasked, 'unasked']);
  expect(await findPublished(order)).toBeUndefined();
});

test('takes for an old upload what any run has published of the same bytes', async () => {
  const uploadedAt = '2026-11-20T08:00:00.000Z';
  const old = orderOf(1, { attempt: 1, uploadedAt });
  const { passes, findPublished } = topicOf(
    [orderOf(1, { runId: 'deleted', checksum: `sha256:${'0'.repeat(64)}` }), 'other bytes'],
    [orderOf(1, { runId: 'deleted' }), 'paid'],
  );
  expect(await findPublished(old)).toEqual(unidentified('paid'));
  expect(passes).toEqual([Date.parse(uploadedAt) - 60_000]);
});

test('skips a record that breaks its contract', async () => {
  const { records, findPublished } = topicOf([order, 'broken'], [order, 'whole']);
  records[0] = { key: order.objectKey, headers: {}, value: Buffer.from('{') };
  expect(await findPublished(order)).toEqual(unidentified('whole'));
});

test('reads from a minute before the activity was scheduled, then only what is new', async () => {
  const { state, passes, findPublished } = topicOf();
  await findPublished(order);
  state.now += 600_000;
  await findPublished({ ...order, attempt: 3 });
  await findPublished(orderOf(2));
  expect(passes.map((since) => since - scheduledMs)).toEqual([-60_000, -50_000, -60_000]);
});

test('serves all searches that come during a pass by one next pass, from the earliest of them', async () => {
  const { state, passes, findPublished } = topicOf([orderOf(3), 'third']);
  const hold = Promise.withResolvers<undefined>();
  state.hold = hold.promise;
  const first = findPublished(order);
  const later = [
    findPublished(orderOf(2)),
    findPublished(orderOf(3, { scheduledAt: '2026-11-23T07:00:00.000Z' })),
    ...Array.from({ length: 1_000 }, (_, n) => findPublished(orderOf(4, { runId: `run ${n}` }))),
  ];
  hold.resolve(undefined);
  expect(await first).toBeUndefined();
  const [second, third] = await Promise.all(later);
  expect([second, third]).toEqual([undefined, unidentified('third')]);
  expect(passes.map((since) => since - scheduledMs)).toEqual([-60_000, -3_660_000]);
});

test('refuses every search of a pass that Kafka does not answer, and reads again for the next', async () => {
  const { state, passes, findPublished } = topicOf([order, 'wanted']);
  state.down = true;
  await expect(findPublished(order)).rejects.toThrow(KafkaUnavailableError);
  state.down = false;
  expect(await findPublished(order)).toEqual(unidentified('wanted'));
  expect(passes.map((since) => since - scheduledMs)).toEqual([-60_000, -60_000]);
});
