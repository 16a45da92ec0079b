// The records that a handler gets, with what it may do about them: heartbeats and commits.
import type kafkajs from 'kafkajs';

export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: a tombstone. */
  readonly value: Buffer | null;
  readonly timestamp: Date;
}

/** An array is one; a batch from Kafka makes each record when it is asked for, so that few live at a time. */
export interface RecordList extends Iterable<ConsumedRecord> {
  readonly length: number;
  /** The last one is at -1. */
  at(index: number): ConsumedRecord | undefined;
}

/** Records of one partition, in order. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: RecordList;
  /** The offset that the partition's next record will get. */
  readonly highWatermark: bigint;
  /** False when the consumer stops, or a rebalance begins or is over: return from the handler. */
  isCurrent(): boolean;
  /** Keeps the membership of the group. @throws when the group is rebalanced: do not catch it. */
  heartbeat(): Promise<void>;
  /** Does the work with heartbeats beside it; a membership lost meanwhile is thrown after the work. */
  keepAlive<T>(work: () => Promise<T>): Promise<T>;
  /** Up to and including this record: never read again, even after a crash. */
  commit(record: ConsumedRecord): Promise<void>;
  /** Up to this record, which alone is read again by the next member: its id says whether it is still the same. */
  commitBefore(record: ConsumedRecord): Promise<void>;
  /** Up to and including this record: not read again by this member, but by the next. */
  pass(record: ConsumedRecord): void;
}

/** How often a member says that it lives. */
export const heartbeatMs = 500;

/** @param isMine whether the partition is still assigned to this member. */
export function asRecordBatch(
  payload: kafkajs.EachBatchPayload,
  isMine: () => boolean,
): RecordBatch {
  const { topic, partition, highWatermark, messages } = payload.batch;
  let lost: unknown;
  const isCurrent = () =>
    lost === undefined && payload.isRunning() && !payload.isStale() && isMine();

  async function keepAlive<T>(work: () => Promise<T>): Promise<T> {
    // Also while the group is rebalanced: it waits for a member only while heartbeats come.
    const timer = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        lost = error;
      });
    }, heartbeatMs);
    try {
      const result = await work();
      if (lost !== undefined) throw lost as Error;
      return result;
    } finally {
      clearInterval(timer);
    }
  }

  async function commit(resolved: string, next: bigint): Promise<void> {
    if (!isMine()) return; // another member reads it again: a repeat, never a loss
    payload.resolveOffset(resolved);
    // Explicitly: without an argument kafkajs commits nothing.
    await payload.commitOffsetsIfNecessary({
      topics: [{ topic, partitions: [{ partition, offset: String(next) }] }],
    });
  }

  return {
    topic,
    partition,
    records: recordsOf(topic, partition, messages),
    highWatermark: BigInt(highWatermark),
    isCurrent,
    heartbeat: () => payload.heartbeat(),
    keepAlive,
    pass: ({ offset }) => payload.resolveOffset(offset),
    commit: ({ offset }) => commit(offset, BigInt(offset) + 1n),
    commitBefore: ({ offset }) => commit(offset, BigInt(offset)),
  };
}

function recordsOf(
  topic: string,
  partition: number,
  messages: readonly kafkajs.KafkaMessage[],
): RecordList {
  return {
    length: messages.length,
    at(index) {
      const message = messages.at(index);
      return message && asRecord(topic, partition, message);
    },
    *[Symbol.iterator]() {
      for (const message of messages) yield asRecord(topic, partition, message);
    },
  };
}

export function asRecord(
  topic: string,
  partition: number,
  message: kafkajs.KafkaMessage,
): ConsumedRecord {
  const headers = Object.entries(message.headers ?? {}).map(([name, value]) => {
    const last = Array.isArray(value) ? value.at(-1) : value;
    return [name, last?.toString() ?? ''] as const;
  });
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString() ?? null,
    headers: Object.fromEntries(headers),
    value: message.value,
    timestamp: new Date(Number(message.timestamp)),
  };
}
