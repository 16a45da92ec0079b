// What publisher, consumer and reader share: the kafkajs client, its sockets and its log lines.
import { connect, type Socket } from 'node:net';
import kafkajs from 'kafkajs';
import type { Logger } from '../logger.ts';
import { registerCodecs } from './compression.ts';
import { guardBatches } from './guard-batches.ts';

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
  /** Called with an error that no retry resolves; default: platform/end-process.ts. */
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

export interface KafkaClient {
  readonly kafka: kafkajs.Kafka;
  /** After the last `disconnect`: kafkajs leaves behind what it was just connecting, for ever. */
  readonly closeSockets: () => void;
}

export function createKafkaClient(settings: KafkaSettings): KafkaClient {
  registerCodecs();
  guardBatches();
  const { socketFactory, closeSockets } = keepSockets(settings.socketFactory ?? directly);
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] ??= '1'; // its way of saying "I know": v2 hashes as Java does
  const kafka = new kafkajs.Kafka({
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry,
    socketFactory,
    logCreator: () => (entry) => logEntry(settings.logger, entry),
  });
  return { kafka, closeSockets };
}

const directly: kafkajs.ISocketFactory = ({ host, port, onConnect }) =>
  connect({ host, port, keepAlive: true, keepAliveInitialDelay: 60_000 }, onConnect);

function keepSockets(open: kafkajs.ISocketFactory) {
  const sockets = new Set<Socket>();
  let closed = false;
  const socketFactory: kafkajs.ISocketFactory = (to) => {
    const socket = open(to);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (closed) socket.destroy();
    return socket;
  };
  const closeSockets = () => {
    closed = true;
    for (const socket of sockets) socket.destroy();
  };
  return { socketFactory, closeSockets };
}

/** kafkajs logs as ERROR what it then retries; what it gives up on reaches our code as an error. */
function logEntry(logger: Logger, { namespace, level, log }: kafkajs.LogEntry): void {
  const { message, timestamp: _, logger: _name, ...details } = log;
  const fields = { kafkajs: namespace, ...details };
  if (level <= kafkajs.logLevel.WARN) logger.warn(fields, message);
  else logger.debug(fields, message);
}
