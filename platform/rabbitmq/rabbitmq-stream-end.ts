import type { ChannelModel } from 'amqplib';
import { asDelivery } from './rabbitmq-consumer.ts';

const waitMs = 1_000;

/**
 * Where a stream queue ends, as far as the broker tells: the offset of the first message of the chunk
 * it wrote last, so never past the end, and short of it by less than a chunk. Its message count lags
 * by seconds and knows nothing of offsets. Undefined: nothing was ever written.
 */
export async function readStreamEnd(
  model: ChannelModel,
  queue: string,
): Promise<number | undefined> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined); // what was asked is rejected with the same
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  let timer: NodeJS.Timeout | undefined;
  try {
    await channel.prefetch(1);
    await channel.consume(
      queue,
      (message) => resolve(message === null ? undefined : asDelivery(message).offset),
      { arguments: { 'x-stream-offset': 'last' } },
    );
    timer = setTimeout(() => resolve(undefined), waitMs); // from here on silence means emptiness
    return await promise;
  } finally {
    clearTimeout(timer);
    await channel.close().catch(() => undefined); // closed already where the queue is not there
  }
}
