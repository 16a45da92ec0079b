// What an operator does to a whole run: what its client hears, what `show` says.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelRun } from '../../operations/analyses/cancel-run.ts';
import { redoAnalysis } from '../../operations/analyses/redo-analysis.ts';
import { whyNotFound } from '../../operations/analyses/why-not-found.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { eventually } from '../support/harness/eventually.ts';
import { openOperatorHarness, type HandSignal, type ResetTo } from '../support/harness/operator.ts';
import {
  aRecognition,
  openWorkflowHarness,
  recognized,
  type WorkflowHarness,
} from '../support/harness/workflows.ts';

let harness: WorkflowHarness;
let acts: ReturnType<typeof openOperatorHarness>;
beforeAll(async () => {
  harness = await openWorkflowHarness();
  acts = openOperatorHarness(harness);
});
afterAll(() => harness.close());

const untilHeard = (photo: AnalysisInput, ...ends: string[]) =>
  eventually(() => expect(acts.heard(photo)).toEqual(ends));
const untilStatus = (photo: AnalysisInput, status: string) =>
  eventually(async () => expect(await acts.status(photo)).toBe(status));

async function completed(): Promise<AnalysisInput> {
  const photo = harness.photo();
  await startAnalysis(harness.temporal, photo);
  await untilStatus(photo, 'COMPLETED');
  return photo;
}

/** Another run, terminated later, is announced later: whatever was to come has come. */
async function untilLookedForEnds(): Promise<void> {
  const later = await acts.waiting();
  await harness.handle(later).terminate('later');
  await untilHeard(later, 'TERMINATED');
}

describe('temporal workflow cancel and terminate', () => {
  test('are shown with their author and reason', async () => {
    const [cancelled, terminated] = [await acts.waiting(), await acts.waiting()];
    await harness.handle(cancelled).cancel();
    await harness.handle(terminated).terminate('a broken photo');
    await untilHeard(cancelled, 'CANCELLED');
    await untilStatus(cancelled, 'CANCELLED');
    expect(await acts.shown(cancelled)).toMatch(/ended +by test/);
    await untilHeard(terminated, 'TERMINATED');
    expect(await acts.shown(terminated)).toMatch(/ended +by test: a broken photo/);
  });
});

describe('temporal workflow pause', () => {
  test('is shown with its author; the client hears the end after unpause', async () => {
    const photo = await acts.waiting();
    await acts.pause(photo, 'look at it first');
    await acts.completeActivity(photo, aRecognition);
    const shown = await acts.shown(photo);
    expect(shown).toMatch(/state +PAUSED/);
    expect(shown).toMatch(/paused +by operator@example: look at it first/);
    expect(acts.heard(photo)).toEqual([]);
    await acts.unpause(photo);
    await untilHeard(photo, 'success');
  });

  test('does not keep `ops analyses cancel` from ending the analysis', async () => {
    const photo = await acts.waiting();
    await acts.pause(photo, '');
    await cancelRun(harness.client, await harness.handle(photo).describe());
    await untilHeard(photo, 'CANCELLED');
  });

  test.each([
    ['cancels it', false, ['CANCELLED', 'success']],
    ['terminates it', true, ['success']],
  ])('does not keep `ops analyses redo` from a new run: %s', async (_, terminate, ends) => {
    const photo = await acts.waiting();
    await acts.pause(photo, '');
    harness.adapterAnswers(photo.correlationId, recognized);
    const how = { terminate, waitMs: 15_000, onStep: () => undefined };
    await redoAnalysis(harness.client, photo.correlationId, how);
    await untilHeard(photo, ...ends);
  });

  test('keeps a terminated run from nothing', async () => {
    const photo = await acts.waiting();
    await acts.pause(photo, '');
    await harness.handle(photo).terminate('paused too long');
    await untilHeard(photo, 'TERMINATED');
  });
});

describe('temporal workflow delete', () => {
  test('of a running one lets its client hear TERMINATED once, and is told by `show`', async () => {
    const photo = await acts.waiting();
    await acts.remove(photo);
    await untilHeard(photo, 'TERMINATED');
    expect(harness.ends(photo.correlationId)[0]?.failure?.message).toContain('deleted');
    await eventually(async () =>
      expect(await whyNotFound(harness.client, photo.correlationId)).toContain(
        'was deleted by an operator: its client got TERMINATED at',
      ),
    );
    await untilLookedForEnds();
    expect(acts.heard(photo)).toEqual(['TERMINATED']);
  });

  test('of a paused one lets its client hear TERMINATED', async () => {
    const photo = await acts.waiting();
    await acts.pause(photo, '');
    await acts.remove(photo);
    await untilHeard(photo, 'TERMINATED');
  });

  test('of a closed one changes nothing for its client', async () => {
    const photo = await completed();
    await acts.remove(photo);
    await eventually(() =>
      harness
        .handle(photo)
        .describe()
        .then(
          () => false,
          () => true,
        ),
    );
    await untilLookedForEnds();
    expect(acts.heard(photo)).toEqual(['success']);
  });

  test('of a terminated one whose end is announced changes nothing', async () => {
    const photo = await acts.waiting();
    await harness.handle(photo).terminate('first');
    await untilHeard(photo, 'TERMINATED');
    await acts.remove(photo);
    await untilLookedForEnds();
    expect(acts.heard(photo)).toEqual(['TERMINATED']);
  });

  test('of a redo lets its client hear TERMINATED for the redo', async () => {
    const photo = await completed();
    harness.adapterAnswers(photo.correlationId, () => new Promise(() => undefined));
    const how = { terminate: false, waitMs: 0, onStep: () => undefined };
    await redoAnalysis(harness.client, photo.correlationId, how);
    await eventually(() => expect(harness.asked(photo.correlationId)).toHaveLength(2));
    await acts.remove(photo);
    await untilHeard(photo, 'success', 'TERMINATED');
  });
});

