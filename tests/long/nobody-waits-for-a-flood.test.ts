// One owner's many photos beside another's few, with Vision's quota at 5 a second.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { batchQueueOf } from '../../contracts/priorities.ts';
import { ownerFrom } from '../../gateway/auth/verify-token.ts';
import { flood, stopFloods } from '../support/flood.ts';
import { countOpenRuns } from '../support/harness/temporal.ts';
import { beginStory, endOf, samplePhoto, type Story, type User } from '../support/harness/users.ts';
import {
  askLoadVision,
  askLocalVision,
  limitRecognitions,
} from '../support/vision/use-load-vision.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
  await askLoadVision(story.stack);
  await story.stack.restart('graph-gateway', { MUTATIONS_PER_MINUTE: '100000' });
}, 120_000);
afterAll(async () => {
  await story.stack.restart('recognition-worker', {});
  await story.stack.restart('graph-gateway', {});
  await askLocalVision(story.stack);
}, 120_000);

const batchQueueOfUser = async ({ token }: User) =>
  batchQueueOf(ownerFrom(decodeJwt(await token()), ['iss', 'sub']));

/** A user whose batches wait in another queue than the other's. */
async function userApartFrom(other: User): Promise<User> {
  for (;;) {
    const user = story.newUser();
    if ((await batchQueueOfUser(user)) !== (await batchQueueOfUser(other))) return user;
  }
}

afterEach(stopFloods);

test('analyzes one photo of another owner before 30 more of a flood of 500 have ended, and loses none of the flood', async () => {
  await limitRecognitions(story.stack, 5);
  const a = await flood(story.newUser(), 500);
  const b = story.newUser();
  const { correlationId } = await b.client.upload(await samplePhoto());
  const before = a.ended();
  expect(before).toBeLessThan(400); // still a flood
  await endOf(b.client, correlationId);
  expect(a.ended() - before).toBeLessThanOrEqual(30);

  await limitRecognitions(story.stack, 1_000);
  await a.allEnded(180_000);
}, 400_000);

test('ends a batch of 100 behind a flood of 1,000 before 300 more of the flood have ended', async () => {
  await limitRecognitions(story.stack, 5);
  const userA = story.newUser();
  const a = await flood(userA, 1_000);
  const c = await flood(await userApartFrom(userA), 100);
  const before = a.ended();
  expect(before).toBeLessThan(600);
  await c.allEnded(180_000);
  expect(a.ended() - before).toBeLessThan(300);

  await limitRecognitions(story.stack, 1_000);
  await a.allEnded(240_000);
}, 600_000);

test('keeps fewer than 500 analyses open while a flood of 2,000 is worked off without a quota, and loses none', async () => {
  await limitRecognitions(story.stack, 1_000);
  await story.stack.stop('svc-analysis-orchestrator');
  const a = await flood(story.newUser(), 2_000);
  await story.stack.start('svc-analysis-orchestrator');
  const open: number[] = [];
  while (a.ended() < a.correlationIds.length) {
    open.push(await countOpenRuns(story.stack));
    await pause(1_000);
  }
  expect(Math.max(...open)).toBeGreaterThan(10); // it was looked at while it worked
  expect(Math.max(...open)).toBeLessThan(500);
  await a.allEnded(1_000);
}, 900_000);
