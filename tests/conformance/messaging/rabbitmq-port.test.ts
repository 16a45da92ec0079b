// What platform/rabbitmq.ts promises, on a real RabbitMQ.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Delivery, RabbitConnection, Verdict } from '../../../platform/rabbitmq.ts';
import { openLine, targetOf, through, type BrokenLine } from './broken-line.ts';
import { asOperator, cleanUpRabbit, ownPlaces, rabbitOf, type Places } from './rabbitmq-fixture.ts';
import { ownName, rabbitUrl, until } from './servers.ts';

let line: BrokenLine | undefined;
afterEach(async () => {
  await cleanUpRabbit();
  await line?.close();
  line = undefined;
});

const connected = (rabbit: RabbitConnection) =>
  until('connected', () => rabbit.state === 'connected');

const send = (rabbit: RabbitConnection, places: Places, messageId: string) =>
  rabbit.publish({
    exchange: places.exchange,
    messageId,
    type: 'photo.taken',
    headers: { 'content-type': 'application/json', cloudEvents_id: messageId },
    body: Buffer.from(`{"id":"${messageId}"}`),
  });

/** Publishes again for as long as RabbitMQ is away, as every caller of the port does. */
async function sendUntilTaken(rabbit: RabbitConnection, places: Places, messageId: string) {
  await until(`${messageId} is taken`, () =>
    send(rabbit, places, messageId).then(
      () => true,
      () => false,
    ),
  );
}

/** Consumes into a list; the verdict is asked per delivery. */
function collect(
  rabbit: RabbitConnection,
  queue: string,
  verdict: (delivery: Delivery) => Verdict | Promise<Verdict> = () => 'ack',
) {
  const seen: Delivery[] = [];
  const consumer = rabbit.consume(queue, { prefetch: 10 }, async (delivery) => {
    seen.push(delivery);
    return verdict(delivery);
  });
  return { seen, ids: () => seen.map(({ messageId }) => messageId), consumer };
}

async function overLine(places: Places) {
  line = await openLine(targetOf(rabbitUrl));
  const rabbit = rabbitOf(places.topology, { url: through(line, rabbitUrl) });
  await connected(rabbit);
  return { rabbit, line };
}

