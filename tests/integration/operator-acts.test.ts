// What an operator does to an analysis, before its end and after it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowNotFoundError, type WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { analysisWorkflowId, eventIds, workflowTypes } from '../../contracts/topology.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { findAnalysis } from '../../workers/orchestrator/read-api/find-analysis.ts';
import {
  NotRedoableError,
  redoRun,
  StillRunningError,
} from '../../workers/orchestrator/acts/redo-run.ts';
import { IncompleteRedoError, redoRuns } from '../../operations/analyses/redo-listed.ts';
import {
  signalRecognition,
  startAgain,
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
  harness = await openWorkflowHarness();
});
afterAll(() => harness.close());

const start = (input: AnalysisInput) => startAnalysis(harness.temporal, input);
const state = async (input: AnalysisInput) => (await harness.handle(input).describe()).status.name;
const failureOf = (input: AnalysisInput): Promise<unknown> =>
  harness
    .handle(input)
    .result()
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );

test('announces CANCELLED for a cancelled run, and closes it as Canceled', async () => {
  const photo = harness.photo();
  harness.adapterAnswers(photo.correlationId, noAnswer);
  await start(photo);
  await eventually(() => expect(harness.asked(photo.correlationId)).toHaveLength(1));
  await harness.handle(photo).cancel();
  const error = await failureOf(photo);
  expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  expect(harness.ends(photo.correlationId)).toMatchObject([{ failure: { code: 'CANCELLED' } }]);
  expect(await state(photo)).toBe('CANCELLED');
});

test('ignores a cancel during the announcement of the end', async () => {
  const photo = harness.photo();
  harness.adapterAnswers(photo.correlationId, (request) => {
    harness.publisherFails(request.correlationId, true);
    return Response.json(aRecognition);
  });
  await start(photo);
  await eventually(async () =>
    expect(await harness.handle(photo).query('progress')).toMatchObject({
      step: 'announcing the end',
      outcome: { recognition: { status: 'identified' } },
    }),
  );
  await harness.handle(photo).cancel();
  harness.publisherFails(photo.correlationId, false);
  await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
  expect(harness.ends(photo.correlationId)).toMatchObject([{ success: true }]);
  expect(await state(photo)).toBe('COMPLETED');
});

test('announces TERMINATED for a terminated run, once and under the id of the run', async () => {
  const photo = harness.photo();
  harness.adapterAnswers(photo.correlationId, noAnswer);
  await start(photo);
  await eventually(() => expect(harness.asked(photo.correlationId)).toHaveLength(1));
  await harness.handle(photo).terminate('the last resort');
  const { runId } = await harness.handle(photo).describe();
  await eventually(
    () =>
      expect(harness.ends(photo.correlationId)).toMatchObject([
        { failure: { code: 'TERMINATED' } },
      ]),
    { within: 30_000 },
  );
  expect(harness.announced(photo.correlationId).at(-1)?.messageId).toBe(
    eventIds.analysisCompleted(photo.correlationId, runId),
  );
  await untilLookedForEnds();
  expect(harness.ends(photo.correlationId)).toHaveLength(1);
});

/** Another run, terminated later, is announced later. */
async function untilLookedForEnds(): Promise<void> {
  const later = harness.photo();
  harness.adapterAnswers(later.correlationId, noAnswer);
  await start(later);
  await harness.handle(later).terminate('later');
  await eventually(() => expect(harness.ends(later.correlationId)).toHaveLength(1));
}

const redo = { running: 'cancel' as const, waitMs: 10_000 };

describe('redo', () => {
  test('redoes a closed run as another run with announcements of its own', async () => {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, problem(422, 'VISION_REFUSED'));
    await start(photo);
    await expect(harness.handle(photo).result()).rejects.toThrow();
    const old = await harness.handle(photo).describe();

    harness.adapterAnswers(photo.correlationId, recognized);
    const runId = await startAgain(harness.client, photo, old.runId);
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(runId).not.toBe(old.runId);
    expect(harness.announced(photo.correlationId).map(({ messageId }) => messageId)).toEqual([
      eventIds.analysisStarted(photo.correlationId, old.runId),
      eventIds.analysisCompleted(photo.correlationId, old.runId),
      eventIds.analysisStarted(photo.correlationId, runId),
      eventIds.analysisCompleted(photo.correlationId, runId),
    ]);
    const known = await findAnalysis(harness.temporal, photo.owner, photo.correlationId);
    expect(known).toMatchObject({ runId, state: 'COMPLETED', success: true });
  });

  test('ignores signals of the old run and of no run in a redo', async () => {
    const photo = harness.photo();
    await start(photo);
    await harness.handle(photo).result();
    const old = await harness.handle(photo).describe();
    harness.adapterAnswers(photo.correlationId, noAnswer);
    const runId = await startAgain(harness.client, photo, old.runId);
    const stale = { ...aRecognition, status: 'partial' as const };
    await signalRecognition(harness.temporal, photo, {
      eventId: 'a',
      runId: old.runId,
      recognition: stale,
    });
    await signalRecognition(harness.temporal, photo, { eventId: 'b', recognition: stale });
    await signalRecognition(harness.temporal, photo, {
      eventId: 'c',
      runId,
      recognition: aRecognition,
    });
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
  });

  test('redoes an open run after its CANCELLED was announced', async () => {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await eventually(() => expect(harness.asked(photo.correlationId)).toHaveLength(1));
    harness.adapterAnswers(photo.correlationId, recognized);
    await redoRun(harness.client, photo.correlationId, { ...redo, waitMs: 15_000 });
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(harness.ends(photo.correlationId)).toMatchObject([
      { success: false, failure: { code: 'CANCELLED' } },
      { success: true },
    ]);
  });

  test('refuses to redo a run that does not end in time, and terminates it on demand without an announcement', async () => {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, noAnswer);
    harness.publisherFails(photo.correlationId, true);
    await start(photo);
    await expect(
      redoRun(harness.client, photo.correlationId, { ...redo, waitMs: 500 }),
    ).rejects.toThrow(StillRunningError);
    harness.adapterAnswers(photo.correlationId, recognized);
    harness.publisherFails(photo.correlationId, false);
    await redoRun(harness.client, photo.correlationId, { ...redo, running: 'terminate' });
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
    await untilLookedForEnds();
    expect(harness.ends(photo.correlationId)).toMatchObject([{ success: true }]);
  });
});