describe('temporal workflow reset', () => {
  const places: ResetTo[] = ['first workflow task', 'last workflow task'];

  test.each(places)('of a running one to its %s gives its client one end', async (to) => {
    const photo = await acts.waiting();
    harness.adapterAnswers(photo.correlationId, recognized);
    const runId = await acts.reset(photo, to);
    await untilHeard(photo, 'success');
    await untilStatus(photo, 'COMPLETED');
    expect(await acts.shown(photo)).toContain(runId);
    await untilLookedForEnds();
    expect(acts.heard(photo)).toEqual(['success']);
  });

  test('of a closed one to its first workflow task asks Vision again and announces another end', async () => {
    const photo = await completed();
    await acts.reset(photo, 'first workflow task');
    await untilHeard(photo, 'success', 'success');
    expect(harness.asked(photo.correlationId)).toHaveLength(2);
    const [first, second] = harness.ends(photo.correlationId);
    expect(Date.parse(second?.startedAt ?? '')).toBeGreaterThan(Date.parse(first?.startedAt ?? ''));
  });

  test('of a closed one to its last workflow task repeats the answer without asking Vision', async () => {
    const photo = await completed();
    await acts.reset(photo, 'last workflow task');
    await untilHeard(photo, 'success', 'success');
    expect(harness.asked(photo.correlationId)).toHaveLength(1);
  });

  test('of a cancelled one to its first workflow task recognises the photo', async () => {
    const photo = await acts.waiting();
    await harness.handle(photo).cancel();
    await untilStatus(photo, 'CANCELLED');
    harness.adapterAnswers(photo.correlationId, recognized);
    await acts.reset(photo, 'first workflow task');
    await eventually(() => expect(acts.heard(photo)).toHaveLength(2));
    expect(acts.heard(photo)[0]).toBe('CANCELLED');
  });
});

describe('temporal workflow signal', () => {
  const odd: Record<string, HandSignal> = {
    'no payload': {},
    null: { input: 'null' },
    'a text': { input: '"CAT"' },
    'a list': { input: '[1]' },
    'another shape': { input: '{"recognition":{"brand":"CAT"}}' },
    'a run that is no text': { input: JSON.stringify({ runId: 7, recognition: aRecognition }) },
    'the encoding json/protobuf, which the UI offers': {
      input: '{"recognition":{}}',
      encoding: 'json/protobuf',
    },
    'an encrypted payload': { input: 'x', encoding: 'binary/encrypted' },
    'broken JSON': { input: '{' },
  };

  test.each(Object.entries(odd))('is ignored with %s, and counted by `show`', async (_, signal) => {
    const photo = await acts.waiting();
    await acts.signal(photo, signal);
    await eventually(async () =>
      expect(await acts.shown(photo)).toMatch(/signals +1 ignored: their payload/),
    );
    await acts.completeActivity(photo, aRecognition);
    await untilHeard(photo, 'success');
  });

  test('is ignored under a name that nobody listens to', async () => {
    const photo = await acts.waiting();
    await acts.signal(photo, { name: 'approve', input: '1' });
    await acts.completeActivity(photo, aRecognition);
    await untilHeard(photo, 'success');
  });

  test('ends the analysis with a recognition that was sent by hand', async () => {
    const photo = await acts.waiting();
    await acts.signal(photo, { input: JSON.stringify({ recognition: aRecognition }) });
    await untilHeard(photo, 'success');
  });
});

test('temporal workflow start with the input of no upload fails at once, and nobody hears of it', async () => {
  const { client } = harness;
  const handle = await client.workflow.start('analyzeImage', {
    workflowId: 'analysis-by-hand',
    taskQueue: 'analysis',
    args: [{ photo: 'cat.jpg' }],
  });
  await expect(handle.result()).rejects.toThrow('Workflow execution failed');
  expect((await handle.describe()).status.name).toBe('FAILED');
});

test('temporal batch operations are those of single runs', async () => {
  const { client } = harness;
  const photos = [await acts.waiting(), await acts.waiting()];
  const ids = photos.map((photo) => `'${harness.handle(photo).workflowId}'`).join(', ');
  const visibilityQuery = `WorkflowId IN (${ids})`;
  await eventually(async () =>
    expect((await client.workflow.count(visibilityQuery)).count).toBe(2),
  );
  await client.workflowService.startBatchOperation({
    namespace: client.options.namespace,
    visibilityQuery,
    jobId: crypto.randomUUID(),
    reason: 'a test',
    deletionOperation: {},
  });
  for (const photo of photos) await untilHeard(photo, 'TERMINATED');
});
