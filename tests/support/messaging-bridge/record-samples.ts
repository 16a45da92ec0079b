// Records and batches for tests: what Kafka would hand over, without a Kafka.
import type { ConsumedRecord, RecordBatch } from '../../../platform/kafka/kafka-consumer.ts';

export function sampleRecord(given: Partial<ConsumedRecord> = {}): ConsumedRecord {
  const offset = given.offset ?? '0';
  return {
    topic: 'photos',
    partition: 2,
    offset,
    key: 'images/1',
    headers: { ce_id: `id-${offset}`, ce_type: 'photo.taken', ce_time: '2026-05-04T03:02:01Z' },
    value: Buffer.from('{}'),
    timestamp: new Date('2026-05-04T03:02:09Z'),
    ...given,
  };
}

export interface SampleBatch extends RecordBatch {
  readonly committed: string[];
  heartbeats: number;
  leave(): void;
}

/** `heartbeats` counts them; `committed` lists the offsets committed; `leave()` ends the assignment. */
export function sampleBatch(records: readonly ConsumedRecord[]): SampleBatch {
  let current = true;
  const batch: SampleBatch = {
    topic: 'photos',
    partition: 2,
    records,
    highWatermark: BigInt(records.at(-1)?.offset ?? 0) + 1n,
    committed: [],
    heartbeats: 0,
    leave() {
      current = false;
    },
    isCurrent: () => current,
    heartbeat() {
      batch.heartbeats += 1;
      return Promise.resolve();
    },
    keepAlive: (work) => work(),
    pass: () => undefined,
    commitBefore: () => Promise.resolve(),
    commit(record) {
      batch.committed.push(record.offset);
      return Promise.resolve();
    },
  };
  return batch;
}
