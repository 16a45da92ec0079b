// Looking through a queue: all messages are held unacknowledged, some are removed, the rest is requeued.
import amqplib, { type Channel, type GetMessage } from 'amqplib';
import { asDelivery, type Delivery } from '../../platform/rabbitmq/rabbitmq-consumer.ts';
import { RabbitUnavailableError } from '../../platform/rabbitmq/rabbitmq-publisher.ts';

export interface HeldMessage extends Delivery {
  /** Its first `x-death`; absent where RabbitMQ did not dead-letter it. */
  readonly death:
    { readonly reason: string; readonly queue: string; readonly at: Date } | undefined;
  /** Acknowledges it. */
  remove(): void;
}

const connectLimitMs = 5_000;

/**
 * Holds the messages of a queue, at most so many from its head, while `work` looks at them; then
 * those that were not removed are requeued. No consumer gets them meanwhile.
 *
 * @throws {RabbitUnavailableError} no broker answers, or it refuses the login.
 */
export async function browseQueue<Result>(
  from: { readonly url: string; readonly queue: string; readonly most: number },
  work: (messages: readonly HeldMessage[]) => Promise<Result>,
): Promise<Result> {
  const connection = await amqplib
    .connect(from.url, { timeout: connectLimitMs })
    .catch((error: unknown) => {
      const { host } = new URL(from.url);
      const reason = (error as Error).message || String((error as { code?: unknown }).code);
      throw new RabbitUnavailableError(`RabbitMQ does not answer at ${host} (${reason})`, {
        cause: error,
      });
    });
  connection.on('error', () => undefined); // pending calls are rejected with it
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined); // likewise
    const result = await work(await hold(channel, from));
    await channel.close(); // requeues what is left, and is confirmed after every removal
    return result;
  } finally {
    await connection.close().catch(() => undefined); // a lost connection was reported already
  }
}

async function hold(
  channel: Channel,
  { queue, most }: { queue: string; most: number },
): Promise<HeldMessage[]> {
  const held: HeldMessage[] = [];
  while (held.length < most) {
    const message = await channel.get(queue);
    if (message === false) break;
    const delivery = asDelivery(message);
    held.push({ ...delivery, death: deathOf(message), remove: () => channel.ack(message) });
  }
  return held;
}

function deathOf({ properties }: GetMessage): HeldMessage['death'] {
  const deaths = properties.headers?.['x-death'] as
    { reason?: unknown; queue?: unknown; time?: { value?: unknown } }[] | undefined;
  const first = deaths?.at(-1); // newest first
  if (first === undefined) return undefined;
  const at = new Date(Number(first.time?.value ?? 0) * 1000);
  return { reason: String(first.reason), queue: String(first.queue), at };
}
