// Reading what topics hold at this moment, and leaving no trace of it.
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import {
  createKafkaClient,
  KafkaUnavailableError,
  type KafkaClient,
  type KafkaSettings,
} from './kafka-client.ts';
import { asRecord, type ConsumedRecord } from './record-batch.ts';
import { withTimeout } from '../with-timeout.ts';

const connectLimitMs = 5_000;
const silenceLimitMs = 10_000;

export interface TopicReading {
  /** One that does not exist holds nothing. */
  readonly topics: readonly string[];
  /** Milliseconds since 1970: what was stored before is passed over. Default: everything is read. */
  readonly since?: number | undefined;
  /** Only records whose key it takes are decoded. Default: every record. */
  readonly select?: ((key: Buffer | null) => boolean) | undefined;
  /** In order within a partition, each record once. What is written meanwhile may be among them. */
  readonly onRecord: (record: ConsumedRecord) => void;
}

/**
 * Resolves when every record that stands in the topics at this moment was read.
 *
 * @throws {KafkaUnavailableError} no broker answers within 5 s, or none sends anything for 10 s.
 */
export async function readTopics(settings: KafkaSettings, reading: TopicReading): Promise<void> {
  const client = createKafkaClient(settings);
  const admin = client.kafka.admin();
  const late = () => new KafkaUnavailableError(`no answer from ${settings.brokers.join(', ')}`);
  try {
    await withTimeout(connectLimitMs, admin.connect(), late);
    const ranges = await withTimeout(silenceLimitMs, findRanges(admin, reading), late);
    if (unread(ranges).length === 0) return;
    const groupId = `${settings.clientId}-read-${randomUUID()}`;
    await readRanges(client, groupId, ranges, reading);
    await admin.deleteGroups([groupId]).catch((error: unknown) => {
      settings.logger.debug(
        { err: error, groupId },
        'consumer group not deleted: Kafka removes it when it expires',
      );
    });
  } catch (error) {
    client.closeSockets(); // taking leave of a silent broker would wait for it
    if (!(error instanceof kafkajs.KafkaJSError)) throw error;
    throw new KafkaUnavailableError('Kafka topics not read: Kafka is unavailable', {
      cause: error,
    });
  } finally {
    await admin.disconnect();
    client.closeSockets();
  }
}

/** What is left to read of a partition. */
interface Range {
  readonly topic: string;
  readonly partition: number;
  next: bigint;
  /** The offset behind the last one to read. */
  readonly end: bigint;
}
type Ranges = ReadonlyMap<string, Range>;

const placeOf = (topic: string, partition: number) => `${topic}/${partition}`;
const unread = (ranges: Ranges) => [...ranges.values()].filter(({ next, end }) => next < end);

async function findRanges(
  admin: kafkajs.Admin,
  { topics, since }: TopicReading,
): Promise<Map<string, Range>> {
  const existing = new Set(await admin.listTopics());
  const ranges = new Map<string, Range>();
  for (const topic of topics.filter((name) => existing.has(name))) {
    // Answered with the end of the partition where nothing is as young.
    const young = since === undefined ? [] : await admin.fetchTopicOffsetsByTimestamp(topic, since);
    const starts = new Map(young.map(({ partition, offset }) => [partition, offset]));
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      ranges.set(placeOf(topic, partition), {
        topic,
        partition,
        next: BigInt(starts.get(partition) ?? low),
        end: BigInt(high),
      });
  }
  return ranges;
}

async function readRanges(
  { kafka, closeSockets }: KafkaClient,
  groupId: string,
  ranges: Ranges,
  { select = () => true, onRecord }: TopicReading,
): Promise<void> {
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 200 });
  const { END_BATCH_PROCESS, GROUP_JOIN, CRASH } = consumer.events;
  const over = Promise.withResolvers<undefined>();
  const silence = setTimeout(() => {
    const places = unread(ranges).map(({ topic, partition }) => placeOf(topic, partition));
    over.reject(
      new KafkaUnavailableError(
        `no records received within ${silenceLimitMs} ms, not read to the end: ${places.join(', ')}`,
      ),
    );
  }, silenceLimitMs);

  function advance(range: Range | undefined, lastOffset: string): void {
    if (range === undefined) return;
    range.next = BigInt(lastOffset) + 1n;
    silence.refresh();
    if (unread(ranges).length === 0) over.resolve(undefined);
  }
  // The only word about an end that holds transaction markers alone: no handler is called for them.
  consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
    advance(ranges.get(placeOf(topic, partition)), lastOffset);
  });
  // Every partition, or those without anything to read would be read from their beginning.
  consumer.on(GROUP_JOIN, () => {
    for (const { topic, partition, next } of ranges.values())
      consumer.seek({ topic, partition, offset: String(next) });
  });
  consumer.on(CRASH, ({ payload: { error, restart } }) => {
    if (!restart) over.reject(error);
  });

  async function start(): Promise<void> {
    const topics = [...new Set([...ranges.values()].map(({ topic }) => topic))];
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, ...group }) => {
        const { topic, partition, messages } = batch;
        const range = ranges.get(placeOf(topic, partition));
        if (range === undefined || range.next >= range.end) return; // written meanwhile
        try {
          for (const message of messages)
            if (select(message.key)) onRecord(asRecord(topic, partition, message));
        } catch (error) {
          over.reject(error);
          return;
        }
        advance(range, batch.lastOffset()); // before the heartbeat, which may end in a new division
        await group.heartbeat();
      },
    });
  }

  try {
    start().catch(over.reject);
    await over.promise;
    await consumer.disconnect();
  } catch (error) {
    closeSockets();
    consumer.disconnect().catch(() => undefined); // kafkajs tries to leave the group for 10 s more
    throw error;
  } finally {
    clearTimeout(silence);
  }
}
