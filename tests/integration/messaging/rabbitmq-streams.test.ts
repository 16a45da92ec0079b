// What platform/rabbitmq/rabbitmq.ts promises the reader of a stream, on a real RabbitMQ.
import { afterEach, expect, test } from '@jest/globals';
import type { Channel, ChannelModel } from 'amqplib';
import { readStreamEnd } from '../../../platform/rabbitmq/rabbitmq-consumer.ts';
import {
  asOperator,
  cleanUpRabbit,
  connected,
  connectThroughProxy,
  ownPlaces,
  rabbitOf,
  send,
  sendUntilTaken,
} from '../../support/messaging/rabbitmq.ts';
import { testStack } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';
import { rabbitmqctl } from '../../support/rabbitmqctl.ts';

afterEach(cleanUpRabbit);

test('knows the end of a stream without reading it, and none of an empty one', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  await connected(rabbit);
  expect(await rabbit.streamEnd(places.stream)).toBeUndefined();
  for (const id of ['one', 'two', 'three']) await send(rabbit, places, id);
  await eventually(async () => (await rabbit.streamEnd(places.stream)) === 2);
  await expect(rabbit.streamEnd('no-such-queue')).rejects.toThrow('NOT_FOUND');
  expect(await rabbit.streamEnd(places.stream)).toBe(2); // a refusal costs its channel only
});

test('does not take a stream that is deleted while its end is read for an empty one', async () => {
  const places = ownPlaces();
  await connected(rabbitOf(places.topology));
  await asOperator(async (channel) => {
    const consume = channel.consume.bind(channel);
    channel.consume = async (...consumption) => {
      const consumed = await consume(...consumption);
      await channel.deleteQueue(places.stream);
      return consumed;
    };
    await expect(readStreamEnd(modelWith(channel), places.stream)).rejects.toMatchObject({
      code: 'RABBITMQ_UNAVAILABLE',
      message: expect.stringContaining('the queue was deleted'),
    });
  });
});

test('does not take a stream whose last message is slow to come for an empty one', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  await connected(rabbit);
  await send(rabbit, places, 'one');
  await eventually(async () => (await rabbit.countMessages(places.stream)) === 1);
  await asOperator(async (channel) => {
    const consume = channel.consume.bind(channel);
    channel.consume = (queue, _lost, options) => consume(queue, () => undefined, options);
    await expect(readStreamEnd(modelWith(channel), places.stream)).rejects.toMatchObject({
      code: 'RABBITMQ_UNAVAILABLE',
      message: expect.stringContaining('none was delivered within 1000 ms'),
    });
  });
});

const modelWith = (channel: Channel): ChannelModel =>
  Object.assign(Object.create(channel.connection) as ChannelModel, {
    createChannel: () => Promise.resolve(channel),
  });

test('resumes after the last offset of a stream without gap or repeat after cut connections', async () => {
  const places = ownPlaces();
  const { rabbit, proxy } = await connectThroughProxy(places);
  const seen: { offset: number; messageId: string }[] = [];
  let asked = 0;
  rabbit.readStream(
    places.stream,
    {
      prefetch: 100,
      from() {
        asked += 1;
        const last = seen.at(-1);
        return last === undefined ? 'first' : last.offset + 1;
      },
    },
    ({ offset, messageId }) => void seen.push({ offset, messageId }),
  );
  const ids = Array.from({ length: 300 }, (_, index) => `m${index}`);
  const inOrder = (async () => {
    for (const id of ids) await sendUntilTaken(rabbit, places, id);
  })();
  await eventually(() => seen.length > 50);
  proxy.disconnect();
  await eventually(() => seen.length > 150);
  proxy.disconnect();
  await inOrder;
  await eventually(() => seen.at(-1)?.messageId === 'm299');
  const offsets = seen.map(({ offset }) => offset);
  expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
  // A publish whose confirm was cut off goes out twice, as two messages: by id there is no gap.
  expect([...new Set(seen.map(({ messageId }) => messageId))]).toEqual(ids);
  expect(asked).toBeGreaterThanOrEqual(3);
});

test('reads a stream from a date on, and one that is younger from its first message', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  const readFrom = (date: Date) => {
    const seen: string[] = [];
    const take = ({ messageId }: { messageId: string }) => void seen.push(messageId);
    rabbit.readStream(places.stream, { prefetch: 10, from: () => date }, take);
    return seen;
  };
  await sendUntilTaken(rabbit, places, 'early');
  const between = Date.now() + 1_000; // to the second
  await eventually(() => Date.now() > between + 1_000);
  await sendUntilTaken(rabbit, places, 'late');
  const [hourBefore, late] = [new Date(between - 3_600_000), new Date(between)].map(readFrom);
  await eventually(() => hourBefore?.length === 2 && late?.length === 1);
  expect([hourBefore, late]).toEqual([['early', 'late'], ['late']]);
});

test('goes on reading a stream whose handler throws', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  const seen: string[] = [];
  rabbit.readStream(places.stream, { prefetch: 10, from: () => 'first' }, ({ messageId }) => {
    seen.push(messageId);
    if (messageId === 'm1') throw new Error('a bug');
  });
  for (const id of ['m1', 'm2']) await sendUntilTaken(rabbit, places, id);
  await eventually(() => seen.length === 2);
});

test('the reader of a quiet stream leaves no message unacknowledged', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  const seen: string[] = [];
  const prefetch = 4_321;
  rabbit.readStream(places.stream, { prefetch, from: () => 'first' }, ({ messageId }) => {
    seen.push(messageId);
  });
  for (const id of ['m1', 'm2', 'm3']) await sendUntilTaken(rabbit, places, id);
  await eventually(() => seen.length === 3);
  // Held for a while, to be acknowledged together. RabbitMQ closes a channel that keeps one for half an hour.
  await eventually(async () => (await unacknowledgedOf(prefetch)) === 3);
  await eventually(async () => (await unacknowledgedOf(prefetch)) === 0, { within: 20_000 });
});

/** Of the channel that is known by its prefetch: a stream queue counts none itself. */
async function unacknowledgedOf(prefetch: number): Promise<number | undefined> {
  const columns = ['prefetch_count', 'messages_unacknowledged'];
  const words = ['--quiet', '--formatter', 'json', 'list_channels', ...columns];
  const output = await rabbitmqctl(await testStack(), ...words);
  const channels = JSON.parse(output) as Record<string, number>[];
  return channels.find(({ prefetch_count }) => prefetch_count === prefetch)?.[
    'messages_unacknowledged'
  ];
}
