// What platform/rabbitmq/rabbitmq.ts promises whoever publishes or asks, on a real RabbitMQ.
import { afterEach, describe, expect, test } from '@jest/globals';
import { through } from '../../support/harness/proxy.ts';
import {
  asOperator,
  cleanUpRabbit,
  connected,
  connectThroughProxy,
  openRabbitProxy,
  ownPlaces,
  rabbitOf,
  send,
  sendUntilTaken,
  type Places,
} from '../../support/messaging/rabbitmq.ts';
import { ownName, rabbitUrl } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';

afterEach(cleanUpRabbit);

test('stores a confirmed message in the queue with its body, headers and properties', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  await connected(rabbit);
  await send(rabbit, places, 'm1');
  const message = await asOperator((channel) => channel.get(places.queue, { noAck: true }));
  if (message === false) throw new Error('the queue is empty');
  expect(message.content.toString()).toBe('{"id":"m1"}');
  expect(message.properties).toMatchObject({
    messageId: 'm1',
    type: 'photo.taken',
    contentType: 'application/json',
    deliveryMode: 2,
    headers: { cloudEvents_id: 'm1' },
  });
  expect(Math.abs(Number(message.properties.timestamp) - Date.now() / 1000)).toBeLessThan(60);
});

test('rejects a message that no queue would get as unroutable, and only that one', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  await connected(rabbit);
  const nowhere = { exchange: '', routingKey: ownName('nobody'), type: 't', headers: {} };
  const answers = await Promise.allSettled([
    send(rabbit, places, 'm1'),
    rabbit.publish({ ...nowhere, messageId: 'm1', body: Buffer.from('x') }),
    send(rabbit, places, 'm2'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(answers[1]).toMatchObject({ reason: { code: 'UNROUTABLE' } });
});

test('distinguishes a message that AMQP cannot carry from an unavailable server', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  await connected(rabbit);
  const message = { exchange: places.exchange, type: 't', body: Buffer.from('x') };
  const tooBig = { ...message, messageId: 'm', headers: { big: 'x'.repeat(70_000) } };
  const tooLong = { ...message, messageId: 'm'.repeat(256), headers: {} };
  for (const faulty of [tooBig, tooLong])
    await expect(rabbit.publish(faulty)).rejects.toMatchObject({ code: 'UNPUBLISHABLE' });
  await send(rabbit, places, 'the channel lives');
});

test('connects at once and fails to publish at once without a broker', async () => {
  const proxy = await openRabbitProxy();
  proxy.refuse();
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology, { url: through(proxy, rabbitUrl) });
  expect(rabbit.state).toBe('unavailable');
  await expect(send(rabbit, places, 'm1')).rejects.toMatchObject({
    code: 'RABBITMQ_UNAVAILABLE',
  });
  proxy.accept();
  await connected(rabbit);
  await send(rabbit, places, 'm2');
});

test('declares a deleted exchange again and goes on publishing', async () => {
  const places = ownPlaces();
  const rabbit = rabbitOf(places.topology);
  await connected(rabbit);
  await asOperator((channel) => channel.deleteExchange(places.exchange));
  await expect(send(rabbit, places, 'm1')).rejects.toMatchObject({
    code: 'RABBITMQ_UNAVAILABLE',
  });
  await sendUntilTaken(rabbit, places, 'm1');
});

test('fails a publish to a frozen broker in time, and publishes again after the thaw', async () => {
  const places = ownPlaces();
  const { rabbit, proxy } = await connectThroughProxy(places);
  proxy.pause();
  const since = Date.now();
  await expect(send(rabbit, places, 'm1')).rejects.toMatchObject({
    code: 'RABBITMQ_UNAVAILABLE',
  });
  expect(Date.now() - since).toBeLessThan(16_000);
  proxy.resume();
  await sendUntilTaken(rabbit, places, 'm2');
});

test('ends the process with a remedy when a queue exists with other arguments', async () => {
  const places = ownPlaces();
  await connected(rabbitOf(places.topology));
  const [first, ...others] = places.topology.queues;
  const changed = { ...first, arguments: { ...first?.arguments, 'x-delivery-limit': 4 } };
  const faults: Error[] = [];
  rabbitOf(
    {
      ...places.topology,
      queues: [changed, ...others],
    } as Places['topology'],
    { endProcess: (error) => faults.push(error) },
  );
  await eventually(() => faults.length > 0);
  expect(faults[0]).toMatchObject({
    code: 'TOPOLOGY_MISMATCH',
    message: expect.stringContaining('delete it'),
  });
});

test('starts on a stream that an earlier version declared with another age', async () => {
  const { stream, topology, exchange } = ownPlaces();
  await connected(rabbitOf(topology));
  const week = topology.queues.map((queue) =>
    queue.name === stream
      ? { ...queue, arguments: { ...queue.arguments, 'x-max-age': '7D' } }
      : queue,
  );
  const faults: Error[] = [];
  const later = rabbitOf({ ...topology, queues: week }, { endProcess: (e) => faults.push(e) });
  await connected(later);
  await later.publish({
    exchange,
    messageId: 'm1',
    type: 'test',
    headers: {},
    body: Buffer.alloc(0),
  });
  await eventually(async () => expect(await later.streamEnd(stream)).toBe(0));
  expect(faults).toEqual([]);
});

test('ends the process where more than the age of a stream differs', async () => {
  const { stream, topology } = ownPlaces();
  await connected(rabbitOf(topology));
  const others = topology.queues.map((queue) =>
    queue.name === stream
      ? { ...queue, arguments: { ...queue.arguments, 'x-max-age': '7D', 'x-max-length-bytes': 9 } }
      : queue,
  );
  const faults: Error[] = [];
  rabbitOf({ ...topology, queues: others }, { endProcess: (e) => faults.push(e) });
  await eventually(() => faults.length > 0);
  expect(faults[0]).toMatchObject({ code: 'TOPOLOGY_MISMATCH' });
});

describe('a query', () => {
  test.each(['countMessages', 'streamEnd'] as const)(
    'fails %s of a frozen broker in time, and answers after the thaw',
    async (question) => {
      const places = ownPlaces();
      const { rabbit, proxy } = await connectThroughProxy(places);
      const ask = () => rabbit[question](places.stream);
      await ask();
      proxy.pause();
      await expect(ask()).rejects.toMatchObject({ code: 'RABBITMQ_UNAVAILABLE' });
      proxy.resume();
      await eventually(() =>
        ask().then(
          () => true,
          () => false,
        ),
      );
    },
  );
});
