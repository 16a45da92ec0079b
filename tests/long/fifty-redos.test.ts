import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { redoListed } from '../../operations/analyses/redo-listed.ts';
import { listedRuns } from '../../operations/analyses/list-runs.ts';
import { keys } from '../../workflows/search-attributes.ts';
import { eventually } from '../support/harness/eventually.ts';
import { openOperatorDoor } from '../support/orchestrator/operator-door.ts';
import { sumMetric } from '../support/harness/metrics.ts';
import {
  beginStory,
  completedIn,
  samplePhoto,
  startedIn,
  watchFeed,
  type Story,
} from '../support/harness/users.ts';
import { askLocalVision } from '../support/vision/use-load-vision.ts';

const photos = 50;

let story: Story;
let connection: Connection;
let client: Client;
beforeAll(async () => {
  story = await beginStory();
  connection = await Connection.connect({
    address: `127.0.0.1:${story.stack.stack.ports.temporal}`,
  });
  client = new Client({ connection });
});
afterAll(async () => {
  await connection.close();
  await askLocalVision(story.stack);
  await story.stack.start('recognition-worker');
});

test('fifty redos at once come to one end each, though Vision takes 5 s for each', async () => {
  const { stack } = story;
  await stack.start('load-vision', { LOAD_VISION_LATENCY: '5s' });
  await stack.restart('svc-ai-vision-adapter', {
    VISION_ENDPOINT: stack.url('load-vision'),
    VISION_PROVIDER: 'load-test',
  });
  await redoFifty();
  expect(await sumMetric(stack.url('svc-ai-vision-adapter'), 'vision_calls_total')).toBe(photos);
});

/** Each photo is cancelled while nothing works on it, then all are redone and recognised. */
async function redoFifty(): Promise<void> {
  const { stack } = story;
  await stack.stop('recognition-worker');
  const user = story.newUser();
  const feed = await watchFeed(user.client);
  for (let index = 0; index < photos; index += 1) await user.client.upload(await samplePhoto());
  await eventually(() => expect(startedIn(feed.events)).toHaveLength(photos));
  const ids = startedIn(feed.events);
  const owner = await ownerOf(ids[0] ?? '');
  for (const id of ids) await client.workflow.getHandle(`analysis-${id}`).cancel();
  await feed.ended(ids);

  const door = await openOperatorDoor(stack);
  const filter = { owner, state: 'cancelled', first: photos };
  await eventually(async () => expect(await listedRuns(client, filter)).toHaveLength(photos));
  expect(
    await redoListed(
      client,
      filter,
      (id) => door.redo(id, { running: 'refuse' }),
      () => undefined,
    ),
  ).toEqual([expect.stringContaining(`${photos} redone`)]);
  await stack.start('recognition-worker');
  const recognised = () =>
    feed.events.filter((event) => event.state === 'completed' && event.success);
  await eventually(() => recognised().length >= photos, { within: 100_000 });
  await feed.stop();
  expect(completedIn(feed.events).toSorted()).toEqual([...ids, ...ids].toSorted());
}

const ownerOf = async (correlationId: string) => {
  const run = await client.workflow.getHandle(`analysis-${correlationId}`).describe();
  return run.typedSearchAttributes.get(keys.owner) ?? '';
};
