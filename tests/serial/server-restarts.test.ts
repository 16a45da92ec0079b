// What is promised when a server or the bridge itself ends during the flow. Counts lost and repeated.
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import type { StackControl } from '../../infra/supervisor/control-client.ts';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';
import {
  arrivalsOf,
  deadLettersOf,
  eventOf,
  numbered,
  ownArrow,
  publishEvents,
  startBridge,
  type Arrow,
} from '../support/messaging/bridge.ts';
import { cleanUpKafka, consumerOf, ownTopic, publisherOf } from '../support/messaging/kafka.ts';
import { rabbitmqctl } from '../support/rabbitmqctl.ts';
import { cleanUpRabbit } from '../support/messaging/rabbitmq.ts';
import { testStack } from '../support/harness/environment.ts';
import { eventually } from '../support/harness/eventually.ts';

let stack: StackControl | undefined;
const processes: ChildProcess[] = [];
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await stack?.ready('kafka');
  await stack?.ready('rabbitmq');
  stack = undefined;
  await cleanUpKafka();
  await cleanUpRabbit();
});

const windowsInFlight = 3; // partitions side by side

function startBridgeProcess(arrow: Arrow): ChildProcess {
  const file = fileURLToPath(new URL('../support/messaging/bridge-process.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', file, JSON.stringify(arrow), '20'],
    { stdio: 'inherit' },
  );
  processes.push(child);
  return child;
}

test('loses and dead-letters nothing when RabbitMQ restarts during the flow', async () => {
  const arrow = ownArrow();
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  startBridge(arrow);
  const ids = numbered(1_000);
  const load = publishEvents(publisherOf([arrow.topic]), arrow, ids);
  await eventually(() => arrivals.counts.size >= 100);
  stack = await testStack();
  await stack.stop('rabbitmq');
  await load; // ingestion does not notice
  await stack.start('rabbitmq');
  await arrivals.all(ids);
  expect(dead).toEqual([]);
  // The queue's own redeliveries to the test's consumer (prefetch 200) count here too.
  expect(arrivals.duplicates()).toBeLessThanOrEqual(windowsInFlight * 100 + 200);
});

test('waits during a memory alarm of the broker, loses nothing, and goes on by itself', async () => {
  const arrow = ownArrow();
  const arrivals = arrivalsOf(arrow);
  const dead = deadLettersOf(arrow);
  const bridge = startBridge(arrow);
  const ids = numbered(600);
  const kafka = publisherOf([arrow.topic]);
  await publishEvents(kafka, arrow, ids.slice(0, 300));
  const stack = await testStack();
  const allow = (...memory: string[]) =>
    rabbitmqctl(stack, 'set_vm_memory_high_watermark', ...memory);
  await allow('absolute', '1MB');
  try {
    await publishEvents(kafka, arrow, ids.slice(300)); // Kafka takes them all the same
    await eventually(async () => (await bridge.metrics.metrics()).includes('end="unconfirmed"'));
    expect(arrivals.counts.size).toBeLessThan(ids.length);
  } finally {
    await allow('0.4');
  }
  await arrivals.all(ids);
  expect(dead).toEqual([]);
  expect(arrivals.duplicates()).toBeLessThanOrEqual(100 * 3);
});

test('delivers what Kafka confirmed when it restarts during the flow', async () => {
  const arrow = ownArrow();
  const arrivals = arrivalsOf(arrow);
  startBridge(arrow);
  const ids = numbered(1_000);
  const load = publishEvents(publisherOf([arrow.topic]), arrow, ids);
  await eventually(() => arrivals.counts.size >= 100);
  stack = await testStack();
  await stack.stop('kafka');
  await stack.start('kafka');
  await load;
  await arrivals.all(ids);
  expect(arrivals.duplicates()).toBeLessThanOrEqual(windowsInFlight * 100 + 10);
});

test('loses nothing and repeats at most 500 records for each time that the bridge is killed', async () => {
  const arrow = ownArrow();
  const arrivals = arrivalsOf(arrow);
  const ids = numbered(5_000);
  const load = publishEvents(publisherOf([arrow.topic]), arrow, ids);
  let kills = 0;
  for (const at of [500, 2_000, 3_500]) {
    const bridge = startBridgeProcess(arrow);
    await eventually(() => arrivals.counts.size >= at, { within: 60_000 });
    bridge.kill('SIGKILL');
    kills += 1;
  }
  startBridgeProcess(arrow);
  await load;
  await arrivals.all(ids);
  expect(arrivals.duplicates()).toBeLessThanOrEqual(kills * 500);
});

test('stores whatever Kafka confirmed when it is killed under many publishes', async () => {
  const topic = ownTopic(1);
  const publisher = publisherOf([topic]);
  stack = await testStack();
  await publisher.publish(topic.topic, eventOf('warm'));
  const confirmed = new Set<string>();
  let next = 0;
  let stopped = false;
  const one = async () => {
    while (!stopped) {
      const id = `e${(next += 1)}`;
      await publisher.publish(topic.topic, eventOf(id, 'one key')).then(
        () => void confirmed.add(id),
        () => sleep(20), // not confirmed: nothing was promised
      );
    }
  };
  const many = Array.from({ length: 50 }, one);
  await eventually(() => confirmed.size >= 500, { within: 60_000 });
  await stack.kill('kafka');
  await eventually(() => confirmed.size >= 1_500, { within: 60_000 });
  stopped = true;
  await Promise.all(many);

  const stored = new Set<string>();
  consumerOf(topic, ({ headers }: ConsumedRecord) =>
    Promise.resolve(void stored.add(headers['ce_id'] ?? '')),
  );
  await eventually(() => [...confirmed].every((id) => stored.has(id)));
});
