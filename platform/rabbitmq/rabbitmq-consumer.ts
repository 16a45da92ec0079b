import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../logger.ts';
import { ignoreClosed, keepChannel, withChannel } from './rabbitmq-channel.ts';
import type { RabbitLink } from './rabbitmq-link.ts';
import { RabbitUnavailableError } from './rabbitmq-publisher.ts';

export interface Delivery {
  readonly messageId: string;
  /** Scalar headers as text; the property `content-type` is among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Stream queues only. */
  readonly offset?: number | undefined;
  /** How often the broker counted it as returned; 0 on the first delivery. */
  readonly deliveryCount: number;
}

export interface HeldDelivery extends Delivery {
  /** Whether its channel is still open: if not, the broker has it back. */
  readonly isHeld: () => boolean;
}

export interface RabbitConsumer {
  /** Takes no more, waits for the handlers in hand. */
  stop(): Promise<void>;
  /** Closes the channel (what is unacknowledged returns to the queue) until {@link resume}. */
  pause(): Promise<void>;
  resume(options?: { prefetch: number }): void;
}

interface Consumption {
  readonly logger: Logger;
  readonly queue: string;
  readonly prefetch: number;
  /** Asked on every connect. */
  readonly consumeArguments?: () => Record<string, string | number | object>;
  readonly take: (
    channel: Channel,
    message: ConsumeMessage,
    isHeld: () => boolean,
  ) => Promise<void> | undefined;
}

/** A consumer that survives lost connections, closed channels and deleted queues. */
export function createConsumer(link: RabbitLink, consumption: Consumption): RabbitConsumer {
  const { logger, queue } = consumption;
  const inHand = new Set<Promise<void>>();
  let prefetch = consumption.prefetch;
  let tag = '';

  const channel = keepChannel<Channel>(link, {
    logger: logger.child({ queue }),
    create: (model) => model.createChannel(),
    async prepare(fresh) {
      await fresh.prefetch(prefetch);
      const take = (message: ConsumeMessage | null) => {
        if (message === null) {
          logger.warn({ queue }, 'RabbitMQ consumer cancelled: queue deleted, declaring it again');
          void ignoreClosed(() => fresh.close(), logger); // closed, it is opened again
          return;
        }
        const handled = consumption.take(fresh, message, () => channel.current === fresh);
        if (handled === undefined) return;
        inHand.add(handled);
        void handled.finally(() => inHand.delete(handled));
      };
      const options = { arguments: consumption.consumeArguments?.() ?? {} };
      ({ consumerTag: tag } = await fresh.consume(queue, take, options));
    },
  });

  return {
    async stop() {
      const open = channel.current;
      if (open !== undefined) await ignoreClosed(() => open.cancel(tag), logger);
      await Promise.all(inHand);
      await channel.close();
    },
    pause: () => channel.close(),
    resume(options) {
      prefetch = options?.prefetch ?? prefetch;
      channel.open();
    },
  };
}

const mostTogether = 50;
/** RabbitMQ closes a channel on which one message waits for half an hour (`consumer_timeout`). */
const longestMs = 5_000;

/**
 * Acknowledges deliveries in groups: the last stands for those before it. A group is full at half of
 * the prefetch or 50, and never waits for more than 5 s.
 */
export function groupAcknowledgements(prefetch: number, logger: Logger) {
  const size = Math.min(mostTogether, Math.max(1, Math.floor(prefetch / 2)));
  let last: { channel: Channel; message: ConsumeMessage } | undefined;
  let count = 0;
  let timer: NodeJS.Timeout | undefined;

  function acknowledge(): void {
    const due = last;
    clearTimeout(timer);
    [last, count, timer] = [undefined, 0, undefined];
    void ignoreClosed(() => due?.channel.ack(due.message, true), logger);
  }
  return {
    add(channel: Channel, message: ConsumeMessage): void {
      last = { channel, message };
      count += 1;
      if (count >= size) acknowledge();
      else timer ??= setTimeout(acknowledge, longestMs).unref();
    },
  };
}

export function asDelivery(message: Pick<ConsumeMessage, 'properties' | 'content'>): Delivery {
  const { properties } = message;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries<unknown>(properties.headers ?? {})) {
    if (typeof value === 'string') headers[name] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') headers[name] = String(value);
    else if (Buffer.isBuffer(value)) headers[name] = value.toString();
  }
  if (properties.contentType !== undefined)
    headers['content-type'] = String(properties.contentType);
  const offset: unknown = properties.headers?.['x-stream-offset'];
  return {
    messageId: properties.messageId === undefined ? '' : String(properties.messageId),
    headers,
    body: message.content,
    deliveryCount: Number(properties.headers?.['x-delivery-count'] ?? 0),
    offset: offset === undefined ? undefined : Number(offset),
  };
}

const streamEndWaitMs = 1_000;

/**
 * Where a stream queue ends, as far as the broker knows: the offset of the first message of the chunk
 * it wrote last, so never past the end, and short of it by less than a chunk. Its message count lags
 * by seconds and knows nothing of offsets. Undefined: it is empty.
 *
 * @throws {RabbitUnavailableError} no answer within a second, or the queue was deleted meanwhile.
 */
export const readStreamEnd = (model: ChannelModel, queue: string): Promise<number | undefined> =>
  withChannel(model, async (channel) => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const unknown = (reason: string, cause?: unknown) =>
      reject(new RabbitUnavailableError(`end of stream ${queue} unknown: ${reason}`, { cause }));
    await channel.prefetch(1);
    await channel.consume(
      queue,
      (message) => {
        if (message === null) unknown('the queue was deleted');
        else resolve(asDelivery(message).offset);
      },
      { arguments: { 'x-stream-offset': 'last' } },
    );
    const decide = async () => {
      const { messageCount } = await channel.checkQueue(queue);
      if (messageCount === 0) resolve(undefined);
      else unknown(`it has messages, none was delivered within ${streamEndWaitMs} ms`);
    };
    const timer = setTimeout(() => {
      decide().catch((error: unknown) => unknown('the channel was closed', error));
    }, streamEndWaitMs);
    return promise.finally(() => clearTimeout(timer));
  });
