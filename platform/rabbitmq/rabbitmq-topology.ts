import type { ChannelModel } from 'amqplib';
import { endProcess } from '../end-process.ts';
import { withChannel } from './rabbitmq-channel.ts';

export interface RabbitTopology {
  readonly exchanges: readonly { readonly name: string; readonly type: 'fanout' | 'direct' }[];
  readonly queues: readonly {
    readonly name: string;
    readonly exchange: string;
    readonly routingKey: string;
    readonly arguments: Readonly<Record<string, string | number>>;
  }[];
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
  const { exchanges, queues } = settings.topology;
  try {
    await withChannel(model, async (channel) => {
      for (const { name, type } of exchanges)
        await channel.assertExchange(name, type, { durable: true });
      for (const { name, exchange, routingKey, arguments: given } of queues) {
        await channel.assertQueue(name, { durable: true, arguments: given });
        await channel.bindQueue(name, exchange, routingKey);
      }
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
