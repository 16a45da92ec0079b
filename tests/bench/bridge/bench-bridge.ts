// The bridge alone between the real brokers: its rate and memory by window, beside a naive bridge in the
// same run, and the delay that it adds.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type Channel, type ConsumeMessage } from 'amqplib';
import kafkajs from 'kafkajs';
import { topicSettings, workQueueArguments } from '../../../contracts/topology.ts';
import type { Arrow } from '../../support/messaging/bridge.ts';
import type { OwnTopic } from '../../support/messaging/kafka.ts';
import { freshTestStack } from '../../support/fresh-test-stack.ts';
import { createLauncher } from '../../../infra/supervisor/launcher.ts';
import { rabbitmqUrl } from '../../../infra/stack/environment.ts';
import { cloneFolder } from '../../../infra/stack/stack.ts';
import { serversOf } from '../../../infra/system.ts';
import { milliseconds, printTable, ratio, spreadOf } from '../../support/measure/figures.ts';
import { memoryOf } from '../../support/measure/processes.ts';

const bodyBytes = 500;
const windows = [1, 100, 1_000] as const;
/** Each bridge is measured so often, in turn: rates vary between runs, the median counts. */
const rounds = 3;
const delay = { perSecond: 100, forSeconds: 20 };

/** As in a stack: infra/system.ts. */
const compileCache = join(cloneFolder, 'node_modules', '.cache', 'compiled');

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const bridges = [
  {
    name: 'naive: no confirms',
    records: 20_000,
    args: [fileOf('naive-bridge.ts')] as [string, ...string[]],
  },
  ...windows.map((window) => ({
    name: `window ${window}`,
    records: window === 1 ? 3_000 : 20_000,
    args: [fileOf('../../support/messaging/bridge-process.ts'), String(window)] as [
      string,
      ...string[],
    ],
  })),
];
type Bridge = (typeof bridges)[number];

interface Rate {
  readonly perSecond: number;
  readonly peakMegabytes: number;
}

export async function benchBridge(): Promise<void> {
  const stack = await freshTestStack('native');
  const needed = ['epmd', 'rabbitmq', 'kafka'];
  const services = serversOf(stack, 'native').filter(({ name }) => needed.includes(name));
  const launcher = await createLauncher({ stack, services, ownPorts: [], log: console.log });
  try {
    await Promise.all(services.map(({ name }) => launcher.startService(name, () => undefined)));
    const bench = await openBench({
      KAFKA_BROKERS: `127.0.0.1:${stack.ports.kafka}`,
      RABBITMQ_URL: rabbitmqUrl(stack),
    });
    await benchRates(bench);
    await benchDelay(bench);
    await bench.close();
  } finally {
    await launcher.down();
  }
}

