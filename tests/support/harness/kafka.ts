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
import { kafkaBrokers, logger, ownName } from './environment.ts';

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

/** Leaves records that no reader may see, and the marker that says so. */
export async function abortTransaction({ topic }: OwnTopic, values: readonly string[]) {
  const client = new kafkajs.Kafka({
    brokers: [...kafkaBrokers],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const producer = client.producer({
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
export function keep<T extends { close(): Promise<void> }>(part: T): T {
  opened.push(part);
  return part;
}

/** What an operator would do, past our port. */
export async function asKafkaOperator<T>(act: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const client = new kafkajs.Kafka({
    brokers: [...kafkaBrokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 1_000 },
  });
  const admin = client.admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
}

/** For `afterEach`. */
export async function cleanUpKafka(): Promise<void> {
  await Promise.all(opened.splice(0).map((part) => part.close()));
  const mine = [...used];
  used.clear();
  await asKafkaOperator(async (admin) => {
    const existing = await admin.listTopics();
    await admin.deleteTopics({ topics: mine.filter((topic) => existing.includes(topic)) });
  });
}
