import amqplib, { type Channel, type Options } from 'amqplib';
import {
  connectRabbit,
  type HeldDelivery,
  type RabbitConnection,
  type RabbitTopology,
  type Verdict,
} from '../../../platform/rabbitmq/rabbitmq.ts';
import { openProxy, targetOf, through, type Proxy } from '../harness/proxy.ts';
import { logger, ownName, rabbitUrl } from '../harness/environment.ts';
import { eventually } from '../harness/eventually.ts';

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
const proxies: Proxy[] = [];

export function rabbitOf(
  topology: RabbitTopology,
  {
    url = rabbitUrl,
    ...more
  }: { url?: string | undefined; endProcess?: (error: Error) => void } = {},
): RabbitConnection {
  const rabbit = connectRabbit({ url, name: 'conformance', topology, logger, ...more });
  opened.push(rabbit);
  used.push(topology);
  return rabbit;
}

/** What an operator would do, past our port. */
export async function asOperator<T>(act: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await amqplib.connect(rabbitUrl);
  try {
    return await act(await connection.createChannel());
  } finally {
    await connection.close();
  }
}

/** Publishes past our port. Resolves when the broker has confirmed it. */
export async function publishRaw(
  to: { exchange: string; routingKey?: string },
  body: Buffer,
  options: Options.Publish,
): Promise<void> {
  const connection = await amqplib.connect(rabbitUrl);
  try {
    const channel = await connection.createConfirmChannel();
    channel.publish(to.exchange, to.routingKey ?? '', body, options);
    await channel.waitForConfirms();
  } finally {
    await connection.close();
  }
}

export interface ExchangeRecorder {
  /** Every delivery that is about one analysis, repeats too, in order. */
  about(correlationId: string): { exchange: string; messageId: string; body: Buffer }[];
  stop(): Promise<void>;
}

/** Records what goes through these fanout exchanges from here on. */
export async function recordExchanges(
  names: readonly string[],
  url = rabbitUrl,
): Promise<ExchangeRecorder> {
  const connection = await amqplib.connect(url);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  for (const name of names) {
    await channel.assertExchange(name, 'fanout', { durable: true });
    await channel.bindQueue(queue, name, '');
  }
  const messages: ReturnType<ExchangeRecorder['about']> = [];
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return;
      const { fields, properties, content } = message;
      const messageId = String(properties.messageId);
      messages.push({ exchange: fields.exchange, messageId, body: content });
    },
    { noAck: true },
  );
  return {
    about: (correlationId) =>
      messages.filter(({ messageId }) => messageId.startsWith(`${correlationId}:`)),
    stop: () => connection.close(),
  };
}

export const connected = (rabbit: RabbitConnection) =>
  eventually(() => rabbit.state === 'connected');

export const send = (rabbit: RabbitConnection, places: Places, messageId: string) =>
  rabbit.publish({
    exchange: places.exchange,
    messageId,
    type: 'photo.taken',
    headers: { 'content-type': 'application/json', cloudEvents_id: messageId },
    body: Buffer.from(`{"id":"${messageId}"}`),
  });

/** Publishes again for as long as RabbitMQ is away, as every caller of the port does. */
export async function sendUntilTaken(rabbit: RabbitConnection, places: Places, messageId: string) {
  await eventually(() =>
    send(rabbit, places, messageId).then(
      () => true,
      () => false,
    ),
  );
}

/** Consumes into a list; the verdict is asked per delivery. */
export function collect(
  rabbit: RabbitConnection,
  queue: string,
  verdict: (delivery: HeldDelivery) => Verdict | Promise<Verdict> = () => 'ack',
) {
  const seen: HeldDelivery[] = [];
  const consumer = rabbit.consume(queue, { prefetch: 10 }, async (delivery) => {
    seen.push(delivery);
    return verdict(delivery);
  });
  return { seen, ids: () => seen.map(({ messageId }) => messageId), consumer };
}

/** A proxy to RabbitMQ, closed by {@link cleanUpRabbit}. */
export async function openRabbitProxy(): Promise<Proxy> {
  const proxy = await openProxy(targetOf(rabbitUrl));
  proxies.push(proxy);
  return proxy;
}

/** A connection over a proxy that the test can break. */
export async function connectThroughProxy(places: Places) {
  const proxy = await openRabbitProxy();
  const rabbit = rabbitOf(places.topology, { url: through(proxy, rabbitUrl) });
  await connected(rabbit);
  return { rabbit, proxy };
}

/** For `afterEach`: closes what was opened and removes what it declared. */
export async function cleanUpRabbit(): Promise<void> {
  await Promise.all(opened.splice(0).map((rabbit) => rabbit.close()));
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  await asOperator(async (channel) => {
    for (const { queues, exchanges } of used.splice(0)) {
      for (const { name } of queues) await channel.deleteQueue(name);
      for (const { name } of exchanges) await channel.deleteExchange(name);
    }
  });
}
