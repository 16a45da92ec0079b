// Hostile events at every consumer: a dead letter with its reason, or dropped, counted and logged; the
// good one behind it is taken.
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { encodeEvent } from '../../../contracts/cloudevents.ts';
import type { DomainEvent } from '../../../contracts/events.ts';
import { streamQueues } from '../../../contracts/topology.ts';
import { aRun, completedEvent, startedEvent } from '../../support/gateway/announced-run.ts';
import { GatewayHarness } from '../../support/gateway/gateway-harness.ts';
import type { KafkaRecord } from '../../../platform/kafka/kafka.ts';
import { silentLogger } from '../../../platform/logger.ts';
import type { HeldDelivery, RabbitMessage, Verdict } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import { createBridge } from '../../../services/messaging-bridge/bridge-batch.ts';
import { createMetrics } from '../../../services/messaging-bridge/metrics.ts';
import { trackProgress } from '../../../services/messaging-bridge/progress.ts';
import { sampleBatch, sampleRecord } from '../../support/messaging-bridge/record-samples.ts';
import { createTakeUpload } from '../../../services/vision-adapter/take-uploads.ts';
import { openIntake, type Intake } from '../../../workers/orchestrator/intake/intake.ts';
import { takeRecognition, takeUpload } from '../../../workers/orchestrator/intake/take-event.ts';
import { owner, recognised, uploaded } from '../../support/hostile-input/good-events.ts';
import { hostileEvents, type EncodedEvent } from '../../support/hostile-input/hostile-events.ts';
import { eventually } from '../../support/harness/eventually.ts';

/** Any headers and any bytes: hardly ever an event. */
const anyEvent: fc.Arbitrary<EncodedEvent> = fc.record({
  headers: fc.dictionary(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('ce_id', 'ce_type', 'ce_time', 'cloudEvents_id', 'cloudEvents:type'),
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
    { maxKeys: 8 },
  ),
  body: fc
    .oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    )
    .map((bytes) => Buffer.from(bytes)),
});

describe.each([
  ['orchestrator.image-uploaded', takeUpload, uploaded],
  ['orchestrator.recognition-completed', takeRecognition, recognised],
])("the orchestrator's intake of %s", (queue, take, goodEvent) => {
  let intake: Intake | undefined;
  afterEach(() => intake?.stop());

  function open() {
    let handle: (delivery: HeldDelivery) => Promise<Verdict> = () => Promise.resolve('ack');
    const accepted: number[] = [];
    const temporal = {
      withTimeout: () => Promise.resolve(void accepted.push(1)),
    } as unknown as Temporal;
    intake = openIntake({
      rabbit: {
        consume(_queue, _options, handler) {
          handle = handler;
          const done = () => Promise.resolve();
          return { stop: done, pause: done, resume: () => undefined };
        },
      },
      queue,
      prefetch: 1,
      take: take(temporal, { entry: 'orchestrator', patienceMs: 1_000, graceMs: 1_000 }),
      probe: () => Promise.resolve(),
      logger: silentLogger(),
      taken: { inc: () => undefined },
    });
    const verdictOn = (event: EncodedEvent) =>
      handle({ messageId: 'm', deliveryCount: 0, isHeld: () => true, ...event });
    return { verdictOn, accepted };
  }
  // As a header of the dead letter it must fit beside those of the message.
  const isDeadLetter = {
    deadLetter: expect.stringMatching(/^unreadable: not a valid tu\.[^]{1,4000}$/),
  };

  test('dead-letters each hostile event with its reason, and takes the next good one', async () => {
    const { verdictOn, accepted } = open();
    for (const { name, ...event } of hostileEvents(goodEvent(), 'cloudEvents_'))
      expect([name, await verdictOn(event)]).toEqual([name, isDeadLetter]);
    expect(accepted).toHaveLength(0);
    expect(await verdictOn(encodeEvent(goodEvent(), 'cloudEvents_'))).toBe('ack');
    expect(accepted).toHaveLength(1);
  });

  test('dead-letters any headers with any body', async () => {
    const { verdictOn } = open();
    await fc.assert(
      fc.asyncProperty(anyEvent, async (event) => {
        expect(await verdictOn(event)).toEqual(isDeadLetter);
      }),
    );
  });
});

