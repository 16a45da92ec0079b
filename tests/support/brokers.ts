// A look behind the scenes of a story: what really stands in Kafka, in RabbitMQ and in Temporal.
import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { Kafka, logLevel, type IHeaders } from 'kafkajs';
import { Client, Connection } from '@temporalio/client';
import { analysisWorkflowId, type Exchange, type Topic } from '../../contracts/topology.ts';
import { rabbitmqUrl } from '../../infra/stack/environment.ts';
import type { StackControl } from '../../infra/supervisor/control-client.ts';
import { eventually } from './harness/eventually.ts';

export interface StoredRecord {
  readonly key: Buffer | null;
  readonly headers: IHeaders;
  readonly value: Buffer | null;
}

const kafkaOf = ({ stack }: StackControl) =>
  new Kafka({
    clientId: 'stories',
    brokers: [`127.0.0.1:${stack.ports.kafka}`],
    logLevel: logLevel.NOTHING,
  });

/** Waits for the record of that key and returns it as it is stored. */
export async function readRecord(
  stack: StackControl,
  topic: Topic,
  key: string,
): Promise<StoredRecord> {
  const consumer = kafkaOf(stack).consumer({ groupId: `stories-${randomUUID()}` });
  let found: StoredRecord | undefined;
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage({ message }) {
        if (message.key?.toString() === key)
          found = { key: message.key, headers: message.headers ?? {}, value: message.value };
        return Promise.resolve();
      },
    });
    return await eventually(
      () => {
        if (found === undefined) throw new Error(`${topic} has no record of ${key}`);
        return found;
      },
      { within: 60_000 },
    );
  } finally {
    await consumer.disconnect();
  }
}

/** Writes a record as it is, as a producer does that sends again. */
export async function writeRecord(
  stack: StackControl,
  topic: Topic,
  record: StoredRecord,
): Promise<void> {
  const producer = kafkaOf(stack).producer();
  await producer.connect();
  try {
    await producer.send({ topic, messages: [record] });
  } finally {
    await producer.disconnect();
  }
}

/** How many records were ever written to the topic. */
export async function countRecords(stack: StackControl, topic: Topic): Promise<number> {
  const admin = kafkaOf(stack).admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  } finally {
    await admin.disconnect();
  }
}

/** Listens to an exchange from here on: the event ids about one analysis, as often as they come. */
export async function overhear(
  stack: StackControl,
  exchange: Exchange,
): Promise<{ about(correlationId: string): string[]; stop(): Promise<void> }> {
  const connection = await connect(rabbitmqUrl(stack.stack));
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, '');
  const ids: string[] = [];
  await channel.consume(queue, (message) => ids.push(String(message?.properties.messageId)), {
    noAck: true,
  });
  return {
    about: (correlationId) => ids.filter((id) => id.startsWith(`${correlationId}:`)),
    stop: () => connection.close(),
  };
}

/** What Temporal keeps of one analysis. */
export async function readRuns(
  stack: StackControl,
  correlationId: string,
): Promise<{ runs: number; askedVision: boolean; tries: number; signalled: boolean }> {
  const connection = await Connection.connect({
    address: `127.0.0.1:${stack.stack.ports.temporal}`,
  });
  try {
    const { workflow } = new Client({ connection });
    const workflowId = analysisWorkflowId(correlationId);
    const runs = await workflow.count(`WorkflowId = '${workflowId}'`);
    const { events } = await workflow.getHandle(workflowId).fetchHistory();
    return {
      runs: runs.count,
      askedVision:
        events?.some(
          (event) =>
            event.activityTaskScheduledEventAttributes?.activityType?.name === 'recognizeImage',
        ) ?? false,
      tries: Math.max(
        0,
        ...(events ?? []).map((event) => event.activityTaskStartedEventAttributes?.attempt ?? 0),
      ),
      signalled: events?.some((event) => event.workflowExecutionSignaledEventAttributes) ?? false,
    };
  } finally {
    await connection.close();
  }
}

/** The sum of a metric of a process over all its labels. @throws when the process does not tell it. */
export async function sumMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  if (!text.includes(`# TYPE ${name} `)) throw new Error(`${url} does not tell ${name}`);
  return text
    .split('\n')
    .filter((row) => row.startsWith(`${name}{`))
    .reduce((sum, row) => sum + Number(row.split(' ').at(-1)), 0);
}

/** The value of a counter of a process; 0 when it was not counted yet. */
export async function readCounter(url: string, name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((row) => row.startsWith(`${name}{`) && row.includes(labels));
  return line === undefined ? 0 : Number(line.split(' ').at(-1));
}
