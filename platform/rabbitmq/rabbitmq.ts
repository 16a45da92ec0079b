// amqplib behind a port of our own: everything published is confirmed, everything consumed comes back.
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../logger.ts';
import { ignoreClosed, withChannel } from './rabbitmq-channel.ts';
import {
  asDelivery,
  createConsumer,
  groupAcknowledgements,
  readStreamEnd,
  type Delivery,
  type HeldDelivery,
  type RabbitConsumer,
} from './rabbitmq-consumer.ts';
import { keepConnected, unavailability, type RabbitLink } from './rabbitmq-link.ts';
import {
  createPublisher,
  RabbitUnavailableError,
  type RabbitMessage,
} from './rabbitmq-publisher.ts';
import { declareTopology, type RabbitTopology } from './rabbitmq-topology.ts';
import { withTimeout } from '../with-timeout.ts';

export type { Delivery, HeldDelivery, RabbitConsumer } from './rabbitmq-consumer.ts';
export {
  RabbitUnavailableError,
  UnpublishableError,
  UnroutableError,
  type RabbitMessage,
} from './rabbitmq-publisher.ts';
export type { RabbitTopology } from './rabbitmq-topology.ts';

/**
 * What becomes of a delivery. `retry` counts against the delivery limit; a dead letter is final, and
 * with a reason it goes there as a message that carries it in header `dlq_reason`.
 */
export type Verdict = 'ack' | 'retry' | 'dead-letter' | { readonly deadLetter: string };

/** A stream read from a time on is read from this much earlier: the broker's clock may differ from ours. */
export const clockDifferenceMs = 3_600_000;

export interface RabbitConnection {
  /** `login refused`: connecting goes on, but user, password or virtual host are to be mended first. */
  readonly state: 'connected' | 'blocked' | 'unavailable' | 'login refused';
  /** Called on each change of {@link state}. */
  onState(listener: (state: RabbitConnection['state']) => void): void;
  /**
   * Persistent and mandatory; resolves when the broker has confirmed.
   *
   * @throws {RabbitUnavailableError} not connected, blocked, nacked, or no confirm within 10 s.
   * @throws {UnroutableError} its exchange routes it to no queue.
   * @throws {UnpublishableError} AMQP cannot carry it.
   */
  publish(message: RabbitMessage): Promise<void>;
  /** Declares the topology again, for instance after a return. */
  declare(): Promise<void>;
  /** Messages ready in a queue. @throws {RabbitUnavailableError} */
  countMessages(queue: string): Promise<number>;
  /**
   * Offset of (about) the newest message of a stream queue; undefined: it is empty.
   *
   * @throws {RabbitUnavailableError} also when the broker does not answer in time.
   */
  streamEnd(queue: string): Promise<number | undefined>;
  /**
   * Consumes a work queue; the verdict is carried out after the handler resolves. Survives
   * reconnects, closed channels and cancelled consumers. A handler that throws means `retry`.
   */
  consume(
    queue: string,
    options: { prefetch: number },
    handler: (delivery: HeldDelivery) => Promise<Verdict>,
  ): RabbitConsumer;
  /**
   * Reads a stream queue from `from()` (asked on every connect; a date is by the broker's clock, to the
   * second, and earlier by up to a chunk), in order, acknowledging as it goes: a message whose handler
   * answers with a promise when that has resolved, so at most `prefetch` of them are in hand.
   * What the handler throws is logged; reading goes on with the next message.
   */
  readStream(
    queue: string,
    options: { prefetch: number; from: () => number | 'first' | 'next' | Date },
    handler: (delivery: Delivery & { readonly offset: number }) => void | Promise<void>,
  ): RabbitConsumer;
  close(): Promise<void>;
}

export interface RabbitSettings {
  readonly url: string;
  /** Shown in the management UI. */
  readonly name: string;
  readonly topology: RabbitTopology;
  readonly logger: Logger;
  /** Called when a queue exists with other arguments; default: platform/end-process.ts. */
  readonly endProcess?: (error: Error) => void;
}

const answerLimitMs = 3_000;

