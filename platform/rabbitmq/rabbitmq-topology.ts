import type { Channel, ChannelModel } from 'amqplib';
import { endProcess } from '../end-process.ts';
import type { Logger } from '../logger.ts';
import { withChannel } from './rabbitmq-channel.ts';

/** Exchanges are declared in order: one is bound to, or has for alternate, an earlier one. */
export interface RabbitTopology {
  readonly exchanges: readonly {
    readonly name: string;
    readonly type: 'fanout' | 'direct' | 'headers';
    /** The exchange whose messages it gets. */
    readonly source?: string;
    /** The exchange for what this one routes to no queue. */
    readonly alternate?: string;
  }[];
  readonly queues: readonly {
    readonly name: string;
    readonly exchange: string;
    readonly routingKey: string;
    /** Behind a headers exchange: what the headers must be, all of them. */
    readonly headers?: Readonly<Record<string, string>>;
    readonly arguments: Readonly<Record<string, string | number>>;
  }[];
  /** What earlier versions bound; removed once everything else stands. */
  readonly formerBindings?: readonly { readonly queue: string; readonly exchange: string }[];
}

/** An exchange or a queue exists with other arguments; only a person can decide. */
class TopologyMismatchError extends Error {
  override readonly name = 'TopologyMismatchError';
  readonly code = 'TOPOLOGY_MISMATCH';
}

const preconditionFailed = 406;

/** What RabbitMQ answers where only the age of a stream's messages is another; it tells the first difference alone. */
const otherAge =
  /inequivalent arg 'x-max-age' for queue '([^']+)'.* current is (?:the value )?'([^']+)'/;

/**
 * Declares everything, on a channel of its own; repeating changes nothing.
 *
 * A stream that an earlier version declared keeps its messages as long as that version said: neither a
 * policy nor a declaration can lengthen it, and processes of both versions must start during a rollout.
 */
export async function declareTopology(
  model: ChannelModel,
  settings: {
    readonly topology: RabbitTopology;
    readonly logger: Logger;
    readonly endProcess?: (error: Error) => void;
  },
): Promise<void> {
  const ages = new Map<string, string>();
  for (;;) {
    try {
      await withChannel(model, (channel) => declareOn(channel, settings.topology, ages));
      return;
    } catch (error) {
      if ((error as { code?: number }).code !== preconditionFailed) throw error;
      const { message } = error as Error;
      const [, queue, age] = otherAge.exec(message) ?? [];
      if (queue !== undefined && age !== undefined && !ages.has(queue)) {
        ages.set(queue, age);
        settings.logger.warn(
          { queue, age },
          'stream declared by an earlier version: it keeps its messages for another time; see "Streams that keep a day" in docs/operations.md',
        );
        continue;
      }
      const mismatch = new TopologyMismatchError(
        `${message}. Remedy: drain the queue, delete it, start the process again.`,
        { cause: error },
      );
      (settings.endProcess ?? endProcess)(mismatch);
      throw mismatch;
    }
  }
}

/** @param ages how long the streams keep that exist with another `x-max-age`. */
async function declareOn(
  channel: Channel,
  { exchanges, queues, formerBindings = [] }: RabbitTopology,
  ages: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { name, type, source, alternate } of exchanges) {
    const more = alternate === undefined ? {} : { alternateExchange: alternate };
    await channel.assertExchange(name, type, { durable: true, ...more });
    if (source !== undefined) await channel.bindExchange(name, source, '');
  }
  for (const { name, exchange, routingKey, headers, arguments: given } of queues) {
    const age = ages.get(name);
    const kept = age === undefined ? given : { ...given, 'x-max-age': age };
    await channel.assertQueue(name, { durable: true, arguments: kept });
    const match = headers && { 'x-match': 'all', ...headers };
    await channel.bindQueue(name, exchange, routingKey, match);
  }
  for (const { queue, exchange } of formerBindings) await channel.unbindQueue(queue, exchange, '');
}
