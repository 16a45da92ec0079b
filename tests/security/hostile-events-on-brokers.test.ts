// Hostile events through the real brokers, which put meaning and types of their own into headers: each
// is a dead letter with its reason, or passed over and counted, and the good one behind it is taken.
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { encodeEvent } from '../../contracts/cloudevents.ts';
import { completedEvent, aRun } from '../support/gateway/announced-run.ts';
import { GatewayHarness } from '../support/gateway/gateway-harness.ts';
import type { Delivery } from '../../platform/rabbitmq/rabbitmq.ts';
import type { Temporal } from '../../platform/temporal/temporal.ts';
import { createTakeUpload } from '../../services/vision-adapter/take-uploads.ts';
import { openIntake } from '../../workers/orchestrator/intake/intake.ts';
import { takeRecognition, takeUpload } from '../../workers/orchestrator/intake/take-event.ts';
import { owner, recognised, uploaded } from '../support/hostile-input/good-events.ts';
import { hostileEvents, type EncodedEvent } from '../support/hostile-input/hostile-events.ts';
import { cleanUpKafka, consumerOf, ownTopic, publisherOf } from '../support/messaging/kafka.ts';
import {
  asOperator,
  cleanUpRabbit,
  ownPlaces,
  rabbitOf,
  type Places,
} from '../support/messaging/rabbitmq.ts';
import { logger } from '../support/harness/environment.ts';
import { eventually } from '../support/harness/eventually.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await cleanUpKafka();
  await cleanUpRabbit();
});

/** No broker carries a megabyte of headers: the bridge sets such a record aside. */
const isCarried = ({ headers }: EncodedEvent) =>
  Object.values(headers).every((value) => value.length < 60_000);

/** Headers of types that ours never have, under the names of ours. */
const oddlyTyped = (good: EncodedEvent): Record<string, unknown>[] =>
  [5, true, null, ['x'], { x: 1 }, 1e300, Buffer.from('x')].flatMap((value: unknown) =>
    ['specversion', 'owner', 'correlationid'].map((name) => ({
      ...good.headers,
      [`cloudEvents_${name}`]: value,
    })),
  );

/** Straight to the exchange, past our port. Answers how many. */
async function publishHostile(places: Places, good: EncodedEvent, hostile: EncodedEvent[]) {
  const odd = oddlyTyped(good).map((headers) => ({ headers, body: good.body }));
  const all: { headers: object; body: Buffer }[] = [...hostile.filter(isCarried), ...odd];
  await asOperator(async (channel) => {
    for (const { headers, body } of all)
      channel.publish(places.exchange, '', body, { headers, messageId: randomUUID() });
    await channel.checkExchange(places.exchange); // answered after all of them
  });
  return all.length;
}

async function publishGood(places: Places, { headers, body }: EncodedEvent) {
  await asOperator(async (channel) => {
    channel.publish(places.exchange, '', body, { headers, messageId: randomUUID() });
    await channel.checkExchange(places.exchange);
  });
}

test.each([
  ['tu.image.uploaded', takeUpload, uploaded],
  ['tu.recognition.completed', takeRecognition, recognised],
])(
  'dead-letters hostile events of %s in the orchestrator, and takes the next good one',
  async (_, take, goodEvent) => {
    const places = ownPlaces();
    const rabbit = rabbitOf(places.topology);
    let accepted = 0;
    const temporal = {
      withTimeout() {
        accepted += 1;
        return Promise.resolve();
      },
    } as unknown as Temporal;
    const intake = openIntake({
      rabbit,
      queue: places.queue,
      prefetch: 10,
      take: take(temporal, { entry: 'orchestrator', patienceMs: 1_000, graceMs: 1_000 }),
      probe: () => Promise.resolve(),
      logger,
      taken: { inc: () => undefined },
    });
    closing.push(() => intake.stop());
    const deadLetters: Delivery[] = [];
    rabbit.consume(places.deadLetters, { prefetch: 100 }, (message) => {
      deadLetters.push(message);
      return Promise.resolve('ack');
    });
    await eventually(() => rabbit.state === 'connected');

    const good = encodeEvent(goodEvent(), 'cloudEvents_');
    const sent = await publishHostile(places, good, hostileEvents(goodEvent(), 'cloudEvents_'));
    await publishGood(places, good);
    await eventually(() => deadLetters.length === sent);
    for (const { headers } of deadLetters)
      expect(headers['dlq_reason']).toContain('unreadable: not a valid tu.');
    await eventually(() => accepted === 1);
  },
);

test('skips and counts hostile events in the feed of the gateway, and takes the next good one', async () => {
  const [started, completed, changed] = [ownPlaces(), ownPlaces(), ownPlaces()];
  const all = [started, completed, changed];
  const rabbit = rabbitOf({
    exchanges: all.flatMap(({ topology }) => topology.exchanges),
    queues: all.flatMap(({ topology, stream }) =>
      topology.queues.filter(({ name }) => name === stream),
    ),
  });
  const harness = await GatewayHarness.start();
  closing.push(() => harness.stop());
  const replica = await harness.replica({
    real: {
      rabbit,
      queues: {
        ...{ started: { name: started.stream }, completed: { name: completed.stream } },
        changed: { name: changed.stream },
      },
    },
  });
  const unreadable = async () =>
    Number(/unreadable_total\{field="completed"\} (\d+)/.exec(await replica.metrics())?.[1] ?? 0);

  const run = aRun();
  const event = completedEvent(owner, run);
  const good = encodeEvent(event, 'cloudEvents_');
  const sent = await publishHostile(completed, good, hostileEvents(event, 'cloudEvents_'));
  await publishGood(completed, good);
  const { log } = replica.feeds.completed;
  await eventually(() => log.read(owner, run.correlationId, -1).length === 1);
  expect(await unreadable()).toBe(sent);
  expect(replica.feeds.completed.caughtUp).toBe(true);
});

test('skips and counts hostile events in the entry of the adapter, and takes the next good one', async () => {
  const topic = ownTopic(1);
  const outcomes: unknown[] = [];
  const taken: string[] = [];
  consumerOf(
    topic,
    createTakeUpload({
      recognizeImage: {
        recognize: ({ correlationId }) => {
          taken.push(correlationId);
          return Promise.reject(new Error('stops the test'));
        },
        unpublished: () => 0,
      },
      waitForRateLimit: () => Promise.resolve(),
      graceMs: 60_000,
      logger,
      taken: { inc: (labels: unknown) => void outcomes.push(labels) },
    }),
  );
  const kafka = publisherOf([topic]);
  const hostile = hostileEvents(uploaded(), 'ce_').filter(isCarried);
  const records = hostile.map(({ headers, body }) => ({ key: 'k', headers, value: body }));
  await kafka.publish(topic.topic, records[0] ?? { key: 'k', headers: {}, value: Buffer.of() });
  await Promise.all(records.slice(1).map((record) => kafka.publish(topic.topic, record)));
  await kafka.publishTombstone(topic.topic, { key: 'k', headers: {} });
  const good = uploaded();
  const { headers, body } = encodeEvent(good, 'ce_');
  await kafka.publish(topic.topic, { key: 'k', headers, value: body });

  await eventually(() => taken.includes(good.correlationid));
  expect(taken).toHaveLength(1);
  expect(
    outcomes.filter((one) => (one as { outcome: string }).outcome === 'unreadable'),
  ).toHaveLength(hostile.length + 1);
});
