import { Registry } from 'prom-client';
import {
  connectKafkaBatchConsumer,
  type ConsumedRecord,
} from '../../../platform/kafka/kafka-consumer.ts';
import type { KafkaPublisher, KafkaSettings } from '../../../platform/kafka/kafka.ts';
import type { Delivery } from '../../../platform/rabbitmq/rabbitmq.ts';
import { createBridge } from '../../../services/messaging-bridge/bridge-batch.ts';
import { partitionsAtOnce } from '../../../services/messaging-bridge/in-flight.ts';
import { createMetrics } from '../../../services/messaging-bridge/metrics.ts';
import { trackProgress } from '../../../services/messaging-bridge/progress.ts';
import { consumerOf, keep, ownTopic, publisherOf, type OwnTopic } from './kafka.ts';
import { ownPlaces, rabbitOf, type Places } from './rabbitmq.ts';
import { kafkaBrokers, logger } from '../harness/environment.ts';
import { eventually } from '../harness/eventually.ts';

/** An arrow of the test's own: topic, its dead letters, exchange, queue. */
export interface Arrow {
  readonly topic: OwnTopic;
  readonly deadLetters: OwnTopic;
  readonly places: Pick<Places, 'exchange' | 'queue' | 'topology'>;
  readonly groupId: string;
}

export function ownArrow(): Arrow & { readonly places: Places } {
  const [topic, deadLetters] = [ownTopic(6), ownTopic(6)];
  return { topic, deadLetters, places: ownPlaces(20), groupId: topic.topic };
}

export interface RunningBridge {
  readonly metrics: Registry;
  close(): Promise<void>;
}

/** The bridge as its `main.ts` puts it together, on the arrow of a test. */
export function startBridge(
  arrow: Arrow,
  more: { maxInFlight?: number; rabbitUrl?: string } & Pick<KafkaSettings, 'socketFactory'> = {},
): RunningBridge {
  const { topic, deadLetters, places, groupId } = arrow;
  const settings = {
    brokers: kafkaBrokers,
    clientId: 'bridge',
    topics: [topic, deadLetters],
    logger,
  };
  const registry = new Registry();
  const progress = trackProgress();
  const rabbit = rabbitOf(places.topology, { url: more.rabbitUrl });
  const kafka = publisherOf([topic, deadLetters]);
  const consumer = connectKafkaBatchConsumer({
    ...settings,
    ...(more.socketFactory === undefined ? {} : { socketFactory: more.socketFactory }),
    groupId,
    subscribe: [topic.topic],
    concurrency: partitionsAtOnce,
    eachBatch: createBridge({
      rabbit,
      kafka,
      routes: [{ topic: topic.topic, exchange: places.exchange, deadLetters: deadLetters.topic }],
      maxInFlight: more.maxInFlight ?? 300,
      metrics: createMetrics(registry, progress),
      progress,
      logger,
    }),
  });
  let closed: Promise<void> | undefined;
  return keep({ metrics: registry, close: () => (closed ??= consumer.close()) });
}

/** Everything that came out at the queue. */
export function arrivalsOf(arrow: Arrow) {
  const deliveries: Delivery[] = [];
  const counts = new Map<string, number>();
  rabbitOf(arrow.places.topology).consume(arrow.places.queue, { prefetch: 200 }, (delivery) => {
    deliveries.push(delivery);
    counts.set(delivery.messageId, (counts.get(delivery.messageId) ?? 0) + 1);
    return Promise.resolve('ack');
  });
  return {
    deliveries,
    counts,
    all: (ids: readonly string[], withinMs = 60_000) =>
      eventually(() => ids.every((id) => counts.has(id)), { within: withinMs }).catch(
        (error: unknown) => {
          const missing = ids.filter((id) => !counts.has(id));
          throw new Error(`${missing.length} are missing, first ${missing[0] ?? ''}`, {
            cause: error,
          });
        },
      ),
    duplicates: () => [...counts.values()].reduce((sum, count) => sum + count - 1, 0),
  };
}

/** Records of the dead letter topic. */
export function deadLettersOf(arrow: Arrow): ConsumedRecord[] {
  const seen: ConsumedRecord[] = [];
  consumerOf(arrow.deadLetters, (record) => Promise.resolve(void seen.push(record)));
  return seen;
}

export const eventOf = (id: string, key = id) => ({
  key,
  headers: {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: 'urn:test',
    ce_type: 'photo.taken',
    ce_time: '2026-05-04T03:02:01Z',
    'content-type': 'application/json',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
  value: Buffer.from(`{"id":"${id}"}`),
});

/** Publishes the events one after the other, each again until Kafka has it. */
export async function publishEvents(kafka: KafkaPublisher, arrow: Arrow, ids: readonly string[]) {
  for (const id of ids)
    await eventually(() =>
      kafka.publish(arrow.topic.topic, eventOf(id, keyOf(id))).then(
        () => true,
        () => false,
      ),
    );
}

/** 40 keys, so that every partition has several. */
const keyOf = (id: string) => `key-${Number(id.replace(/\D/g, '')) % 40}`;

export const numbered = (count: number) => Array.from({ length: count }, (_, index) => `e${index}`);
