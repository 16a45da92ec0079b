// Reading what a topic holds now, from its first record to its last, and leaving no trace of it.
import { randomUUID } from 'node:crypto';
import type kafkajs from 'kafkajs';
import { createKafkaClient, KafkaUnavailableError, type KafkaSettings } from './kafka-client.ts';
import type { Logger } from '../logger.ts';
import { asRecord, type ConsumedRecord } from './kafka-consumer.ts';
import { within } from '../within.ts';

const readLimitMs = 60_000;
const connectLimitMs = 5_000;

/**
 * Every record that stands in the topics at this moment, in order within a partition. What is written
 * meanwhile may be among them. All of it is in memory at once: for topics that people look through.
 *
 * @throws {KafkaUnavailableError} no broker answers within 5 s, or not all came within a minute.
 */
export async function readTopics(
  settings: KafkaSettings,
  topics: readonly string[],
): Promise<ConsumedRecord[]> {
  const { kafka, closeSockets } = createKafkaClient(settings);
  const admin = kafka.admin();
  try {
    await within(connectLimitMs, admin.connect(), () => new Error('late')).catch(
      (error: unknown) => {
        throw new KafkaUnavailableError(`Kafka does not answer at ${settings.brokers.join(', ')}`, {
          cause: error,
        });
      },
    );
    const ends = await findEnds(admin, topics);
    if (ends.size === 0) return [];
    return await collect(kafka, admin, { topics, ends, logger: settings.logger });
  } finally {
    await admin.disconnect();
    closeSockets();
  }
}

const placeOf = (topic: string, partition: number) => `${topic}/${partition}`;

/** The last offset of every partition that holds a record. */
async function findEnds(
  admin: kafkajs.Admin,
  topics: readonly string[],
): Promise<Map<string, bigint>> {
  const existing = new Set(await admin.listTopics());
  const ends = new Map<string, bigint>();
  for (const topic of topics.filter((name) => existing.has(name)))
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (BigInt(high) > BigInt(low)) ends.set(placeOf(topic, partition), BigInt(high) - 1n);
  return ends;
}

interface ToRead {
  readonly topics: readonly string[];
  /** The last offset of every partition that holds a record. */
  readonly ends: ReadonlyMap<string, bigint>;
  readonly logger: Logger;
}

async function collect(
  kafka: kafkajs.Kafka,
  admin: kafkajs.Admin,
  { topics, ends, logger }: ToRead,
): Promise<ConsumedRecord[]> {
  const groupId = `read-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 200 });
  const records: ConsumedRecord[] = [];
  let missing = new Map(ends);
  const all = Promise.withResolvers<undefined>();
  all.promise.catch(() => undefined); // told below, where it is waited for
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    consumer.on(consumer.events.GROUP_JOIN, () => {
      records.length = 0; // everything is read from the beginning again
      missing = new Map(ends);
    });
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) all.reject(error);
    });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ topic, partition, message }) => {
        const place = placeOf(topic, partition);
        records.push(asRecord(topic, partition, message));
        if (BigInt(message.offset) >= (missing.get(place) ?? -1n)) missing.delete(place);
        if (missing.size === 0) all.resolve(undefined);
        return Promise.resolve();
      },
    });
    await within(readLimitMs, all.promise, () => {
      const places = [...missing.keys()].join(', ');
      return new KafkaUnavailableError(`not all could be read in a minute: ${places}`);
    });
    return records;
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch((error: unknown) => {
      logger.debug({ err: error, groupId }, 'a group that has read stays until Kafka forgets it');
    });
  }
}