describe.each([
  ['started', startedEvent],
  ['completed', completedEvent],
] as const)("the gateway's feed of %s", (field, announced) => {
  let harness: GatewayHarness | undefined;
  afterEach(() => harness?.stop());

  test('skips and counts each hostile event, and takes the next good one', async () => {
    harness = await GatewayHarness.start();
    const replica = await harness.replica();
    const queue = streamQueues[field].name;
    const { broker } = harness;
    const feed = replica.feeds[field];
    const read = (offset: number) => eventually(() => feed.log.newest?.offset === offset);
    const unreadable = async () =>
      Number(
        new RegExp(`gateway_feed_unreadable_total\\{field="${field}"\\} (\\d+)`).exec(
          await replica.metrics(),
        )?.[1] ?? 0,
      );

    const hostile = hostileEvents(announced(owner, aRun()), 'cloudEvents_');
    for (const [n, { headers, body }] of hostile.entries())
      broker.publish(queue, { messageId: `hostile ${n}`, headers, body });
    const run = aRun();
    await read(broker.announce(queue, announced(owner, run)));
    expect(await unreadable()).toBe(hostile.length);
    expect(feed.log.read(owner, run.correlationId, -1)).toHaveLength(1);

    const samples = fc.sample(anyEvent, 200);
    for (const { headers, body } of samples)
      broker.publish(queue, { messageId: randomUUID(), headers, body });
    const next = aRun();
    await read(broker.announce(queue, announced(owner, next)));
    expect(await unreadable()).toBe(hostile.length + samples.length);
    expect(feed.log.read(owner, next.correlationId, -1)).toHaveLength(1);
    expect(feed.caughtUp).toBe(true);
  });
});

describe('the bridge', () => {
  const asRecord = ({ headers, body }: EncodedEvent, offset: number) =>
    sampleRecord({ offset: String(offset), headers, value: body });

  async function bridged(events: readonly EncodedEvent[]) {
    const published: RabbitMessage[] = [];
    const dead: KafkaRecord[] = [];
    const progress = trackProgress();
    const batch = sampleBatch(events.map(asRecord));
    await createBridge({
      rabbit: {
        state: 'connected',
        publish: (message) => Promise.resolve(void published.push(message)),
        declare: () => Promise.resolve(),
      },
      kafka: { publish: (_topic, record) => Promise.resolve(void dead.push(record)) },
      routes: [{ topic: 'photos', exchange: 'photos-exchange', deadLetters: 'photos.dlq' }],
      maxInFlight: 10,
      metrics: createMetrics(new Registry(), progress),
      progress,
      logger: silentLogger(),
    })(batch);
    return { published, dead, committed: batch.committed.at(-1) };
  }

  /** It knows routes, not payloads: what RabbitMQ can carry goes on, for its consumers to judge. */
  const expectAll = async (events: readonly EncodedEvent[]) => {
    const good = encodeEvent(uploaded(), 'ce_');
    const { published, dead, committed } = await bridged([...events, good]);
    expect(published.length + dead.length).toBe(events.length + 1);
    expect(committed).toBe(String(events.length));
    expect(published.at(-1)?.messageId).toBe(good.headers['ce_id']);
    for (const { headers } of dead) expect(headers['dlq_reason']).toMatch(/\w/);
  };

  test('forwards each hostile event or dead-letters it with its reason, and goes on', async () => {
    await expectAll(hostileEvents(uploaded(), 'ce_'));
  });

  test('forwards or dead-letters any headers with any body', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyEvent, { maxLength: 30 }), expectAll));
  });
});

describe("the adapter's entry", () => {
  function open() {
    const orders: unknown[] = [];
    const said: string[] = [];
    const outcomes: unknown[] = [];
    const take = createTakeUpload({
      recognizeImage: {
        recognize: (order) => {
          orders.push(order);
          return Promise.reject(new Error('seen enough'));
        },
        unpublished: () => 0,
      },
      waitForRateLimit: () => Promise.resolve(),
      graceMs: 60_000,
      logger: pino({ level: 'warn' }, { write: (line: string) => void said.push(line) }),
      taken: { inc: (labels: unknown) => void outcomes.push(labels) },
    });
    const takeEvent = ({ headers, body }: EncodedEvent) =>
      take(sampleRecord({ headers, value: body, timestamp: new Date() }));
    return { takeEvent, orders, said, outcomes };
  }

  test('leaves each hostile event to the workflow, counts it, logs why, and takes the next good one', async () => {
    const { takeEvent, orders, said, outcomes } = open();
    const hostile: (EncodedEvent & { name: string })[] = hostileEvents(uploaded(), 'ce_');
    for (const event of hostile) await takeEvent(event);
    expect(orders).toHaveLength(0);
    expect(said).toHaveLength(hostile.length);
    expect(outcomes).toEqual(hostile.map(() => ({ outcome: 'unreadable' })));
    for (const line of said) expect(line).toContain('not a valid tu.image.uploaded: ');
    const good: DomainEvent = uploaded();
    await takeEvent(encodeEvent(good, 'ce_'));
    expect(orders).toEqual([expect.objectContaining({ correlationId: good.correlationid })]);
  });

  test('leaves any headers with any body to the workflow', async () => {
    const { takeEvent, orders } = open();
    await fc.assert(fc.asyncProperty(anyEvent, takeEvent));
    expect(orders).toHaveLength(0);
  });
});
