// What publisher and consumer share: the kafkajs client, its log lines, and how a process ends.
import kafkajs from 'kafkajs';
import type { Logger } from './logger.ts';

export interface TopicDeclaration {
  readonly topic: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Created where they are missing; the process ends when one exists with other values. */
  readonly topics: readonly TopicDeclaration[];
  readonly logger: Logger;
  /** Told what no retry can mend; by default thrown outside of any handler, which ends the process. */
  readonly endProcess?: (error: Error) => void;
  /** How a broker's address is reached, for instance through a tunnel; default: directly. */
  readonly socketFactory?: kafkajs.ISocketFactory;
}

/** Kafka did not take the record in time. It may still go out: sending the same again is safe. */
export class KafkaUnavailableError extends Error {
  override readonly name = 'KafkaUnavailableError';
  readonly code = 'KAFKA_UNAVAILABLE';
}

/** Kafka is looked for again at most this long after it has come back. */
const retry = {
  initialRetryTime: 100,
  maxRetryTime: 2_000,
  factor: 0.2,
  multiplier: 2,
  retries: 8,
};

export function createKafkaClient(settings: KafkaSettings) {
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] ??= '1'; // its way of saying "I know": v2 hashes as Java does
  return new kafkajs.Kafka({
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry,
    ...(settings.socketFactory === undefined ? {} : { socketFactory: settings.socketFactory }),
    logCreator: () => (entry) => logEntry(settings.logger, entry),
  });
}

export const endProcessOf = (settings: KafkaSettings) =>
  settings.endProcess ??
  ((error: Error) => {
    setImmediate(() => {
      throw error;
    });
  });

/** kafkajs calls an ERROR what it then retries; what it cannot mend reaches our code as an error. */
function logEntry(logger: Logger, { namespace, level, log }: kafkajs.LogEntry): void {
  const { message, timestamp: _, logger: _name, ...details } = log;
  const fields = { kafkajs: namespace, ...details };
  if (level <= kafkajs.logLevel.WARN) logger.warn(fields, message);
  else logger.debug(fields, message);
}

/** Settles as `work` does, or rejects with `late()` after `ms`; the work itself goes on. */
export function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(late());
    }, ms);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
