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
import { codecs, registerCodecs } from '../../../platform/kafka/compression.ts';
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
export const writeRecord = (
  topic: string,
  { key, headers, value }: Pick<ConsumedRecord, 'key' | 'value'> & { headers: kafkajs.IHeaders },
): Promise<void> =>
  withProducer({}, (producer) => producer.send({ topic, messages: [{ key, headers, value }] }));

/** How many records were ever written to the topic. */
export const countRecords = (topic: string): Promise<number> =>
  asKafkaOperator(async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  });

/** Leaves records behind which the marker of their transaction stands; aborted, no reader may see them. */
export async function endTransaction(
  { topic }: OwnTopic,
  values: readonly string[],
  how: 'commit' | 'abort',
) {
  const settings = { transactionalId: ownName('transaction'), idempotent: true };
  await withProducer({ ...settings, maxInFlightRequests: 1 }, async (producer) => {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: values.map((value) => ({ value })) });
    await transaction[how]();
  });
}

/** One batch, compressed as another producer would. */
export async function sendCompressed(
  { topic }: OwnTopic,
  compression: kafkajs.CompressionTypes,
  compress: (bytes: Buffer) => Buffer,
  messages: kafkajs.Message[],
) {
  const codec = codecs[compression]?.();
  if (codec === undefined) throw new Error(`no codec ${compression}`);
  codecs[compression] = () => ({
    ...codec,
    compress: ({ buffer }) => Promise.resolve(compress(buffer)),
  });
  await withProducer({}, (producer) => producer.send({ topic, compression, messages }));
  registerCodecs();
}

/** What the topic's `compression.type` does: the broker compresses again what comes otherwise. */
export async function compressByBroker({ topic, retentionMs }: OwnTopic, codec: string) {
  const configEntries = [
    { name: 'compression.type', value: codec },
    { name: 'retention.ms', value: String(retentionMs) }, // what is not named again is taken away
  ];
  await asKafkaOperator((admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
    }),
  );
}

async function withProducer(
  settings: kafkajs.ProducerConfig,
  act: (producer: kafkajs.Producer) => Promise<unknown>,
): Promise<void> {
  const producer = rawClient().producer(settings);
  await producer.connect();
  try {
    await act(producer);
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