/** Returns at once: connecting and declaring go on behind, for as long as it takes. */
export function connectRabbit(settings: RabbitSettings): RabbitConnection {
  const { logger } = settings;
  const listeners = new Set<(state: RabbitConnection['state']) => void>();
  let state: RabbitConnection['state'] = 'unavailable';

  // An alarm stops a whole publishing connection, acknowledgements too: consumers get their own.
  const publishing = connectLink('publishing');
  const publisher = createPublisher(publishing, { logger, onChange: updateState });
  publishing.onChange(updateState);
  let consuming: RabbitLink | undefined;

  function connectLink(purpose: string): RabbitLink {
    return keepConnected({
      url: settings.url,
      name: `${settings.name} (${purpose})`,
      logger,
      setUp: (model) => declareTopology(model, settings),
    });
  }

  function consumingLink(): RabbitLink {
    if (consuming !== undefined) return consuming;
    consuming = connectLink('consuming');
    consuming.onChange(updateState);
    updateState();
    return consuming;
  }

  function updateState(): void {
    const up = publisher.open && (consuming === undefined || consuming.model !== undefined);
    const isRefused = [publishing, consuming].some((link) => link?.refusal !== undefined);
    const down = isRefused ? 'login refused' : 'unavailable';
    const next = !up ? down : publishing.blocked ? 'blocked' : 'connected';
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener(next);
  }

  async function settle(
    queue: string,
    channel: Channel,
    message: ConsumeMessage,
    isHeld: () => boolean,
    handler: (delivery: HeldDelivery) => Promise<Verdict>,
  ): Promise<void> {
    const verdict = await handler({ ...asDelivery(message), isHeld }).catch(
      (error: unknown): Verdict => {
        logger.error({ err: error, queue }, 'message handler failed: message requeued');
        return 'retry';
      },
    );
    const outcome =
      typeof verdict === 'string' ? verdict : await deadLetter(queue, message, verdict);
    await ignoreClosed(() => {
      if (outcome === 'ack') channel.ack(message);
      else channel.reject(message, outcome === 'retry'); // a nack would not count since RabbitMQ 4.3
    }, logger);
  }

  /** Publishes the message where its queue sends dead letters, with the reason that only we know. */
  async function deadLetter(
    queue: string,
    message: ConsumeMessage,
    { deadLetter: reason }: { readonly deadLetter: string },
  ): Promise<'ack' | 'dead-letter'> {
    const declared = settings.topology.queues.find(({ name }) => name === queue)?.arguments;
    const exchange = declared?.['x-dead-letter-exchange'];
    if (exchange === undefined) return 'dead-letter';
    const { headers, messageId, body, deliveryCount } = asDelivery(message);
    try {
      await publisher.publish({
        exchange: String(exchange),
        routingKey: String(declared?.['x-dead-letter-routing-key'] ?? message.fields.routingKey),
        messageId,
        type: String(message.properties.type ?? ''),
        headers: {
          ...headers,
          dlq_reason: reason,
          dlq_queue: queue,
          dlq_attempts: String(deliveryCount + 1),
          dlq_at: new Date().toISOString(),
        },
        body,
      });
      return 'ack';
    } catch (error) {
      logger.warn(
        { err: error, queue, reason },
        'message dead-lettered without its reason: dead letter not published',
      );
      return 'dead-letter';
    }
  }

  /** A question to the broker. An alarm, or a broker that hangs, would leave it unanswered. */
  async function ask<Answer>(question: (model: ChannelModel) => Promise<Answer>): Promise<Answer> {
    const { model, blocked } = publishing;
    if (model === undefined) throw new RabbitUnavailableError(unavailability(publishing));
    if (blocked)
      throw new RabbitUnavailableError('RabbitMQ blocks publishers: memory or disk alarm');
    return withTimeout(
      answerLimitMs,
      question(model),
      () => new RabbitUnavailableError(`no answer from RabbitMQ within ${answerLimitMs} ms`),
    );
  }

  return {
    get state() {
      return state;
    },
    onState: (listener) => void listeners.add(listener),
    publish: (message) => publisher.publish(message),
    async declare() {
      if (publishing.model === undefined)
        throw new RabbitUnavailableError(unavailability(publishing));
      await publishing.setUpAgain();
    },
    countMessages: (queue) =>
      ask((model) =>
        withChannel(model, async (channel) => (await channel.checkQueue(queue)).messageCount),
      ),
    streamEnd: (queue) => ask((model) => readStreamEnd(model, queue)),
    consume: (queue, { prefetch }, handler) =>
      createConsumer(consumingLink(), {
        logger,
        queue,
        prefetch,
        take: (channel, message, isHeld) => settle(queue, channel, message, isHeld, handler),
      }),
    readStream(queue, { prefetch, from }, handler) {
      const acknowledgements = groupAcknowledgements(prefetch, logger);
      return createConsumer(consumingLink(), {
        logger,
        queue,
        prefetch,
        consumeArguments: () => ({ 'x-stream-offset': asStreamOffset(from()) }),
        take(channel, message) {
          const delivery = asDelivery(message);
          const onFailure = (error: unknown) =>
            logger.error(
              { err: error, queue, offset: delivery.offset },
              'message handler failed: message skipped',
            );
          const acknowledge = () => acknowledgements.add(channel, message);
          try {
            const handled = handler({ ...delivery, offset: delivery.offset ?? 0 });
            if (handled instanceof Promise) return handled.catch(onFailure).then(acknowledge);
          } catch (error) {
            onFailure(error);
          }
          acknowledge();
          return undefined;
        },
      });
    },
    async close() {
      listeners.clear();
      await publisher.close();
      await Promise.all([publishing.close(), consuming?.close()]);
    },
  };
}

const asStreamOffset = (from: number | string | Date) =>
  from instanceof Date ? { '!': 'timestamp', value: Math.floor(from.getTime() / 1_000) } : from;
