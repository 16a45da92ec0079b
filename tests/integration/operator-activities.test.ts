// What an operator does to the one activity of an analysis: what its client hears, what `show` says.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { aRecognition, problem, recognized } from '../support/harness/adapter-stub.ts';
import { eventually } from '../support/harness/eventually.ts';
import { openOperatorHarness } from '../support/harness/operator.ts';
import { openWorkflowHarness, type WorkflowHarness } from '../support/harness/workflows.ts';

let harness: WorkflowHarness;
let acts: ReturnType<typeof openOperatorHarness>;
beforeAll(async () => {
  harness = await openWorkflowHarness();
  acts = openOperatorHarness(harness);
});
afterAll(() => harness.close());

describe('temporal activity complete', () => {
  test('ends the analysis with a recognition that was entered by hand', async () => {
    const photo = await acts.waiting();
    await acts.completeActivity(photo, aRecognition);
    await eventually(() => expect(acts.heard(photo)).toEqual(['success']));
    await eventually(async () => expect(await acts.status(photo)).toBe('COMPLETED'));
    expect(await acts.shown(photo)).toContain('Caterpillar 320D (identified)');
  });

  test.each([
    ['another shape', { brand: 'CAT' }, 'provider, aggregate'],
    ['null', null, 'provider, aggregate'],
    ['a wrong status', { ...aRecognition, status: 'sure' }, 'status'],
    ['too many reasons', { ...aRecognition, reasons: Array(9).fill('r') }, 'reasons'],
  ])('ends the analysis with a named failure for %s', async (_, result, fields) => {
    const photo = await acts.waiting();
    await acts.completeActivity(photo, result);
    await eventually(() => expect(acts.heard(photo)).toEqual(['VISION_REFUSED']));
    await eventually(async () => expect(await acts.status(photo)).toBe('FAILED'));
    expect(await acts.shown(photo)).toContain(`entered by hand is invalid: ${fields}`);
  });

  test('shortens what is too long for a search attribute, and announces all of it', async () => {
    const photo = await acts.waiting();
    const aggregate = { ...aRecognition.aggregate, brand: 'x'.repeat(5_000) };
    await acts.completeActivity(photo, { ...aRecognition, aggregate });
    await eventually(() => expect(acts.heard(photo)).toEqual(['success']));
    await eventually(async () => expect(await acts.status(photo)).toBe('COMPLETED'));
    expect(harness.ends(photo.correlationId)[0]?.aggregate?.brand).toHaveLength(5_000);
  });
});

test('temporal activity fail ends the analysis with the reason given', async () => {
  const photo = await acts.waiting();
  await acts.failActivity(photo, 'the photo is of a cat');
  await eventually(() => expect(acts.heard(photo)).toEqual(['VISION_REFUSED']));
  await eventually(async () => expect(await acts.status(photo)).toBe('FAILED'));
  expect(await acts.shown(photo)).toContain('VISION_REFUSED: the photo is of a cat');
});

describe('temporal activity pause', () => {
  test('is shown with its author, and the analysis goes on after unpause', async () => {
    const photo = await acts.waiting();
    await acts.pauseActivity(photo, 'the quota is used up');
    const shown = await acts.shown(photo);
    expect(shown).toMatch(/paused +by operator@example: the quota is used up/);
    expect(shown).toContain('temporal activity unpause');
    expect(acts.heard(photo)).toEqual([]);
    harness.adapterAnswers(photo.correlationId, recognized);
    await acts.resetActivity(photo); // the attempt in hand has no answer
    await acts.unpauseActivity(photo);
    await acts.completeActivity(photo, aRecognition);
    await eventually(() => expect(acts.heard(photo)).toEqual(['success']));
  });

  test('does not keep the analysis from being cancelled', async () => {
    const photo = await acts.waiting();
    await acts.pauseActivity(photo, '');
    await harness.handle(photo).cancel();
    await eventually(() => expect(acts.heard(photo)).toEqual(['CANCELLED']));
  });

  test('ends as TIMED_OUT when nobody ends the pause', async () => {
    const photo = await acts.waiting({ patienceMs: 3_000 });
    await acts.pauseActivity(photo, '');
    await eventually(() => expect(acts.heard(photo)).toEqual(['TIMED_OUT']));
  });
});

test('temporal activity reset makes the next attempt come at once', async () => {
  const photo = harness.photo();
  harness.adapterAnswers(photo.correlationId, problem(503, 'VISION_UNAVAILABLE'));
  await startAnalysis(harness.temporal, photo);
  await eventually(() => expect(harness.asked(photo.correlationId).length).toBeGreaterThan(2));
  const shown = await eventually(async () => {
    const text = await acts.shown(photo);
    return text.includes('next ') && text;
  });
  expect(shown).toMatch(/error +the adapter says VISION_UNAVAILABLE/);
  harness.adapterAnswers(photo.correlationId, recognized);
  await acts.resetActivity(photo);
  await eventually(() => expect(acts.heard(photo)).toEqual(['success']));
});

describe('temporal activity update-options', () => {
  test('ends as TIMED_OUT where a limit of attempts is over', async () => {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, problem(503, 'VISION_UNAVAILABLE'));
    await startAnalysis(harness.temporal, photo);
    await eventually(() => expect(harness.asked(photo.correlationId).length).toBeGreaterThan(1));
    await acts.updateActivity(photo, { maximumAttempts: 1 });
    await eventually(() => expect(acts.heard(photo)).toEqual(['TIMED_OUT']));
    await eventually(async () => expect(await acts.status(photo)).toBe('FAILED'));
    expect(await acts.shown(photo)).toContain(
      'TIMED_OUT: no recognition came in time: the adapter says VISION_UNAVAILABLE',
    );
  });

  test('ends as TIMED_OUT where a limit of time is over', async () => {
    const photo = await acts.waiting();
    await acts.updateActivity(photo, { maximumAttempts: 1, startToCloseSeconds: 1 });
    await eventually(() => expect(acts.heard(photo)).toEqual(['TIMED_OUT']));
  });

  test('is shown where it moved the activity to a task queue without workers', async () => {
    const photo = await acts.waiting();
    await acts.updateActivity(photo, { taskQueue: 'nowhere', startToCloseSeconds: 1 });
    await eventually(async () =>
      expect(await acts.shown(photo)).toMatch(/waits +in task queue nowhere, where no worker/),
    );
    // The move itself may begin an attempt. Nobody answers that one: it ends after its 5 s.
    await acts.updateActivity(photo, { taskQueue: 'recognition', startToCloseSeconds: 5 });
    await acts.resetActivity(photo);
    harness.adapterAnswers(photo.correlationId, recognized);
    await eventually(() => expect(acts.heard(photo)).toEqual(['success']));
  });
});

test('ops analyses show names the last error of a run that ended as TIMED_OUT with an attempt in hand', async () => {
  const photo = harness.photo({ patienceMs: 5_000 });
  const unavailable = problem(503, 'VISION_UNAVAILABLE');
  harness.adapterAnswers(photo.correlationId, (request, attempt) =>
    attempt === 1 ? unavailable(request, attempt) : new Promise(() => undefined),
  );
  await startAnalysis(harness.temporal, photo);
  await eventually(async () => expect(await acts.status(photo)).toBe('FAILED'));
  expect(await acts.shown(photo)).toMatch(
    /error +the adapter says VISION_UNAVAILABLE, before attempt 2/,
  );
});
