import kafkajs from 'kafkajs';
import {
  connectKafkaConsumer,
  type ConsumedRecord,
  type KafkaConsumer,
} from '../../../platform/kafka/kafka-consumer.ts';
import {
  connectKafkaPublisher,
  type KafkaPublisher,
  type KafkaSettings,
} from '../../../platform/kafka/kafka.ts';
import { readTopics, type TopicReading } from '../../../platform/kafka/kafka-reader.ts';
import { kafkaBrokers, logger, ownName } from '../harness/environment.ts';
import { eventually } from '../harness/eventually.ts';

const opened: { close(): Promise<void> }[] = [];
const used = new Set<string>();

export function ownTopic(partitions = 3) {
  const topic = ownName('kafka');
  used.add(topic);
  return { topic, partitions, retentionMs: 60 * 60 * 1000 };
}
export type OwnTopic = ReturnType<typeof ownTopic>;

const settingsOf = (topics: readonly OwnTopic[], more: Partial<KafkaSettings>): KafkaSettings => ({
  brokers: kafkaBrokers,
  clientId: 'conformance',
  topics,
  logger,
  ...more,
});

export function publisherOf(
  topics: readonly OwnTopic[],
  more: Partial<KafkaSettings> = {},
): KafkaPublisher {
  return keep(connectKafkaPublisher(settingsOf(topics, more)));
}

export function consumerOf(
  topic: OwnTopic,
  eachRecord: (record: ConsumedRecord) => Promise<void>,
  more: Partial<KafkaSettings> & { groupId?: string; concurrency?: number } = {},
): KafkaConsumer {
  const settings = settingsOf([topic], {});
  const groupId = more.groupId ?? ownName('group');
  return keep(
    connectKafkaConsumer({ ...settings, ...more, groupId, subscribe: [topic.topic], eachRecord }),
  );
}

export const readTopicOf = (
  { topic }: OwnTopic,
  reading: Omit<TopicReading, 'topics'>,
  more: Partial<KafkaSettings>,
): Promise<void> => readTopics(settingsOf([], more), { topics: [topic], ...reading });

/** kafkajs itself, past our port. */
const rawClient = () =>
  new kafkajs.Kafka({
    brokers: [...kafkaBrokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 1_000 },
  });

/** Waits for the record of that key, and returns it as it is stored. */
export const readRecord = (topic: string, key: string): Promise<ConsumedRecord> =>
  eventually(
    async () => {
      let found: ConsumedRecord | undefined;
      await readTopics(settingsOf([], {}), {
        topics: [topic],
        select: (stored) => stored?.toString() === key,
        onRecord: (record) => (found = record),
      });
      if (found === undefined) throw new Error(`${topic} has no record with key ${key}`);
      return found;
    },
    { within: 60_000 },
  );

/** Writes a record as it is, as a producer does that sends again. */
export async function writeRecord(
  topic: string,
  { key, headers, value }: Pick<ConsumedRecord, 'key' | 'headers' | 'value'>,
): Promise<void> {
  const producer = rawClient().producer();
  await producer.connect();
  try {
    await producer.send({ topic, messages: [{ key, headers, value }] });
  } finally {
    await producer.disconnect();
  }
}

/** How many records were ever written to the topic. */
export const countRecords = (topic: string): Promise<number> =>
  asKafkaOperator(async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  });

/** Leaves records that no reader may see, and the marker that says so. */
export async function abortTransaction({ topic }: OwnTopic, values: readonly string[]) {
  const producer = rawClient().producer({
    transactionalId: ownName('transaction'),
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  try {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: values.map((value) => ({ value })) });
    await transaction.abort();
  } finally {
    await producer.disconnect();
  }
}

/** Closed after the test, however it ends. */
export function keep<T extends { close(): Promise<void> }>(connection: T): T {
  opened.push(connection);
  return connection;
}

/** What an operator would do, past our port. */
export async function asKafkaOperator<T>(act: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const admin = rawClient().admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
}

/** For `afterEach`. */
export async function cleanUpKafka(): Promise<void> {
  await Promise.all(opened.splice(0).map((connection) => connection.close()));
  const mine = [...used];
  used.clear();
  await asKafkaOperator(async (admin) => {
    const existing = await admin.listTopics();
    await admin.deleteTopics({ topics: mine.filter((topic) => existing.includes(topic)) });
  });
}
