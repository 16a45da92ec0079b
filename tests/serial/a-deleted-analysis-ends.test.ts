import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { eventually } from '../support/harness/eventually.ts';
import { askTemporal } from '../support/harness/temporal.ts';
import {
  beginStory,
  completedIn,
  endOf,
  samplePhoto,
  startedIn,
  watchFeed,
  type Story,
} from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
  await story.stack.stop('recognition-worker');
});
afterAll(() => story.stack.start('recognition-worker'));

test('open subscribers get TERMINATED once, within a minute, when an operator deletes a run', async () => {
  const { client } = story.newUser();
  const feed = await watchFeed(client);
  const { correlationId } = await client.upload(await samplePhoto());
  const end = endOf(client, correlationId);
  await eventually(() => expect(startedIn(feed.events)).toEqual([correlationId]));

  const deletedAt = Date.now();
  await askTemporal(story.stack, ({ workflowService, options: { namespace } }) =>
    workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId: analysisWorkflowId(correlationId) },
    }),
  );
  expect(await end).toMatchObject({ success: false, failure: { code: 'TERMINATED' } });
  expect(Date.now() - deletedAt).toBeLessThan(60_000);
  await feed.ended([correlationId]);
  await feed.stop();
  expect(completedIn(feed.events)).toEqual([correlationId]);
  // Whoever comes later gets the same end.
  expect(await endOf(client, correlationId)).toMatchObject({ failure: { code: 'TERMINATED' } });
});
