// A workflow worker that keeps no run in memory: each task replays from the first event.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  signalRecognition,
  startAnalysis,
} from '../../workers/orchestrator/intake/start-analysis.ts';
import {
  aRecognition,
  noAnswer,
  openWorld,
  problem,
  recognized,
  type World,
} from '../support/harness/workflows.ts';
import { eventually } from '../support/harness/eventually.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ maxCachedWorkflows: 0 });
});
afterAll(() => world.close());

test('five runs side by side, each with a second try, end once and right', async () => {
  const photos = Array.from({ length: 5 }, () => world.photo());
  for (const photo of photos) {
    world.adapterAnswers(photo.correlationId, (request, attempt) =>
      attempt === 1 ? problem(503, 'VISION_UNAVAILABLE')(request, 1) : recognized(request, attempt),
    );
    await startAnalysis(world.temporal, photo);
  }
  for (const photo of photos) {
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(world.ends(photo.correlationId)).toMatchObject([{ success: true }]);
    expect(world.asked(photo.correlationId)).toHaveLength(2);
  }
});

test('a wait is left by a signal, a query and a cancel are answered', async () => {
  const [signalled, cancelled] = [world.photo(), world.photo()];
  for (const photo of [signalled, cancelled]) {
    world.adapterAnswers(photo.correlationId, noAnswer);
    await startAnalysis(world.temporal, photo);
    await eventually(() => {
      expect(world.asked(photo.correlationId)).toHaveLength(1);
    });
    expect(await world.handle(photo).query('progress')).toEqual({
      step: 'asking the vision adapter',
    });
  }
  const { runId } = await world.handle(signalled).describe();
  const fact = { eventId: 'e', runId, recognition: aRecognition };
  await signalRecognition(world.temporal, signalled, fact);
  await world.handle(cancelled).cancel();
  await expect(world.handle(signalled).result()).resolves.toEqual(aRecognition);
  await expect(world.handle(cancelled).result()).rejects.toThrow();
  expect(world.ends(signalled.correlationId)).toMatchObject([{ success: true }]);
  expect(world.ends(cancelled.correlationId)).toMatchObject([{ failure: { code: 'CANCELLED' } }]);
});
