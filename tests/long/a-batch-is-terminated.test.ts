import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { silentLogger } from '../../platform/logger.ts';
import { connectTemporal, type Temporal } from '../../platform/temporal/temporal.ts';
import { startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { keys } from '../../workflows/search-attributes.ts';
import { eventually } from '../support/harness/eventually.ts';
import { analysisInput } from '../support/harness/temporal.ts';
import {
  beginStory,
  completedIn,
  endOf,
  samplePhoto,
  startedIn,
  watchFeed,
  type Story,
} from '../support/harness/users.ts';

const runs = 300;

let story: Story;
let temporal: Temporal;
beforeAll(async () => {
  story = await beginStory();
  await story.stack.stop('recognition-worker');
  temporal = connectTemporal({
    address: `127.0.0.1:${story.stack.stack.ports.temporal}`,
    namespace: 'default',
    identity: 'test',
    logger: silentLogger(),
  });
  await temporal.connected();
});
afterAll(async () => {
  await temporal.close();
  await story.stack.start('recognition-worker');
});

test('open subscribers get TERMINATED once each, within a minute, when an operator terminates a batch', async () => {
  const { client } = story.newUser();
  const feed = await watchFeed(client);
  const { correlationId } = await client.upload(await samplePhoto());
  const end = endOf(client, correlationId);
  const owner = await ownerOf(correlationId);
  const ids = [correlationId, ...(await startOthers(owner))];
  await eventually(() => expect(startedIn(feed.events)).toHaveLength(runs));

  const terminatedAt = Date.now();
  await terminateAllOf(owner);
  expect(await end).toMatchObject({ success: false, failure: { code: 'TERMINATED' } });
  await feed.ended(ids);
  expect(Date.now() - terminatedAt).toBeLessThan(60_000);
  await feed.stop();
  expect(completedIn(feed.events).toSorted()).toEqual(ids.toSorted());
});

const ownerOf = (correlationId: string) =>
  eventually(async () => {
    const { workflow } = temporal.client();
    const run = await workflow.getHandle(analysisWorkflowId(correlationId)).describe();
    return run.typedSearchAttributes.get(keys.owner) ?? false;
  });

/** As many more analyses of the same owner as make the batch. */
async function startOthers(owner: string): Promise<string[]> {
  const photos = Array.from({ length: runs - 1 }, () =>
    analysisInput({ owner, patienceMs: 600_000 }),
  );
  for (const photo of photos) await startAnalysis(temporal, photo);
  return photos.map(({ correlationId }) => correlationId);
}

async function terminateAllOf(owner: string): Promise<void> {
  const { namespace } = temporal;
  await temporal.client().workflowService.startBatchOperation({
    namespace,
    visibilityQuery: `Owner = '${owner}'`,
    jobId: randomUUID(),
    reason: 'a test',
    terminationOperation: {},
  });
}
