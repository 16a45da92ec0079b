import amqplib, { type Channel, type ChannelModel } from 'amqplib';
import {
  connectRabbit,
  type RabbitConnection,
  type RabbitTopology,
} from '../../../platform/rabbitmq.ts';
import { logger, ownName, rabbitUrl } from './servers.ts';

/** A fanout exchange with a work queue, its dead letters and a stream, all of this test's own. */
export interface Places {
  readonly exchange: string;
  readonly queue: string;
  readonly deadLetters: string;
  readonly stream: string;
  readonly topology: RabbitTopology;
}

export function ownPlaces(deliveryLimit = 3): Places {
  const name = ownName('rabbit');
  const [exchange, dlx, queue] = [name, `${name}.dlx`, `${name}.work`];
  const [deadLetters, stream] = [`${queue}.dlq`, `${name}.stream`];
  const quorum = { 'x-queue-type': 'quorum' };
  return {
    exchange,
    queue,
    deadLetters,
    stream,
    topology: {
      exchanges: [
        { name: exchange, type: 'fanout' },
        { name: dlx, type: 'direct' },
      ],
      queues: [
        {
          name: queue,
          exchange,
          routingKey: '',
          arguments: {
            ...quorum,
            'x-delivery-limit': deliveryLimit,
            'x-dead-letter-exchange': dlx,
            'x-dead-letter-routing-key': queue,
            'x-dead-letter-strategy': 'at-least-once',
            'x-overflow': 'reject-publish',
          },
        },
        { name: deadLetters, exchange: dlx, routingKey: queue, arguments: quorum },
        {
          name: stream,
          exchange,
          routingKey: '',
          arguments: { 'x-queue-type': 'stream', 'x-max-age': '1h' },
        },
      ],
    },
  };
}

const opened: { close(): Promise<void> }[] = [];
const used: RabbitTopology[] = [];

export function rabbitOf(
  topology: RabbitTopology,
  more: { url?: string; endProcess?: (error: Error) => void } = {},
): RabbitConnection {
  const rabbit = connectRabbit({ url: rabbitUrl, name: 'conformance', topology, logger, ...more });
  opened.push(rabbit);
  used.push(topology);
  return rabbit;
}

/** What an operator would do, past our port. */
export async function asOperator<T>(act: (channel: Channel) => Promise<T>): Promise<T> {
  const connection: ChannelModel = await amqplib.connect(rabbitUrl);
  try {
    return await act(await connection.createChannel());
  } finally {
    await connection.close();
  }
}

/** For `afterEach`: closes what was opened and removes what it declared. */
export async function cleanUpRabbit(): Promise<void> {
  await Promise.all(opened.splice(0).map((rabbit) => rabbit.close()));
  await asOperator(async (channel) => {
    for (const { queues, exchanges } of used.splice(0)) {
      for (const { name } of queues) await channel.deleteQueue(name);
      for (const { name } of exchanges) await channel.deleteExchange(name);
    }
  });
}