describe('publishing', () => {
  test('a confirmed message stands in the queue with its body, headers and properties', async () => {
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

  test('a message that no queue would get is told, and only that one', async () => {
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

  test('what AMQP cannot carry is told apart from a server that is away', async () => {
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

  test('with nobody at the address, connecting returns at once and publishing fails at once', async () => {
    line = await openLine(targetOf(rabbitUrl));
    line.unplug();
    const places = ownPlaces();
    const rabbit = rabbitOf(places.topology, { url: through(line, rabbitUrl) });
    expect(rabbit.state).toBe('away');
    await expect(send(rabbit, places, 'm1')).rejects.toMatchObject({
      code: 'RABBITMQ_UNAVAILABLE',
    });
    line.plugIn();
    await connected(rabbit);
    await send(rabbit, places, 'm2');
  });

  test('after a deleted exchange closed the channel, it is declared again and publishing goes on', async () => {
    const places = ownPlaces();
    const rabbit = rabbitOf(places.topology);
    await connected(rabbit);
    await asOperator((channel) => channel.deleteExchange(places.exchange));
    await expect(send(rabbit, places, 'm1')).rejects.toMatchObject({
      code: 'RABBITMQ_UNAVAILABLE',
    });
    await sendUntilTaken(rabbit, places, 'm1');
  });

  test('a frozen broker is no confirm: the publish is refused in time, and goes on after the thaw', async () => {
    const places = ownPlaces();
    const { rabbit, line } = await overLine(places);
    line.freeze();
    const since = Date.now();
    await expect(send(rabbit, places, 'm1')).rejects.toMatchObject({
      code: 'RABBITMQ_UNAVAILABLE',
    });
    expect(Date.now() - since).toBeLessThan(16_000);
    line.thaw();
    await sendUntilTaken(rabbit, places, 'm2');
  });

  test('a queue that exists with other arguments ends the process with the remedy', async () => {
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
    await until('it is told', () => faults.length > 0);
    expect(faults[0]).toMatchObject({
      code: 'TOPOLOGY_MISMATCH',
      message: expect.stringContaining('delete it'),
    });
  });
});

describe('consuming', () => {
  test('a cut connection loses nothing: what was not acknowledged comes again', async () => {
    const places = ownPlaces(20);
    const { rabbit, line } = await overLine(places);
    const release = Promise.withResolvers<Verdict>();
    const { ids } = collect(rabbit, places.queue, () => release.promise);
    await send(rabbit, places, 'm1');
    await until('m1 is in hand', () => ids().length === 1);
    line.cut();
    await sendUntilTaken(rabbit, places, 'm2');
    await until('m1 comes again', () => ids().filter((id) => id === 'm1').length === 2);
    release.resolve('ack');
    await until('m2 comes', () => ids().includes('m2'));
    await sendUntilTaken(rabbit, places, 'm3');
    await until('m3 comes', () => ids().includes('m3'));
  });

  test('a deleted queue is declared again and consumed again', async () => {
    const places = ownPlaces();
    const rabbit = rabbitOf(places.topology);
    await connected(rabbit);
    const { ids } = collect(rabbit, places.queue);
    await send(rabbit, places, 'm1');
    await until('m1 comes', () => ids().includes('m1'));
    await asOperator((channel) => channel.deleteQueue(places.queue));
    await until('a message comes through the new queue', async () => {
      await send(rabbit, places, 'm2');
      return ids().includes('m2');
    });
  });

  test('retry counts, and after the limit the message is a dead letter', async () => {
    const places = ownPlaces(3);
    const rabbit = rabbitOf(places.topology);
    await connected(rabbit);
    const { seen } = collect(rabbit, places.queue, () => 'retry');
    const dead = collect(rabbit, places.deadLetters);
    await send(rabbit, places, 'm1');
    await until('it is dead', () => dead.seen.length === 1);
    expect(seen.map(({ deliveryCount }) => deliveryCount)).toEqual([0, 1, 2, 3]);
    expect(dead.seen[0]).toMatchObject({
      messageId: 'm1',
      headers: { 'x-first-death-queue': places.queue, 'x-first-death-reason': 'delivery_limit' },
    });
  });

  test('a handler that throws means retry', async () => {
    const places = ownPlaces();
    const rabbit = rabbitOf(places.topology);
    const { seen } = collect(rabbit, places.queue, ({ deliveryCount }) => {
      if (deliveryCount === 0) throw new TypeError('a bug');
      return 'ack';
    });
    await sendUntilTaken(rabbit, places, 'm1');
    await until('it comes twice', () => seen.length === 2);
    expect(seen[1]?.deliveryCount).toBe(1);
  });

  test('a bad message is a dead letter at once, with the reason where one is given', async () => {
    const places = ownPlaces();
    const rabbit = rabbitOf(places.topology);
    const { seen } = collect(rabbit, places.queue, ({ messageId }) =>
      messageId === 'm1' ? 'dead-letter' : { deadLetter: 'objectKey: missing' },
    );
    const dead = collect(rabbit, places.deadLetters);
    await sendUntilTaken(rabbit, places, 'm1');
    await sendUntilTaken(rabbit, places, 'm2');
    await until('both are dead', () => dead.seen.length === 2);
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

  test('stop waits for the message in hand and acknowledges it', async () => {
    const places = ownPlaces();
    const rabbit = rabbitOf(places.topology);
    const release = Promise.withResolvers<Verdict>();
    const { seen, consumer } = collect(rabbit, places.queue, () => release.promise);
    await sendUntilTaken(rabbit, places, 'm1');
    await until('it is in hand', () => seen.length === 1);
    const stopped = consumer.stop();
    release.resolve('ack');
    await stopped;
    await until('the queue is empty', async () => {
      const { messageCount } = await asOperator((channel) => channel.checkQueue(places.queue));
      return messageCount === 0;
    });
  });

  test('pause gives back what is in hand; resume takes no more than the new prefetch', async () => {
    const places = ownPlaces(20);
    const rabbit = rabbitOf(places.topology);
    const never = new Promise<Verdict>(() => undefined);
    const { seen, consumer } = collect(rabbit, places.queue, () => never);
    for (const id of ['m1', 'm2', 'm3']) await sendUntilTaken(rabbit, places, id);
    await until('all are in hand', () => seen.length === 3);
    await consumer.pause();
    await until('all are back', async () => {
      const { messageCount } = await asOperator((channel) => channel.checkQueue(places.queue));
      return messageCount === 3;
    });
    expect(seen).toHaveLength(3);
    consumer.resume({ prefetch: 1 });
    await until('one comes', () => seen.length === 4);
    const waiting = await asOperator((channel) => channel.checkQueue(places.queue));
    expect(waiting.messageCount).toBe(2);
    expect(seen).toHaveLength(4);
  });
});

describe('reading a stream', () => {
  test('its end is known without reading it; an empty one has none', async () => {
    const places = ownPlaces();
    const rabbit = rabbitOf(places.topology);
    await connected(rabbit);
    expect(await rabbit.streamEnd(places.stream)).toBeUndefined();
    for (const id of ['one', 'two', 'three']) await send(rabbit, places, id);
    await until('the end is told', async () => (await rabbit.streamEnd(places.stream)) === 2);
    await expect(rabbit.streamEnd('no-such-queue')).rejects.toThrow('NOT_FOUND');
    expect(await rabbit.streamEnd(places.stream)).toBe(2); // a refusal costs its channel only
  });

  test('cut connections leave no gap and no repeat when it goes on after the last offset', async () => {
    const places = ownPlaces();
    const { rabbit, line } = await overLine(places);
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
    await until('some are read', () => seen.length > 50);
    line.cut();
    await until('more are read', () => seen.length > 150);
    line.cut();
    await inOrder;
    await until('the last is read', () => seen.at(-1)?.messageId === 'm299');
    const offsets = seen.map(({ offset }) => offset);
    expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
    // A publish whose confirm was cut off goes out twice, as two messages: by id there is no gap.
    expect([...new Set(seen.map(({ messageId }) => messageId))]).toEqual(ids);
    expect(asked).toBeGreaterThanOrEqual(3);
  });

  test('a handler that throws does not stop the reading', async () => {
    const places = ownPlaces();
    const rabbit = rabbitOf(places.topology);
    const seen: string[] = [];
    rabbit.readStream(places.stream, { prefetch: 10, from: () => 'first' }, ({ messageId }) => {
      seen.push(messageId);
      if (messageId === 'm1') throw new Error('a bug');
    });
    for (const id of ['m1', 'm2']) await sendUntilTaken(rabbit, places, id);
    await until('both are read', () => seen.length === 2);
  });
});
