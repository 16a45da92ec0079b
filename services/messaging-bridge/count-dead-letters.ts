import { Gauge, type Registry } from 'prom-client';
import { topicSettings } from '../../contracts/topology.ts';
import {
  connectKafkaBatchConsumer,
  type ConsumedRecord,
  type KafkaConsumer,
  type KafkaConsumerSettings,
} from '../../platform/kafka/kafka-consumer.ts';

const idleMs = 2_000; // dead letters are rare, and this is a metric only
const silentMs = 60_000;

/**
 * Keeps gauge `bridge_dead_letters`: dead letters that are neither redriven nor dropped. Each instance counts the
 * partitions that it has; the sum over the instances is the whole. Absent while Kafka does not answer.
 */
export function countDeadLetters(
  settings: Omit<KafkaConsumerSettings, 'idleMs' | 'onAssignment'>,
  registry: Registry,
): KafkaConsumer {
  const deadLetters = new OpenDeadLetters(settings.subscribe, topicSettings.retentionMs);
  new Gauge({
    name: 'bridge_dead_letters',
    help: 'Dead letters that are neither redriven nor dropped; absent while Kafka does not answer.',
    labelNames: ['topic'],
    registers: [registry],
    collect() {
      this.reset();
      if (Date.now() - consumer.lastActivity() > silentMs) return;
      for (const topic of settings.subscribe) this.set({ topic }, deadLetters.count(topic));
    },
  });
  const consumer = connectKafkaBatchConsumer({
    ...settings,
    idleMs,
    onAssignment: () => deadLetters.forget(), // nothing is committed: partitions assigned now are read from their beginning
    eachBatch(batch) {
      for (const record of batch.records) deadLetters.note(record);
      const last = batch.records.at(-1);
      if (last !== undefined) batch.pass(last);
      return Promise.resolve();
    },
  });
  return consumer;
}

/** By topic and key: a later dead letter replaces an earlier one, a tombstone or its age ends it. */
export class OpenDeadLetters {
  readonly #writtenAt: ReadonlyMap<string, Map<string, number>>;
  readonly #keptMs: number;

  constructor(topics: readonly string[], keptMs: number) {
    this.#writtenAt = new Map(topics.map((topic) => [topic, new Map()]));
    this.#keptMs = keptMs;
  }

  note({ topic, key, value, timestamp }: ConsumedRecord): void {
    const deadLetters = this.#writtenAt.get(topic);
    if (key === null || deadLetters === undefined) return; // not written by the bridge: its dead letters have keys
    if (value === null) deadLetters.delete(key);
    else deadLetters.set(key, timestamp.getTime());
  }

  count(topic: string, now = Date.now()): number {
    const deadLetters = this.#writtenAt.get(topic) ?? new Map<string, number>();
    for (const [key, at] of deadLetters) if (now - at > this.#keptMs) deadLetters.delete(key);
    return deadLetters.size;
  }

  forget(): void {
    for (const deadLetters of this.#writtenAt.values()) deadLetters.clear();
  }
}