async function benchRates(bench: Bench): Promise<void> {
  const measured = new Map<Bridge, Rate[]>(bridges.map((bridge) => [bridge, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [bridge, rates] of measured) rates.push(await bench.rateOf(bridge));
  const medians = [...measured].map(([{ name }, rates]) => ({
    name,
    perSecond: spreadOf(rates.map(({ perSecond }) => perSecond)).p50,
    peakMegabytes: Math.max(...rates.map(({ peakMegabytes }) => peakMegabytes)),
  }));
  const naive = medians[0]?.perSecond ?? Number.NaN;
  printTable(
    `The bridge alone: records of ${bodyBytes} bytes that wait in Kafka, median of ${rounds} rounds\n` +
      '(aim at window 100: ratio >= 0.45, memory <= 130 MB)',
    ['bridge', 'messages/s', 'ratio', 'peak memory'],
    medians.map(({ name, perSecond, peakMegabytes }) => [
      name,
      perSecond.toFixed(0),
      ratio(perSecond / naive),
      `${peakMegabytes.toFixed(0)} MB`,
    ]),
  );
}

async function benchDelay(bench: Bench): Promise<void> {
  const { p50, p95, count } = spreadOf(await bench.delays());
  printTable(
    `From the producer's send to the consumer of the queue, at ${delay.perSecond} messages a second, window 100`,
    ['p50', 'p95', 'messages'],
    [[milliseconds(p50), milliseconds(p95), String(count)]],
  );
}

type Bench = Awaited<ReturnType<typeof openBench>>;

async function openBench(servers: { KAFKA_BROKERS: string; RABBITMQ_URL: string }) {
  const kafka = new kafkajs.Kafka({
    brokers: [servers.KAFKA_BROKERS],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  const connection = await connect(servers.RABBITMQ_URL);
  const channel = await connection.createChannel();
  let count = 0;

  /** One arrow to a work queue like the orchestrator's, all of it new, the queue bound. */
  async function newArrow(): Promise<Arrow> {
    const name = `bench-${(count += 1)}`;
    const [topic, deadLetters] = [name, `${name}.dlq`].map((one) => ({
      topic: one,
      ...topicSettings,
    })) as [OwnTopic, OwnTopic];
    await admin.createTopics({
      topics: [topic, deadLetters].map((one) => ({
        topic: one.topic,
        numPartitions: one.partitions,
        configEntries: [{ name: 'retention.ms', value: String(one.retentionMs) }],
      })),
    });
    const queue = `${name}.work`;
    await channel.assertExchange(name, 'fanout');
    await channel.assertQueue(queue, { durable: true, arguments: workQueueArguments });
    await channel.bindQueue(queue, name, '');
    const topology = {
      exchanges: [{ name, type: 'fanout' as const }],
      queues: [{ name: queue, exchange: name, routingKey: '', arguments: workQueueArguments }],
    };
    return { topic, deadLetters, groupId: name, places: { exchange: name, queue, topology } };
  }

  const startBridgeProcess = ({ args: [file, ...more] }: Bridge, arrow: Arrow): ChildProcess =>
    spawn(
      process.execPath,
      ['--disable-warning=TimeoutNegativeWarning', file, JSON.stringify(arrow), ...more],
      { env: { ...process.env, ...servers, NODE_COMPILE_CACHE: compileCache }, stdio: 'inherit' },
    );

  return {
    async rateOf(bridge: Bridge): Promise<Rate> {
      const arrow = await newArrow();
      for (let from = 0; from < bridge.records; from += 500)
        await producer.send({
          topic: arrow.topic.topic,
          messages: Array.from({ length: 500 }, (_, index) => recordOf(from + index)),
        });
      const arrivals = await takeAll(channel, arrow.places.queue, bridge.records);
      const running = startBridgeProcess(bridge, arrow);
      const seconds = await arrivals.secondsFromFirstToLast;
      const { peakMegabytes } = memoryOf(running.pid ?? 0);
      await kill(running);
      await channel.deleteQueue(arrow.places.queue);
      return { perSecond: bridge.records / seconds, peakMegabytes };
    },

    async delays(): Promise<number[]> {
      const arrow = await newArrow();
      const bridge = bridges.find(({ name }) => name === 'window 100');
      if (bridge === undefined) throw new Error('window 100 is not measured');
      const running = startBridgeProcess(bridge, arrow);
      const wanted = delay.perSecond * delay.forSeconds;
      const sentAt = new Map<string, number>();
      const delays: number[] = [];
      const all = Promise.withResolvers<undefined>();
      const take = (message: ConsumeMessage | null) => {
        const at = sentAt.get(String(message?.properties.messageId));
        if (at !== undefined) delays.push(performance.now() - at);
        if (delays.length === wanted) all.resolve(undefined);
      };
      await channel.consume(arrow.places.queue, take, { noAck: true });
      await producer.send({ topic: arrow.topic.topic, messages: [recordOf(wanted)] });
      await pause(5_000); // it has joined its group by then
      for (let index = 0; index < wanted; index += 1) {
        const record = recordOf(index);
        sentAt.set(record.headers.ce_id, performance.now());
        producer.send({ topic: arrow.topic.topic, messages: [record] }).catch(all.reject);
        await pause(1_000 / delay.perSecond);
      }
      await all.promise;
      await kill(running);
      return delays;
    },

    async close() {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
      await connection.close();
    },
  };
}

const recordOf = (index: number) => ({
  key: `key-${index % 97}`,
  value: Buffer.alloc(bodyBytes, 'x'),
  headers: { ce_id: `e${index}`, ce_type: 'bench', ce_specversion: '1.0', ce_source: 'urn:bench' },
});

async function kill(running: ChildProcess): Promise<void> {
  const ended = once(running, 'exit');
  running.kill('SIGKILL'); // what it has done is counted
  await ended;
}

/** Consumes the queue from now on; its promise resolves with the last of so many different messages. */
async function takeAll(channel: Channel, queue: string, wanted: number) {
  const seen = new Set<string>();
  let first = 0;
  const { promise, resolve } = Promise.withResolvers<number>();
  const take = (message: ConsumeMessage | null) => {
    if (seen.size === 0) first = performance.now();
    seen.add(String(message?.properties.messageId));
    if (seen.size === wanted) resolve((performance.now() - first) / 1_000);
  };
  await channel.consume(queue, take, { noAck: true });
  return { secondsFromFirstToLast: promise };
}
