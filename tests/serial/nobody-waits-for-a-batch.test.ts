import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { flood, stopFloods } from '../support/flood.ts';
import { beginStory, endOf, samplePhoto, type Story } from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
  // The batch waits, however fast the machine is.
  await story.stack.restart('recognition-worker', { RECOGNITIONS_PER_SECOND: '5' });
}, 60_000);
afterAll(() => story.stack.restart('recognition-worker', {}));

afterEach(stopFloods);

test('analyzes one photo of another owner before 20 more of a batch have ended, and ends all of the batch', async () => {
  const batch = await flood(story.newUser(), 120);
  const { client } = story.newUser();
  const { correlationId } = await client.upload(await samplePhoto());
  const before = batch.ended();
  expect(before).toBeLessThan(100); // the others wait still
  expect(await endOf(client, correlationId)).toMatchObject({ success: true });
  expect(batch.ended() - before).toBeLessThanOrEqual(20);
  await batch.allEnded(90_000);
}, 150_000);
