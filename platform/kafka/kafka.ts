// kafkajs behind a port of our own (docs/decisions/kafkajs-behind-a-port.md).
import type kafkajs from 'kafkajs';
import pLimit, { type LimitFunction } from 'p-limit';
import { endProcess as throwUnhandled } from '../end-process.ts';
import { createKafkaClient, KafkaUnavailableError, type KafkaSettings } from './kafka-client.ts';
import { ensureTopics, TopicMismatchError } from './kafka-topics.ts';
import { retry } from '../retry.ts';
import { withTimeout } from '../with-timeout.ts';

export { KafkaUnavailableError, type KafkaSettings } from './kafka-client.ts';

export interface KafkaRecord {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

export interface KafkaPublisher {
  /**
   * Resolves when all in-sync replicas have the record.
   *
   * @throws {KafkaUnavailableError} after 5 s, or at once above 100 sends in flight.
   */
  publish(topic: string, record: KafkaRecord): Promise<void>;
  /** A record without a value: what stands under its key is over. Otherwise as {@link publish}. */
  publishTombstone(topic: string, record: Omit<KafkaRecord, 'value'>): Promise<void>;
  /**
   * Asks for metadata (1 s limit, the answer is kept for 1 s).
   *
   * @throws {KafkaUnavailableError} when no broker answers.
   */
  probe(): Promise<void>;
  close(): Promise<void>;
}

const publishLimitMs = 5_000;
const probeLimitMs = 1_000;
const maximumPending = 100;
const backoff = { firstMs: 500, longestMs: 500 }; // kafkajs has paused before, with backoff

type AnyRecord = Omit<KafkaRecord, 'value'> & { readonly value: Buffer | null };

/** A fault of the record itself, for which no other answer will come. */
const recordFaults = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);

/** Returns at once: the connection and the topics are made behind, for as long as it takes. */
export function connectKafkaPublisher(settings: KafkaSettings): KafkaPublisher {
  const { endProcess = throwUnhandled } = settings;
  const { kafka, closeSockets } = createKafkaClient(settings);
  const admin = kafka.admin();
  const lanes = new Map<string, LimitFunction>();
  let pending = 0;
  let closing = false;
  let current = createProducer();
  let link = connect(current);

  function createProducer(): kafkajs.Producer {
    return kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      retry: { retries: Number.MAX_SAFE_INTEGER },
    });
  }

  async function connect(producer: kafkajs.Producer): Promise<kafkajs.Producer> {
    const connectOnce = async () => {
      await admin.connect();
      await ensureTopics(admin, settings.topics);
      await producer.connect();
      settings.logger.info('connected to Kafka');
    };
    try {
      await retry(connectOnce, {
        ...backoff,
        isFinal: (error) => closing || error instanceof TopicMismatchError,
        onFailure: (error) =>
          settings.logger.warn({ err: error }, 'Kafka unavailable: connecting again'),
      });
    } catch (error) {
      if (error instanceof TopicMismatchError) endProcess(error);
    }
    return producer;
  }

  async function send(topic: string, record: AnyRecord, isLate: () => boolean): Promise<void> {
    const producer = await link;
    if (isLate()) return; // its caller was rejected and nobody saw it: dropping it keeps the queue short
    try {
      await producer.send({
        topic,
        acks: -1,
        messages: [{ key: record.key, value: record.value, headers: { ...record.headers } }],
      });
    } catch (error) {
      if (recordFaults.has(protocolType(error))) throw error;
      await replace(producer);
      throw new KafkaUnavailableError('Kafka rejected the record: send it again', { cause: error });
    }
  }

  /** What kafkajs gave up on has an unknown sequence number: a new producer id starts clean. */
  async function replace(producer: kafkajs.Producer): Promise<void> {
    if (current !== producer || closing) return;
    current = createProducer();
    link = connect(current);
    await producer.disconnect().catch((error: unknown) => {
      settings.logger.warn({ err: error }, 'replaced Kafka producer: disconnect failed');
    });
  }

  const probe = shareProbe(async () => {
    await admin.connect();
    await admin.describeCluster();
  });

  async function publish(topic: string, record: AnyRecord): Promise<void> {
    if (closing) throw new KafkaUnavailableError('the Kafka publisher is closed');
    if (pending >= maximumPending)
      throw new KafkaUnavailableError(
        `${maximumPending} records already wait for Kafka, no more are allowed: send it again later`,
      );
    pending += 1;
    let late = false;
    const sent = laneOf(
      lanes,
      topic,
    )(() => send(topic, record, () => late)).finally(() => {
      pending -= 1;
    });
    await withTimeout(publishLimitMs, sent, () => {
      late = true;
      return new KafkaUnavailableError(
        `no acknowledgement from Kafka within ${publishLimitMs} ms: send it again`,
      );
    });
  }

  return {
    publish,
    publishTombstone: (topic, record) => publish(topic, { ...record, value: null }),
    probe,
    async close() {
      closing = true;
      const lanesEmpty = [...lanes.values()].map((lane) => lane(() => Promise.resolve()));
      const drained = Promise.all([link, ...lanesEmpty]); // left while it connects, kafkajs goes on trying
      await withTimeout(publishLimitMs, drained, () => new Error('late')).catch(() => {
        settings.logger.warn(
          { pending },
          'Kafka publisher closed with unconfirmed records: Kafka unavailable',
        );
      });
      await Promise.all([current.disconnect(), admin.disconnect()]);
      closeSockets();
    },
  };
}

/**
 * One record of a topic in flight at a time. kafkajs takes a failed send's sequence number back, and
 * a concurrent send to the same partition would use it: if the failed one had been written, the
 * broker takes the other for its repeat, and confirms what it never stored.
 */
function laneOf(lanes: Map<string, LimitFunction>, topic: string): LimitFunction {
  const lane = lanes.get(topic) ?? pLimit(1);
  lanes.set(topic, lane);
  return lane;
}

function protocolType(error: unknown): string {
  const { type, cause } = error as { type?: string; cause?: { type?: string } };
  return type ?? cause?.type ?? '';
}

/** At most one question under way; its answer, good or bad, serves everybody for a second. */
function shareProbe(ask: () => Promise<void>): () => Promise<void> {
  let asked: { at: number; answer: Promise<void> } | undefined;
  let underWay: Promise<void> | undefined;
  return () => {
    if (asked !== undefined && Date.now() - asked.at < probeLimitMs) return asked.answer;
    underWay ??= ask().finally(() => {
      underWay = undefined;
    });
    const answer = withTimeout(probeLimitMs, underWay, () => new Error('no answer')).catch(
      (error: unknown) => {
        throw new KafkaUnavailableError('no Kafka broker answers', { cause: error });
      },
    );
    answer.catch(() => undefined); // each caller gets it; kept for the next one it has no reader
    asked = { at: Date.now(), answer };
    return answer;
  };
}
