import { Gauge, type Registry } from 'prom-client';
import {
  connectKafkaBatchConsumer,
  type ConsumedRecord,
  type KafkaConsumer,
  type KafkaConsumerSettings,
} from '../../platform/kafka-consumer.ts';

const idleMs = 2_000; // dead letters are rare, and nobody waits for them

/**
 * Keeps gauge `bridge_dead_letters`: letters that nobody has settled. Each instance counts the
 * partitions that it has; the sum over the instances is the whole.
 */
export function countDeadLetters(
  settings: Omit<KafkaConsumerSettings, 'idleMs' | 'onAssignment'>,
  registry: Registry,
): KafkaConsumer {
  const letters = new OpenLetters(settings.subscribe);
  new Gauge({
    name: 'bridge_dead_letters',
    help: 'Letters in a dead letter topic that were neither redriven nor dropped.',
    labelNames: ['topic'],
    registers: [registry],
    collect() {
      for (const topic of settings.subscribe) this.set({ topic }, letters.count(topic));
    },
  });
  return connectKafkaBatchConsumer({
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
}

/** By topic and key: a later letter replaces an earlier one, a tombstone settles it. */
export class OpenLetters {
  readonly #keys: ReadonlyMap<string, Set<string>>;

  constructor(topics: readonly string[]) {
    this.#keys = new Map(topics.map((topic) => [topic, new Set()]));
  }

  note({ topic, key, offset, value }: ConsumedRecord): void {
    const keys = this.#keys.get(topic);
    if (value === null) keys?.delete(key ?? '');
    else keys?.add(key ?? offset);
  }

  count(topic: string): number {
    return this.#keys.get(topic)?.size ?? 0;
  }

  forget(): void {
    for (const keys of this.#keys.values()) keys.clear();
  }
}
