// What could not be delivered, in the hands of an operator: `npm run ops -- dead-letters`.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { v7 as uuidv7 } from 'uuid';
import { createEvent, encodeEvent } from '../../contracts/cloudevents.ts';
import { batchQueues, eventIds, exchanges, topics, workQueues } from '../../contracts/topology.ts';
import { eventually } from '../support/harness/eventually.ts';
import { writeRecord } from '../support/messaging/kafka.ts';
import { sumMetric } from '../support/harness/metrics.ts';
import { publishRaw } from '../support/messaging/rabbitmq.ts';
import { readRuns } from '../support/harness/temporal.ts';
import { beginStory, type Story } from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

/** The command as an operator types it. */
async function ops(...words: string[]) {
  const program = fileURLToPath(new URL('../../infra/commands/ops.ts', import.meta.url));
  const run = await execa(process.execPath, [program, ...words], {
    env: { TRACKUNIT_STACK: 'test' },
    reject: false,
  });
  return { code: run.exitCode, out: run.stdout, err: run.stderr };
}

/** Waits for the line about it, and returns its id and the line. */
const listed = (text: string) =>
  eventually(
    async () => {
      const { out } = await ops('dead-letters', 'list');
      const line = out.split('\n').find((row) => row.includes(text));
      if (line === undefined) throw new Error(`no dead letter contains ${text}:\n${out}`);
      return { id: line.slice(0, 8), line };
    },
    { within: 60_000 },
  );

const gone = async (text: string) => {
  const { code, out } = await ops('dead-letters', 'list');
  expect(code).toBe(0);
  expect(out).not.toContain(text);
};

const uploadedEvent = (correlationId: string) => {
  const objectKey = `images/2026/11/23/${randomUUID()}.jpg`;
  return createEvent('tu.image.uploaded', {
    id: eventIds.imageUploaded(correlationId),
    subject: objectKey,
    extensions: { correlationid: correlationId, owner: 'a'.repeat(32) },
    data: {
      uploadId: 'none',
      objectKey,
      contentType: 'image/jpeg',
      bytes: 1,
      checksum: `sha256:${'0'.repeat(64)}`,
      occurredAt: new Date().toISOString(),
    },
  });
};

test('lists a Kafka record that RabbitMQ cannot carry with its reason, redrives it and drops it', async () => {
  const { stack } = story;
  const mark = `poison-${randomUUID()}`;
  const gauge = () =>
    sumMetric(stack.url('svc-messaging-bridge'), 'bridge_dead_letters', topics.imageUploaded);
  const before = await gauge();
  await writeRecord(topics.imageUploaded, {
    key: mark,
    headers: { ce_type: topics.imageUploaded, ce_correlationid: mark },
    value: Buffer.from('{"not":"an event"}'),
  });

  const { id, line } = await listed(mark);
  expect(line).toContain('the record has no CloudEvents id');
  await eventually(async () => expect(await gauge()).toBe(before + 1));
  const { out } = await ops('dead-letters', 'show', id);
  for (const text of [topics.imageUploaded, 'dlq_offset', '"not": "an event"', mark])
    expect(out).toContain(text);

  // Unchanged it is dead-lettered again: a new dead letter from a new offset, the old one settled.
  expect(await ops('dead-letters', 'redrive', id)).toMatchObject({ code: 0 });
  const again = await listed(mark);
  expect(again.id).not.toBe(id);
  expect(await ops('dead-letters', 'drop', again.id)).toMatchObject({ code: 0 });
  await gone(mark);
  await eventually(async () => expect(await gauge()).toBe(before));
});

test('lists a message that the orchestrator cannot read with its faulty field, and drops it', async () => {
  const { stack } = story;
  const correlationId = uuidv7();
  const { headers } = encodeEvent(uploadedEvent(correlationId), 'cloudEvents_');
  const messageId = eventIds.imageUploaded(correlationId);
  const body = Buffer.from('{"objectKey":7}');
  await publishRaw({ exchange: exchanges.imageUploaded }, body, { headers, messageId });

  const { id, line } = await listed(correlationId);
  expect(line).toContain('objectKey');
  const gauge = await sumMetric(
    stack.url('svc-analysis-orchestrator'),
    'orchestrator_dead_letters',
    workQueues.imageUploaded.name,
  );
  expect(gauge).toBeGreaterThan(0);
  expect((await ops('dead-letters', 'show', id)).out).toContain('"objectKey": 7');
  expect(await ops('dead-letters', 'drop', id)).toMatchObject({ code: 0 });
  await gone(correlationId);
});

test.each([
  ['the work queue', workQueues.imageUploaded.name],
  ['a batch queue', batchQueues[3]?.name ?? ''],
])(
  'redrives a dead letter to %s that it came from, under its own event id, into one workflow',
  async (_, origin) => {
    const { stack } = story;
    const correlationId = uuidv7();
    const event = uploadedEvent(correlationId);
    const { headers, body } = encodeEvent(event, 'cloudEvents_');
    const reason = { dlq_reason: 'a fault of an older version', dlq_attempts: '1' };
    const deadLettered = { ...headers, ...reason, dlq_queue: origin };
    await publishRaw(
      { exchange: 'orchestrator.dlx', routingKey: workQueues.imageUploaded.name },
      body,
      { headers: deadLettered, messageId: event.id },
    );

    const { id } = await listed(correlationId);
    const redriven = await ops('dead-letters', 'redrive', id);
    expect(redriven).toMatchObject({
      code: 0,
      out: `${id} redriven to ${origin}`,
    });
    await gone(correlationId);
    const runs = await eventually(() => readRuns(stack, correlationId), { within: 30_000 });
    expect(runs.runs).toBe(1);
  },
);

test('refuses an unknown or missing id of a dead letter, and says what is allowed', async () => {
  expect(await ops('dead-letters', 'show', '12345678')).toMatchObject({
    code: 2,
    err: expect.stringContaining('list them first'),
  });
  expect(await ops('dead-letters', 'drop')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--all'),
  });
});