describe('redo of what is not as it was', () => {
  test('leaves an open run alone whose input is not that of an upload', async () => {
    const { correlationId } = harness.photo();
    const handle = await harness.client.workflow.start(workflowTypes.analyzeImage, {
      workflowId: analysisWorkflowId(correlationId),
      taskQueue: 'nowhere',
      args: [{ photo: 'cat.jpg' }],
    });
    for (const running of ['cancel', 'terminate'] as const)
      await expect(redoRun(harness.client, correlationId, { ...redo, running })).rejects.toThrow(
        NotRedoableError,
      );
    const { raw, status } = await handle.describe();
    expect(status.name).toBe('RUNNING');
    expect(raw.workflowExtendedInfo?.cancelRequested).toBeFalsy();
    await handle.terminate();
  });

  test('reports a deleted run under its id, redoes the others and fails at the end', async () => {
    const deleted = harness.photo();
    harness.adapterAnswers(deleted.correlationId, noAnswer);
    await start(deleted);
    const listed = [await harness.handle(deleted).describe()];
    await harness.client.workflowService.deleteWorkflowExecution({
      namespace: harness.client.options.namespace,
      workflowExecution: { workflowId: harness.handle(deleted).workflowId },
    });
    await eventually(() =>
      expect(harness.handle(deleted).describe()).rejects.toThrow(WorkflowNotFoundError),
    );
    const photo = harness.photo();
    await start(photo);
    await harness.handle(photo).result();
    listed.push(await harness.handle(photo).describe());

    const printed: string[] = [];
    const redoing = redoRuns(
      harness.client,
      listed,
      (correlationId) => redoRun(harness.client, correlationId, redo),
      (line) => printed.push(line),
    );
    await expect(redoing).rejects.toThrow(
      new IncompleteRedoError('1 redone, 1 not: the reasons stand above'),
    );
    expect(printed[0]).toMatch(new RegExp(`^not redone: analysis-${deleted.correlationId} `));
    await eventually(() => expect(harness.ends(photo.correlationId)).toHaveLength(2));
  });
});

/** Both ways in which a run begins; a signal of another run is ignored, so it has to ask the adapter. */
const beginnings = {
  'an upload': start,
  'signal-with-start': async (photo: AnalysisInput) => {
    await signalRecognition(harness.temporal, photo, {
      eventId: 'e',
      runId: 'another-run',
      recognition: aRecognition,
    });
  },
};

describe.each(Object.entries(beginnings))('a run that began by %s', (_, begin) => {
  async function beginOne(): Promise<AnalysisInput> {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, noAnswer);
    await begin(photo);
    await eventually(() => expect(harness.asked(photo.correlationId)).toHaveLength(1));
    return photo;
  }
  const redoOne = async (photo: AnalysisInput) => {
    harness.adapterAnswers(photo.correlationId, recognized);
    await redoRun(harness.client, photo.correlationId, { ...redo, waitMs: 15_000 });
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
  };
  const codes = (photo: AnalysisInput) =>
    harness.ends(photo.correlationId).map(({ failure }) => failure?.code ?? 'success');

  test('announces a cancelled run and its redo once each', async () => {
    const photo = await beginOne();
    await harness.handle(photo).cancel();
    await failureOf(photo);
    await redoOne(photo);
    expect(codes(photo)).toEqual(['CANCELLED', 'success']);
  });

  test('announces a terminated run and its redo once each', async () => {
    const photo = await beginOne();
    await harness.handle(photo).terminate('the last resort');
    await eventually(() => expect(codes(photo)).toEqual(['TERMINATED']), { within: 30_000 });
    await redoOne(photo);
    expect(codes(photo)).toEqual(['TERMINATED', 'success']);
  });

  test('changes nothing for a cancel or a terminate after the end, and announces the redo', async () => {
    const photo = await beginOne();
    const { runId } = await harness.handle(photo).describe();
    const signal = { eventId: 'e', runId, recognition: aRecognition };
    await signalRecognition(harness.temporal, photo, signal);
    await harness.handle(photo).result();
    await expect(harness.handle(photo).cancel()).resolves.toBeDefined(); // Temporal takes it, in vain
    await expect(harness.handle(photo).terminate()).rejects.toThrow(WorkflowNotFoundError);
    expect(await state(photo)).toBe('COMPLETED');
    expect(codes(photo)).toEqual(['success']);
    await redoOne(photo);
    expect(codes(photo)).toEqual(['success', 'success']);
  });
});
