import { expect, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { encodeEvent } from '../../../contracts/cloudevents.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';
import { recognised, uploaded } from '../../../tests/support/hostile-input/good-events.ts';
import { takeRecognition, takeUpload } from './take-event.ts';

/** Takes a recognition of that run; counts the calls to Temporal. */
async function takeOne(runid?: string) {
  let calls = 0;
  const temporal = { withTimeout: () => Promise.resolve(void (calls += 1)) } as unknown as Temporal;
  const take = takeRecognition(temporal, { entry: 'adapter', patienceMs: 1_000, graceMs: 1_000 });
  const event = { ...recognised(), runid };
  const { headers, body } = encodeEvent(event, 'cloudEvents_');
  const taken = await take({ messageId: event.id, headers, body, deliveryCount: 0 });
  return { ...taken, calls };
}

test('acknowledges a recognition that a run asked for without a call to Temporal', async () => {
  expect(await takeOne('run-1')).toMatchObject({ outcome: 'answered', calls: 0 });
});

test('signals a recognition that no run asked for', async () => {
  expect(await takeOne()).toMatchObject({ outcome: 'accepted', calls: 1 });
});

const notDeleted = new WorkflowNotFoundError('no deletion', 'delete', undefined);

/** Takes an upload of that age; the input that its run is started with. */
async function inputOfUpload(ageMs: number, waitedMs = 0): Promise<AnalysisInput> {
  const inputs: AnalysisInput[] = [];
  const workflow = {
    getHandle: () => ({ describe: () => Promise.reject(notDeleted) }),
    start: (_: string, { args }: { args: [AnalysisInput] }) =>
      Promise.resolve(inputs.push(...args)),
  };
  const temporal = {
    withTimeout: (_: number, call: (client: unknown) => unknown) => call({ workflow }),
  } as unknown as Temporal;
  const take = takeUpload(temporal, { entry: 'adapter', patienceMs: 1_000, graceMs: 1_000 });
  const time = new Date(Date.now() - ageMs).toISOString();
  const event = { ...uploaded(), time };
  const { headers, body } = encodeEvent(event, 'cloudEvents_');
  headers['kafka-consumed-at'] = new Date(Date.now() - waitedMs).toISOString();
  await take({ messageId: event.id, headers, body, deliveryCount: 0 });
  const [input] = inputs;
  if (input === undefined) throw new Error('not started');
  expect([undefined, time]).toContain(input.uploadedAt);
  return input;
}

test('says of an old upload when it was, so that a recognition already paid for is looked for', async () => {
  expect((await inputOfUpload(2 * 60 * 60_000)).uploadedAt).toBeDefined();
});

test('says nothing of the kind of a new upload', async () => {
  expect((await inputOfUpload(60_000)).uploadedAt).toBeUndefined();
});

test('says nothing of the kind of an upload that has waited for hours in RabbitMQ', async () => {
  expect((await inputOfUpload(2 * 60 * 60_000, 2 * 60 * 60_000)).uploadedAt).toBeUndefined();
});
