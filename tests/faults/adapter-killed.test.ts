// The adapter dies by kill -9 when a recognition is published and not yet answered.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { healthUrlOf } from '../../infra/stack/ports.ts';
import { topics } from '../../contracts/topology.ts';
import { openProxy, targetOf, type Proxy } from '../support/harness/proxy.ts';
import { countRecords, readRecord } from '../support/messaging/kafka.ts';
import { sumMetric } from '../support/harness/metrics.ts';
import { readRuns } from '../support/harness/temporal.ts';
import { beginStory, deadline, endOf, samplePhoto, type Story } from '../support/harness/users.ts';

let story: Story;
let proxy: Proxy;
beforeAll(async () => {
  story = await beginStory();
  const { stack } = story;
  proxy = await openProxy(targetOf(stack.url('svc-ai-vision-adapter')));
  await stack.restart('recognition-worker', {
    VISION_ADAPTER_URL: `http://127.0.0.1:${proxy.port}`,
  });
});
afterAll(async () => {
  await story.stack.restart('recognition-worker', {});
  await proxy.close();
});

/** As local-vision counts them: the adapter's own counter dies with it. */
const countCalls = () =>
  sumMetric(
    healthUrlOf(story.stack.stack, 'local-vision'),
    'vision_call_duration_seconds_count',
    'code="OK"',
  );

test('answers from the published event after the adapter was killed, with one Vision call and one event', async () => {
  const { stack } = story;
  const { client } = story.newUser();
  const calls = await countCalls();
  const records = await countRecords(topics.recognitionCompleted);
  proxy.discardResponses();
  const { correlationId, objectKey } = await client.upload(await samplePhoto(), {
    signal: deadline(),
  });
  await readRecord(topics.recognitionCompleted, objectKey);
  await stack.kill('svc-ai-vision-adapter');
  proxy.disconnect();

  expect(await endOf(client, correlationId)).toMatchObject({
    success: true,
    recognition: { aggregate: { brand: 'Caterpillar', model: '320D' } },
  });
  const run = await readRuns(stack, correlationId);
  expect(run).toMatchObject({ runs: 1, askedVision: true, signalled: false });
  expect(run.attempts).toBeGreaterThan(1);
  expect((await countCalls()) - calls).toBe(1);
  expect((await countRecords(topics.recognitionCompleted)) - records).toBe(1);
});
