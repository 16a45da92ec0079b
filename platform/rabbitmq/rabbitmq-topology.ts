import type { ChannelModel } from 'amqplib';
import { endProcess } from '../end-process.ts';
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

/** Declares everything, on a channel of its own; repeating changes nothing. */
export async function declareTopology(
  model: ChannelModel,
  settings: {
    readonly topology: RabbitTopology;
    readonly endProcess?: (error: Error) => void;
  },
): Promise<void> {
  const { exchanges, queues, formerBindings = [] } = settings.topology;
  try {
    await withChannel(model, async (channel) => {
      for (const { name, type, source, alternate } of exchanges) {
        const more = alternate === undefined ? {} : { alternateExchange: alternate };
        await channel.assertExchange(name, type, { durable: true, ...more });
        if (source !== undefined) await channel.bindExchange(name, source, '');
      }
      for (const { name, exchange, routingKey, headers, arguments: given } of queues) {
        await channel.assertQueue(name, { durable: true, arguments: given });
        const match = headers && { 'x-match': 'all', ...headers };
        await channel.bindQueue(name, exchange, routingKey, match);
      }
      for (const { queue, exchange } of formerBindings)
        await channel.unbindQueue(queue, exchange, '');
    });
  } catch (error) {
    if ((error as { code?: number }).code !== preconditionFailed) throw error;
    const mismatch = new TopologyMismatchError(
      `${(error as Error).message}. Remedy: drain the queue, delete it, start the process again.`,
      { cause: error },
    );
    (settings.endProcess ?? endProcess)(mismatch);
    throw mismatch;
  }
}
