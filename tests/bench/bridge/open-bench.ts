// What the measurements of the bridge share: the records that wait in Kafka, bridges as processes, and the
// consumer of the queue behind them.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type Channel, type ConsumeMessage } from 'amqplib';
import kafkajs from 'kafkajs';
import { topicSettings, workQueueArguments } from '../../../contracts/topology.ts';
import { bridgeNodeOptions } from '../../../infra/system.ts';
import { cloneFolder } from '../../../infra/stack/stack.ts';
import { eventually } from '../../support/harness/eventually.ts';
import type { Arrow } from '../../support/messaging/bridge.ts';
import type { OwnTopic } from '../../support/messaging/kafka.ts';
import { memoryOf, processorSeconds } from '../../support/measure/processes.ts';

export const bodyBytes = 500;

/** As in a stack: infra/system.ts. */
const compileCache = join(cloneFolder, 'node_modules', '.cache', 'compiled');
const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface Bridge {
  /** Its arrow comes behind it, then these. */
  readonly file: string;
  readonly more: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}
export const naiveBridge: Bridge = { file: fileOf('naive-bridge.ts'), more: [], environment: {} };
export const bridgeOf = (inFlight: number, environment: NodeJS.ProcessEnv = {}): Bridge => ({
  file: fileOf('../../support/messaging/bridge-process.ts'),
  more: [String(inFlight)],
  environment: { NODE_OPTIONS: bridgeNodeOptions, ...environment },
});

export interface Rate {
  readonly perSecond: number;
  /** Of the bridges alone, from the first message to the last. */
  readonly processorMicroseconds: number;
  /** Of the largest bridge. */
  readonly peakMegabytes: number;
}

interface Servers {
  readonly KAFKA_BROKERS: string;
  readonly RABBITMQ_URL: string;
}

export type Bench = Awaited<ReturnType<typeof openBench>>;

export async function openBench(servers: Servers) {
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

  function startBridge({ file, more, environment }: Bridge, arrow: Arrow): ChildProcess {
    const options = ['--disable-warning=TimeoutNegativeWarning'];
    return spawn(process.execPath, [...options, file, JSON.stringify(arrow), ...more], {
      env: { ...process.env, ...servers, NODE_COMPILE_CACHE: compileCache, ...environment },
      stdio: 'inherit',
    });
  }

  return {
    channel,
    producer,
    newArrow,
    startBridge,

    /** Records that wait in Kafka for a bridge. */
    async fill(arrow: Arrow, records: number): Promise<void> {
      for (let from = 0; from < records; from += 500)
        await producer.send({
          topic: arrow.topic.topic,
          messages: Array.from({ length: 500 }, (_, index) => recordOf(from + index)),
        });
    },

    /** Waits until so many bridges have divided the partitions among them. */
    async groupOf(arrow: Arrow, members: number): Promise<void> {
      await eventually(
        async () => {
          const { groups } = await admin.describeGroups([arrow.groupId]);
          return groups[0]?.state === 'Stable' && groups[0].members.length === members;
        },
        { within: 120_000 },
      );
    },

    /** How fast these bridges bring so many records to the queue; they are killed at the end. */
    async rateOf(
      arrow: Arrow,
      records: number,
      start: () => readonly ChildProcess[] | Promise<readonly ChildProcess[]>,
    ): Promise<Rate> {
      let running: readonly ChildProcess[] = [];
      let used = 0;
      const processorTime = () =>
        running.reduce((sum, { pid }) => sum + processorSeconds(pid ?? 0), 0);
      const arrivals = await takeAll(channel, arrow.places.queue, records, () => {
        used = processorTime();
      });
      running = await start();
      const seconds = await arrivals.secondsFromFirstToLast;
      used = processorTime() - used;
      const peaks = running.map(({ pid }) => memoryOf(pid ?? 0).peakMegabytes);
      await Promise.all(running.map(kill));
      await channel.deleteQueue(arrow.places.queue);
      return {
        perSecond: records / seconds,
        processorMicroseconds: (used / records) * 1e6,
        peakMegabytes: Math.max(...peaks),
      };
    },

    async close() {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
      await connection.close();
    },
  };
}

export const recordOf = (index: number) => ({
  key: `key-${index % 97}`,
  value: Buffer.alloc(bodyBytes, 'x'),
  headers: { ce_id: `e${index}`, ce_type: 'bench', ce_specversion: '1.0', ce_source: 'urn:bench' },
});

export async function kill(running: ChildProcess): Promise<void> {
  const ended = once(running, 'exit');
  running.kill('SIGKILL'); // what it has done is counted
  await ended;
}

/** Consumes the queue from now on; its promise resolves with the last of so many different messages. */
async function takeAll(channel: Channel, queue: string, wanted: number, onFirst: () => void) {
  const seen = new Set<string>();
  let first = 0;
  const { promise, resolve } = Promise.withResolvers<number>();
  const take = (message: ConsumeMessage | null) => {
    if (seen.size === 0) {
      first = performance.now();
      onFirst();
    }
    seen.add(String(message?.properties.messageId));
    if (seen.size === wanted) resolve((performance.now() - first) / 1_000);
  };
  await channel.consume(queue, take, { noAck: true });
  return { secondsFromFirstToLast: promise };
}
