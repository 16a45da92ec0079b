// What platform/rabbitmq/rabbitmq.ts promises the consumer of a work queue, on a real RabbitMQ.
import { afterEach, expect, test } from '@jest/globals';
import type { Verdict } from '../../../platform/rabbitmq/rabbitmq.ts';
import {
  asOperator,
  cleanUpRabbit,
  collect,
  connected,
  connectThroughProxy,
  ownPlaces,
  rabbitOf,
  send,
  sendUntilTaken,
} from '../../support/messaging/rabbitmq.ts';
import { eventually } from '../../support/harness/eventually.ts';

afterEach(cleanUpRabbit);

test('redelivers what was not acknowledged after a cut connection', async () => {
  const places = ownPlaces(20);
  const { rabbit, proxy } = await connectThroughProxy(places);
  const release = Promise.withResolvers<Verdict>();
  const { ids } = collect(rabbit, places.queue, () => release.promise);
  await send(rabbit, places, 'm1');
  await eventually(() => ids().length === 1);
  proxy.disconnect();
  await sendUntilTaken(rabbit, places, 'm2');
  await eventually(() => ids().filter((id) => id === 'm1').length === 2);
  release.resolve('ack');
  await eventually(() => ids().includes('m2'));
  await sendUntilTaken(rabbit, places, 'm3');
  await eventually(() => ids().includes('m3'));
});

test('a delivery is held until its connection is cut: then the broker has it back', async () => {
  const places = ownPlaces(20);
  const { rabbit, proxy } = await connectThroughProxy(places);
  const release = Promise.withResolvers<Verdict>();
  const { seen } = collect(rabbit, places.queue, () => release.promise);
  await send(rabbit, places, 'm1');
  await eventually(() => seen.length === 1);
  const [first] = seen;
  expect(first?.isHeld()).toBe(true);
  proxy.disconnect();
  await eventually(() => seen.length === 2);
  expect(seen.map(({ isHeld }) => isHeld())).toEqual([false, true]);
  release.resolve('ack');
});

test('declares a deleted queue again and consumes it again', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  await connected(rabbit);
  const { ids } = collect(rabbit, places.queue);
  await send(rabbit, places, 'm1');
  await eventually(() => ids().includes('m1'));
  await asOperator((channel) => channel.deleteQueue(places.queue));
  await eventually(async () => {
    await send(rabbit, places, 'm2');
    return ids().includes('m2');
  });
});

test('counts retries, and dead-letters the message after the limit', async () => {
  const places = ownPlaces(3);
  const rabbit = rabbitOf(places.topology);
  await connected(rabbit);
  const { seen } = collect(rabbit, places.queue, () => 'retry');
  const dead = collect(rabbit, places.deadLetters);
  await send(rabbit, places, 'm1');
  await eventually(() => dead.seen.length === 1);
  expect(seen.map(({ deliveryCount }) => deliveryCount)).toEqual([0, 1, 2, 3]);
  expect(dead.seen[0]).toMatchObject({
    messageId: 'm1',
    headers: { 'x-first-death-queue': places.queue, 'x-first-death-reason': 'delivery_limit' },
  });
});

test('retries a message whose handler throws', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  const { seen } = collect(rabbit, places.queue, ({ deliveryCount }) => {
    if (deliveryCount === 0) throw new TypeError('a bug');
    return 'ack';
  });
  await sendUntilTaken(rabbit, places, 'm1');
  await eventually(() => seen.length === 2);
  expect(seen[1]?.deliveryCount).toBe(1);
});

test('dead-letters a bad message at once, with the reason where one is given', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  const { seen } = collect(rabbit, places.queue, ({ messageId }) =>
    messageId === 'm1' ? 'dead-letter' : { deadLetter: 'objectKey: missing' },
  );
  const dead = collect(rabbit, places.deadLetters);
  await sendUntilTaken(rabbit, places, 'm1');
  await sendUntilTaken(rabbit, places, 'm2');
  await eventually(() => dead.seen.length === 2);
  expect(seen).toHaveLength(2);
  const headersOf = (id: string) => dead.seen.find(({ messageId }) => messageId === id)?.headers;
  expect(headersOf('m1')).toMatchObject({ 'x-first-death-reason': 'rejected' });
  expect(headersOf('m2')).toMatchObject({
    cloudEvents_id: 'm2',
    'content-type': 'application/json',
    dlq_reason: 'objectKey: missing',
    dlq_queue: places.queue,
    dlq_attempts: '1',
  });
});

test('waits on stop for the message in hand, and acknowledges it', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  const release = Promise.withResolvers<Verdict>();
  const { seen, consumer } = collect(rabbit, places.queue, () => release.promise);
  await sendUntilTaken(rabbit, places, 'm1');
  await eventually(() => seen.length === 1);
  const stopped = consumer.stop();
  release.resolve('ack');
  await stopped;
  await eventually(async () => {
    const { messageCount } = await asOperator((channel) => channel.checkQueue(places.queue));
    return messageCount === 0;
  });
});

test('returns on pause what is in hand, and takes on resume no more than the new prefetch', async () => {
  const places = ownPlaces(20);
  const rabbit = rabbitOf(places.topology);
  const never = new Promise<Verdict>(() => undefined);
  const { seen, consumer } = collect(rabbit, places.queue, () => never);
  for (const id of ['m1', 'm2', 'm3']) await sendUntilTaken(rabbit, places, id);
  await eventually(() => seen.length === 3);
  await consumer.pause();
  await eventually(async () => {
    const { messageCount } = await asOperator((channel) => channel.checkQueue(places.queue));
    return messageCount === 3;
  });
  expect(seen).toHaveLength(3);
  consumer.resume({ prefetch: 1 });
  await eventually(() => seen.length === 4);
  const waiting = await asOperator((channel) => channel.checkQueue(places.queue));
  expect(waiting.messageCount).toBe(2);
  expect(seen).toHaveLength(4);
});
