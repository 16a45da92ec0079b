// Reading Kafka at least once: what is committed was handled. Behind it kafkajs (platform/kafka/kafka.ts).
import kafkajs from 'kafkajs';
import { endProcess as throwUnhandled } from '../end-process.ts';
import { retry } from '../retry.ts';
import { createKafkaClient, type KafkaSettings } from './kafka-client.ts';
import { ensureTopics, TopicMismatchError } from './kafka-topics.ts';
import {
  asRecordBatch,
  heartbeatMs,
  type ConsumedRecord,
  type RecordBatch,
} from './record-batch.ts';

export type { ConsumedRecord, RecordBatch } from './record-batch.ts';

export interface KafkaConsumerSettings extends KafkaSettings {
  readonly groupId: string;
  /** The topics read, from their beginning where the group has no offset yet. */
  readonly subscribe: readonly string[];
  /** Partitions handled side by side; within one partition there is order. Default 1. */
  readonly concurrency?: number;
  /** How long the broker may wait for a record before it answers with none. Default 200 ms. */
  readonly idleMs?: number;
  /** Called after a rebalance of the group. */
  readonly onAssignment?: () => void;
}

export interface KafkaConsumer {
  /**
   * When Kafka last answered or was last looked for (`Date.now()`). Older than a minute: kafkajs has
   * stopped without a word.
   */
  lastActivity(): number;
  /** Reads a partition again from an offset, if it is assigned to this member. */
  readAgain(topic: string, partition: number, offset: number): void;
  /** Waits for the handlers in hand, then leaves the group. */
  close(): Promise<void>;
}

const backoff = { firstMs: 500, longestMs: 500 }; // kafkajs has paused before, with backoff

/**
 * kafkajs decodes all that a fetch brings before the first record is handled. A larger record comes by
 * itself, in its turn: kafkajs shuffles the partitions that it asks for.
 */
const fetchBounds = { maxBytes: 2 * 1024 * 1024, maxBytesPerPartition: 512 * 1024 };

/**
 * Returns at once and reads for as long as the process lives. What a handler throws is logged and the
 * batch comes again from the last commit; what kafkajs cannot go on from ends the process.
 */
export function connectKafkaBatchConsumer(
  settings: KafkaConsumerSettings & { readonly eachBatch: (batch: RecordBatch) => Promise<void> },
): KafkaConsumer {
  const { kafka, closeSockets } = createKafkaClient(settings);
  const { endProcess = throwUnhandled } = settings;
  const consumer = kafka.consumer({
    groupId: settings.groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: 6_000,
    rebalanceTimeout: 60_000,
    heartbeatInterval: heartbeatMs,
    maxWaitTimeInMs: settings.idleMs ?? 200,
    ...fetchBounds,
  });
  let lastActivity = Date.now();
  let generation = 0;
  let closing = false;

  const { events } = consumer;
  for (const event of [events.FETCH, events.HEARTBEAT, events.COMMIT_OFFSETS, events.CONNECT])
    consumer.on(event, () => {
      lastActivity = Date.now();
    });
  consumer.on(events.GROUP_JOIN, () => {
    lastActivity = Date.now();
    generation += 1;
    settings.onAssignment?.();
  });
  consumer.on(events.CRASH, ({ payload: { error, restart } }) => {
    lastActivity = Date.now(); // kafkajs starts it again: Kafka is unavailable, and looked for
    if (restart || closing) return;
    endProcess(
      new Error('the Kafka consumer crashed and kafkajs does not restart it: this process ends', {
        cause: error,
      }),
    );
  });

  async function handle(payload: kafkajs.EachBatchPayload): Promise<void> {
    const joined = generation;
    try {
      await settings.eachBatch(asRecordBatch(payload, () => generation === joined));
    } catch (error) {
      if (error instanceof kafkajs.KafkaJSError) throw error; // a rebalance, a lost connection
      const { topic, partition } = payload.batch;
      settings.logger.error(
        { err: error, topic, partition },
        'batch handler failed: reading again from the last committed offset',
      );
      // As it is, a TypeError would stop the consumer for good, and silently.
      throw new Error('the batch handler failed', { cause: error });
    }
  }

  async function runConsumer(): Promise<void> {
    if (closing) return;
    await declareTopics(kafka, settings);
    await consumer.connect();
    await consumer.subscribe({ topics: [...settings.subscribe], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: settings.concurrency ?? 1,
      eachBatch: handle,
    });
  }

  async function start(): Promise<void> {
    try {
      await retry(runConsumer, {
        ...backoff,
        isFinal: (error) => error instanceof TopicMismatchError,
        onFailure: (error) => {
          lastActivity = Date.now();
          settings.logger.warn({ err: error }, 'Kafka unavailable: connecting again');
        },
      });
    } catch (error) {
      endProcess(error as TopicMismatchError);
    }
  }

  const started = start();
  return {
    lastActivity: () => lastActivity,
    // Where that record has aged out, kafkajs goes on with the earliest that is left.
    readAgain: (topic, partition, offset) =>
      consumer.seek({ topic, partition, offset: String(offset) }),
    async close() {
      closing = true;
      await started;
      await consumer.disconnect();
      closeSockets();
    },
  };
}

/**
 * One record after the other within a partition, committed when the handler has resolved. A handler
 * may take minutes. One that throws gets the same record again, so it decides itself what is final.
 */
export function connectKafkaConsumer(
  settings: KafkaConsumerSettings & {
    readonly eachRecord: (record: ConsumedRecord) => Promise<void>;
  },
): KafkaConsumer {
  return connectKafkaBatchConsumer({
    ...settings,
    async eachBatch(batch) {
      for (const record of batch.records) {
        if (!batch.isCurrent()) return;
        await batch.keepAlive(async () => {
          await settings.eachRecord(record);
          await batch.commit(record);
        });
      }
    },
  });
}

async function declareTopics(kafka: kafkajs.Kafka, settings: KafkaSettings): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await ensureTopics(admin, settings.topics);
  } finally {
    await admin.disconnect();
  }
}
