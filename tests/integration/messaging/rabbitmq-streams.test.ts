// What platform/rabbitmq/rabbitmq.ts promises the reader of a stream, on a real RabbitMQ.
import { afterEach, expect, test } from '@jest/globals';
import {
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
    ({ offset, messageId }) => seen.push({ offset, messageId }),
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
  rabbit.readStream(places.stream, { prefetch: 500, from: () => 'first' }, ({ messageId }) => {
    seen.push(messageId);
  });
  for (const id of ['m1', 'm2', 'm3']) await sendUntilTaken(rabbit, places, id);
  await eventually(() => seen.length === 3);
  // RabbitMQ closes a channel that keeps one for half an hour.
  await eventually(async () => (await unacknowledgedOf(places.stream)) === 0, { within: 20_000 });
});

async function unacknowledgedOf(queue: string): Promise<number> {
  const columns = ['--formatter', 'json', 'name', 'messages_unacknowledged'];
  const output = await rabbitmqctl(await testStack(), '--quiet', 'list_queues', ...columns);
  const queues = JSON.parse(output) as { name: string; messages_unacknowledged: number }[];
  return queues.find(({ name }) => name === queue)?.messages_unacknowledged ?? Number.NaN;
}
