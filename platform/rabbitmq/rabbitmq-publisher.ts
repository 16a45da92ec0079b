import amqplib, { type ConfirmChannel } from 'amqplib';
import type { Logger } from '../logger.ts';
import { keepChannel } from './rabbitmq-channel.ts';
import { unavailability, type RabbitLink } from './rabbitmq-link.ts';

export interface RabbitMessage {
  readonly exchange: string;
  /** '' for a fanout. */
  readonly routingKey?: string;
  readonly messageId: string;
  readonly type: string;
  /** `content-type` travels as the property of that name, all others as headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** When it happened; default: now. */
  readonly timestamp?: Date;
}

/** RabbitMQ is unavailable, blocked, or did not confirm in time: publishing the same again is safe. */
export class RabbitUnavailableError extends Error {
  override readonly name = 'RabbitUnavailableError';
  readonly code = 'RABBITMQ_UNAVAILABLE';
  /** The broker is there and refused this one, for instance because a queue is full. */
  readonly nacked: boolean;

  constructor(message: string, more: { cause?: unknown; nacked?: boolean } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.nacked = more.nacked ?? false;
  }
}

/** The exchange had no queue to put the message in (`mandatory`, 312 NO_ROUTE). */
export class UnroutableError extends Error {
  override readonly name = 'UnroutableError';
  readonly code = 'UNROUTABLE';
}

/** AMQP cannot carry the message (headers over 64 KiB, a property over 255 bytes): never, as it is. */
export class UnpublishableError extends Error {
  override readonly name = 'UnpublishableError';
  readonly code = 'UNPUBLISHABLE';
}

export interface RabbitPublisher {
  readonly open: boolean;
  publish(message: RabbitMessage): Promise<void>;
  close(): Promise<void>;
}

const confirmLimitMs = 10_000;

interface Unconfirmed {
  readonly open: ConfirmChannel;
  readonly until: number;
  readonly confirmed: Promise<void>;
  readonly reject: (error: Error) => void;
}

/** Publishes persistent, mandatory messages, each settled by its own confirm. */
export function createPublisher(
  link: RabbitLink,
  settings: { logger: Logger; onChange: () => void },
): RabbitPublisher {
  const unconfirmed = new Set<Unconfirmed>(); // the oldest first
  let deadline: NodeJS.Timeout | undefined;
  let returned = new Map<string, number>();

  const channel = keepChannel<ConfirmChannel>(link, {
    ...settings,
    create: (model) => model.createConfirmChannel(),
    prepare(fresh) {
      const returns = new Map<string, number>();
      returned = returns;
      fresh.on('return', ({ fields, properties }) => {
        const key = keyOf(fields.exchange, fields.routingKey, String(properties.messageId));
        returns.set(key, (returns.get(key) ?? 0) + 1);
      });
      return Promise.resolve();
    },
  });

  /** RabbitMQ sends a return before that message's confirm. */
  function takeReturn({ exchange, routingKey = '', messageId }: RabbitMessage): boolean {
    if (returned.size === 0) return false;
    const key = keyOf(exchange, routingKey, messageId);
    const count = returned.get(key) ?? 0;
    if (count > 1) returned.set(key, count - 1);
    else returned.delete(key);
    return count > 0;
  }

  /** One timer, for the oldest: a timer for each message would cost more than its publish. */
  function watchOldest(): void {
    deadline = undefined;
    const now = performance.now();
    for (const oldest of unconfirmed) {
      if (oldest.until > now) {
        deadline = setTimeout(watchOldest, oldest.until - now);
        return;
      }
      unconfirmed.delete(oldest);
      oldest.reject(
        new RabbitUnavailableError(
          `no confirm from RabbitMQ within ${confirmLimitMs} ms: publish it again`,
        ),
      );
      // A channel whose confirms have stopped is given up, or they would pile up without bound.
      if (!link.blocked) channel.replace(oldest.open);
    }
  }

  function send(open: ConfirmChannel, message: RabbitMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const until = performance.now() + confirmLimitMs;
    const entry: Unconfirmed = { open, until, confirmed: promise, reject };
    const settle = (fault: unknown) => {
      unconfirmed.delete(entry);
      if (fault !== null)
        reject(
          new RabbitUnavailableError('RabbitMQ did not confirm the message: publish it again', {
            cause: fault,
            nacked: (fault as Error).message === 'message nacked',
          }),
        );
      else if (takeReturn(message))
        reject(new UnroutableError(`exchange ${message.exchange} routes this message to no queue`));
      else resolve(undefined);
    };
    try {
      write(open, message, settle);
    } catch (error) {
      reject(
        error instanceof amqplib.IllegalOperationError
          ? new RabbitUnavailableError('the RabbitMQ channel closed: publish it again', {
              cause: error,
            })
          : new UnpublishableError((error as Error).message, { cause: error }),
      );
      return promise;
    }
    unconfirmed.add(entry);
    deadline ??= setTimeout(watchOldest, confirmLimitMs);
    return promise;
  }

  return {
    get open() {
      return channel.current !== undefined;
    },
    publish(message) {
      const open = channel.current;
      if (open === undefined)
        return Promise.reject(new RabbitUnavailableError(unavailability(link)));
      if (link.blocked)
        return Promise.reject(
          new RabbitUnavailableError('RabbitMQ blocks publishers: memory or disk alarm'),
        );
      return send(open, message);
    },
    async close() {
      await Promise.allSettled([...unconfirmed].map(({ confirmed }) => confirmed));
      clearTimeout(deadline);
      await channel.close();
    },
  };
}

function write(
  open: ConfirmChannel,
  message: RabbitMessage,
  settle: (fault: unknown) => void,
): void {
  const { exchange, routingKey = '', messageId, type, timestamp } = message;
  const { 'content-type': contentType, ...headers } = message.headers;
  const fields = {
    exchange,
    routingKey,
    mandatory: true,
    immediate: false,
    headers,
    contentType,
    deliveryMode: 2,
    messageId,
    type,
    timestamp: Math.floor((timestamp?.getTime() ?? Date.now()) / 1000),
  };
  const channel = open as unknown as ChannelBelow;
  channel.sendMessage(fields, fields, message.body);
  channel.pushConfirmCallback(settle);
}

/**
 * What amqplib's `publish` calls, and its types leave out: `publish` puts the headers behind a prototype,
 * which makes encoding them the most expensive part of a publish.
 */
interface ChannelBelow {
  sendMessage(method: object, properties: object, body: Buffer): boolean;
  pushConfirmCallback(settle: (fault: unknown) => void): void;
}

const keyOf = (exchange: string, routingKey: string, messageId: string) =>
  JSON.stringify([exchange, routingKey, messageId]);
