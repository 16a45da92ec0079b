// A workflow worker that keeps no run in memory: each task replays from the first event.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  signalRecognition,
  startAnalysis,
} from '../../workers/orchestrator/intake/start-analysis.ts';
import { aRecognition, problem, recognized } from '../support/harness/adapter-stub.ts';
import {
  noAnswer,
  openWorkflowHarness,
  type WorkflowHarness,
} from '../support/harness/workflows.ts';
import { eventually } from '../support/harness/eventually.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await openWorkflowHarness({ maxCachedWorkflows: 0 });
});
afterAll(() => harness.close());

test('ends five runs side by side once each, with their second attempts, in a worker without a cache', async () => {
  const photos = Array.from({ length: 5 }, () => harness.photo());
  for (const photo of photos) {
    harness.adapterAnswers(photo.correlationId, (request, attempt) =>
      attempt === 1 ? problem(503, 'VISION_UNAVAILABLE')(request, 1) : recognized(request, attempt),
    );
    await startAnalysis(harness.temporal, photo);
  }
  for (const photo of photos) {
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(harness.ends(photo.correlationId)).toMatchObject([{ success: true }]);
    expect(harness.asked(photo.correlationId)).toHaveLength(2);
  }
});

test('takes a signal, a query and a cancel in a worker without a cache', async () => {
  const [signalled, cancelled] = [harness.photo(), harness.photo()];
  for (const photo of [signalled, cancelled]) {
    harness.adapterAnswers(photo.correlationId, noAnswer);
    await startAnalysis(harness.temporal, photo);
    await eventually(() => {
      expect(harness.asked(photo.correlationId)).toHaveLength(1);
    });
    expect(await harness.handle(photo).query('progress')).toEqual({
      step: 'asking the vision adapter',
    });
  }
  const { runId } = await harness.handle(signalled).describe();
  const signal = { eventId: 'e', runId, recognition: aRecognition };
  await signalRecognition(harness.temporal, signalled, signal);
  await harness.handle(cancelled).cancel();
  await expect(harness.handle(signalled).result()).resolves.toEqual(aRecognition);
  await expect(harness.handle(cancelled).result()).rejects.toThrow();
  expect(harness.ends(signalled.correlationId)).toMatchObject([{ success: true }]);
  expect(harness.ends(cancelled.correlationId)).toMatchObject([{ failure: { code: 'CANCELLED' } }]);
});
