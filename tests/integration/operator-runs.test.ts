// What an operator does to a whole run: what its client hears, what `show` says.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { cancelRun } from '../../activities/cancel-run.ts';
import { listedRuns, listRuns, type Filter } from '../../operations/analyses/list-runs.ts';
import { redoRun } from '../../workers/orchestrator/acts/redo-run.ts';
import { redoListed } from '../../operations/analyses/redo-listed.ts';
import { whyNotFound } from '../../operations/analyses/why-not-found.ts';
import { UsageError } from '../../operations/command-line/arguments.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { aRecognition, problem, recognized } from '../support/harness/adapter-stub.ts';
import { eventually } from '../support/harness/eventually.ts';
import { openOperatorHarness, type HandSignal, type ResetTo } from '../support/harness/operator.ts';
import { openWorkflowHarness, type WorkflowHarness } from '../support/harness/workflows.ts';

const redoOne = (correlationId: string) =>
  redoRun(harness.client, correlationId, { running: 'refuse', waitMs: 0 });

let harness: WorkflowHarness;
let acts: ReturnType<typeof openOperatorHarness>;
let deletedAfterItsEnd: AnalysisInput; // the server takes half a minute for it
beforeAll(async () => {
  harness = await openWorkflowHarness();
  acts = openOperatorHarness(harness);
  deletedAfterItsEnd = await completed();
  await acts.remove(deletedAfterItsEnd);
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

  test('holds TIMED_OUT back until unpause', async () => {
    const photo = await acts.waiting({ patienceMs: 2_000 });
    await acts.pause(photo, '');
    await untilLookedForEnds();
    await new Promise((resolve) => setTimeout(resolve, 3_000)); // longer than the run may wait
    expect(acts.heard(photo)).toEqual([]);
    await acts.unpause(photo);
    await untilHeard(photo, 'TIMED_OUT');
  });

  test('does not keep `ops analyses cancel` from ending the analysis', async () => {
    const photo = await acts.waiting();
    await acts.pause(photo, '');
    await cancelRun(harness.client, await harness.handle(photo).describe());
    await untilHeard(photo, 'CANCELLED');
  });

  test('lets `ops analyses cancel` tell how a run has ended meanwhile', async () => {
    const photo = await acts.waiting();
    await acts.pause(photo, '');
    const paused = await harness.handle(photo).describe();
    await acts.unpause(photo);
    await acts.completeActivity(photo, aRecognition);
    await untilStatus(photo, 'COMPLETED');
    expect((await cancelRun(harness.client, paused)).status.name).toBe('COMPLETED');
  });

  test.each([
    ['cancels it', false, ['CANCELLED', 'success']],
    ['terminates it', true, ['success']],
  ])('does not keep `ops analyses redo` from a new run: %s', async (_, terminate, ends) => {
    const photo = await acts.waiting();
    await acts.pause(photo, '');
    harness.adapterAnswers(photo.correlationId, recognized);
    const running = terminate ? 'terminate' : 'cancel';
    const how = { running, waitMs: 15_000 } as const;
    await redoRun(harness.client, photo.correlationId, how);
    await untilHeard(photo, ...ends);
  });

  test('does not keep a terminated run from being announced', async () => {
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
    const how = { running: 'refuse', waitMs: 0 } as const;
    await redoRun(harness.client, photo.correlationId, how);
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

test('ops analyses show says that an announcement waits for RabbitMQ', async () => {
  const photo = harness.photo();
  harness.publisherFails(photo.correlationId, true);
  await startAnalysis(harness.temporal, photo);
  await eventually(async () =>
    expect(await acts.shown(photo)).toMatch(/waits +until RabbitMQ confirms the announcement/),
  );
  harness.publisherFails(photo.correlationId, false);
  await untilHeard(photo, 'success');
});

test('ops analyses show says of a new id that its analysis has not begun', async () => {
  const { correlationId } = harness.photo();
  expect(await whyNotFound(harness.client, correlationId)).toMatch(
    /has not begun: its upload was started \d+ s ago/,
  );
  const old = '01900000-0000-7000-8000-000000000000';
  expect(await whyNotFound(harness.client, old)).toContain('not found: its upload was started');
});

test('temporal workflow update-options to a version that is not there is refused', async () => {
  const photo = await acts.waiting();
  await expect(acts.pin(photo, { deploymentName: 'none', buildId: 'none' })).rejects.toThrow(
    'not present in task queue',
  );
  await acts.completeActivity(photo, aRecognition);
  await untilHeard(photo, 'success');
});

test('temporal workflow update, to which nobody listens, changes nothing', async () => {
  const photo = await acts.waiting();
  const updated = acts.update(photo, 'approve').catch((error: unknown) => error);
  await acts.completeActivity(photo, aRecognition);
  await untilHeard(photo, 'success');
  expect(await updated).toBeDefined();
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

describe('ops analyses redo --code', () => {
  const redoAll = async (filter: Partial<Filter>) => {
    const printed: string[] = [];
    const last = await redoListed(harness.client, { first: 20, ...filter }, redoOne, (line) =>
      printed.push(line),
    );
    return [...printed, ...last];
  };

  test('redoes each failed photo once, and none that a redo has recognised', async () => {
    const photos = [harness.photo(), harness.photo(), harness.photo()];
    const owner = photos[0]?.owner ?? '';
    for (const photo of photos) {
      harness.adapterAnswers(photo.correlationId, problem(422, 'IMAGE_UNREADABLE'));
      await startAnalysis(harness.temporal, { ...photo, owner });
    }
    const filter = { owner, code: 'IMAGE_UNREADABLE' };
    await eventually(async () =>
      expect(await listedRuns(harness.client, { first: 20, ...filter })).toHaveLength(3),
    );
    for (const { correlationId } of photos) harness.adapterAnswers(correlationId, recognized);
    expect((await redoAll(filter)).at(-1)).toContain('3 redone');
    for (const photo of photos) await untilHeard(photo, 'IMAGE_UNREADABLE', 'success');
    expect(await redoAll(filter)).toEqual(['nothing to redo']);
    await eventually(async () =>
      expect(await listedRuns(harness.client, { first: 20, ...filter })).toEqual([]),
    );
    expect(photos.map(({ correlationId }) => harness.asked(correlationId).length)).toEqual([
      2, 2, 2,
    ]);
  });

  test.each([
    ['without a filter', {}],
    ['of open runs', { state: 'running' }],
    ['of an unknown code', { code: 'BROKEN' }],
  ])('refuses %s', async (_, filter) => {
    await expect(redoAll(filter)).rejects.toThrow(UsageError);
  });
});

test('ops analyses list calls a terminated run TERMINATED', async () => {
  const photo = await acts.waiting();
  await harness.handle(photo).terminate('broken');
  await eventually(async () => {
    const filter = { owner: photo.owner, first: 20 };
    expect((await listRuns(harness.client, filter))[1]).toMatch(/terminated .* TERMINATED$/);
  });
});

test('an old upload is looked for among the published recognitions, and its redo is not', async () => {
  const uploadedAt = '2026-11-20T08:00:00.000Z';
  const photo = harness.photo({ uploadedAt });
  await startAnalysis(harness.temporal, photo);
  await untilStatus(photo, 'COMPLETED');
  const how = { running: 'refuse', waitMs: 0 } as const;
  await redoRun(harness.client, photo.correlationId, how);
  await untilHeard(photo, 'success', 'success');
  const asked = harness.asked(photo.correlationId);
  expect(asked.map((request) => request.uploadedAt)).toEqual([uploadedAt, undefined]);
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

test('temporal workflow delete of a closed one changes nothing for its client', async () => {
  const handle = harness.handle(deletedAfterItsEnd);
  await eventually(() => expect(handle.describe()).rejects.toThrow(WorkflowNotFoundError), {
    within: 60_000,
  });
  await untilLookedForEnds();
  expect(acts.heard(deletedAfterItsEnd)).toEqual(['success']);
});
