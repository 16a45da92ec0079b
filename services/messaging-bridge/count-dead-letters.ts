import { Gauge, type Registry } from 'prom-client';
import { topicSettings } from '../../contracts/topology.ts';
import {
  connectKafkaBatchConsumer,
  type ConsumedRecord,
  type KafkaConsumer,
  type KafkaConsumerSettings,
} from '../../platform/kafka/kafka-consumer.ts';

const idleMs = 2_000; // dead letters are rare, and nobody waits for them
const silentMs = 60_000;

/**
 * Keeps gauge `bridge_dead_letters`: letters that nobody has settled. Each instance counts the
 * partitions that it has; the sum over the instances is the whole. Absent while Kafka does not tell.
 */
export function countDeadLetters(
  settings: Omit<KafkaConsumerSettings, 'idleMs' | 'onAssignment'>,
  registry: Registry,
): KafkaConsumer {
  const letters = new OpenLetters(settings.subscribe, topicSettings.retentionMs);
  new Gauge({
    name: 'bridge_dead_letters',
    help: 'Letters in a dead letter topic that were neither redriven nor dropped; absent while Kafka does not tell.',
    labelNames: ['topic'],
    registers: [registry],
    collect() {
      this.reset();
      if (Date.now() - consumer.lastActivity() > silentMs) return;
      for (const topic of settings.subscribe) this.set({ topic }, letters.count(topic));
    },
  });
  const consumer = connectKafkaBatchConsumer({
    ...settings,
    idleMs,
    onAssignment: () => letters.forget(), // nothing is committed: what is ours now is read again
    eachBatch(batch) {
      for (const record of batch.records) letters.note(record);
      const last = batch.records.at(-1);
      if (last !== undefined) batch.pass(last);
      return Promise.resolve();
    },
  });
  return consumer;
}

/** By topic and key: a later letter replaces an earlier one, a tombstone or its age ends it. */
export class OpenLetters {
  readonly #writtenAt: ReadonlyMap<string, Map<string, number>>;
  readonly #keptMs: number;

  constructor(topics: readonly string[], keptMs: number) {
    this.#writtenAt = new Map(topics.map((topic) => [topic, new Map()]));
    this.#keptMs = keptMs;
  }

  note({ topic, key, value, timestamp }: ConsumedRecord): void {
    const letters = this.#writtenAt.get(topic);
    if (key === null || letters === undefined) return; // none of ours: letters have keys
    if (value === null) letters.delete(key);
    else letters.set(key, timestamp.getTime());
  }

  count(topic: string, now = Date.now()): number {
    const letters = this.#writtenAt.get(topic) ?? new Map<string, number>();
    for (const [key, at] of letters) if (now - at > this.#keptMs) letters.delete(key);
    return letters.size;
  }

  forget(): void {
    for (const letters of this.#writtenAt.values()) letters.clear();
  }
}
