// kafkajs behind a port of our own (docs/decisions/kafkajs-behind-a-port.md).
import type { Logger } from './logger.ts';

export interface TopicDeclaration {
  readonly topic: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

export interface KafkaRecord {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

/** Kafka did not take the record in time. It may still go out: sending the same again is safe. */
export class KafkaUnavailableError extends Error {
  override readonly name = 'KafkaUnavailableError';
  readonly code = 'KAFKA_UNAVAILABLE';
}

export interface KafkaPublisher {
  /**
   * Resolves when all in-sync replicas have the record.
   *
   * @throws {KafkaUnavailableError} after 5 s, or at once above 100 sends in flight.
   */
  publish(topic: string, record: KafkaRecord): Promise<void>;
  /**
   * Asks for metadata (1 s limit, the answer is kept for 1 s).
   *
   * @throws {KafkaUnavailableError} when no broker answers.
   */
  probe(): Promise<void>;
  close(): Promise<void>;
}

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly topics: readonly TopicDeclaration[];
  readonly logger: Logger;
}

/** Returns at once: the connection and the topics are made behind, for as long as it takes. */
export function connectKafkaPublisher(_settings: KafkaSettings): KafkaPublisher {
  throw new Error('not built yet');
}
