// What an operator does to an analysis, before its end and after it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowNotFoundError, type WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { eventIds } from '../../contracts/topology.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { findAnalysis } from '../../workers/orchestrator/read-api/find-analysis.ts';
import { redoAnalysis, StillRunningError } from '../../operations/analyses/redo-analysis.ts';
import {
  signalRecognition,
  startAgain,
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
  world = await openWorld();
});
afterAll(() => world.close());

const start = (input: AnalysisInput) => startAnalysis(world.temporal, input);
const state = async (input: AnalysisInput) => (await world.handle(input).describe()).status.name;
const failureOf = (input: AnalysisInput): Promise<unknown> =>
  world
    .handle(input)
    .result()
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );

test('cancel: CANCELLED is announced, the run Canceled', async () => {
  const photo = world.photo();
  world.adapterAnswers(photo.correlationId, noAnswer);
  await start(photo);
  await eventually(() => expect(world.asked(photo.correlationId)).toHaveLength(1));
  await world.handle(photo).cancel();
  const error = await failureOf(photo);
  expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  expect(world.ends(photo.correlationId)).toMatchObject([{ failure: { code: 'CANCELLED' } }]);
  expect(await state(photo)).toBe('CANCELLED');
});

test('a cancel during the announcement changes nothing', async () => {
  const photo = world.photo();
  world.adapterAnswers(photo.correlationId, (request) => {
    world.publisherFails(request.correlationId, true);
    return Response.json(aRecognition);
  });
  await start(photo);
  await eventually(async () =>
    expect(await world.handle(photo).query('progress')).toMatchObject({
      step: 'announcing the end',
      outcome: { recognition: { status: 'identified' } },
    }),
  );
  await world.handle(photo).cancel();
  world.publisherFails(photo.correlationId, false);
  await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
  expect(world.ends(photo.correlationId)).toMatchObject([{ success: true }]);
  expect(await state(photo)).toBe('COMPLETED');
});

test('terminate: the sweep announces TERMINATED under the id of the run, once', async () => {
  const photo = world.photo();
  world.adapterAnswers(photo.correlationId, noAnswer);
  await start(photo);
  await eventually(() => expect(world.asked(photo.correlationId)).toHaveLength(1));
  await world.handle(photo).terminate('the last resort');
  const { runId } = await world.handle(photo).describe();
  await eventually(
    () =>
      expect(world.ends(photo.correlationId)).toMatchObject([{ failure: { code: 'TERMINATED' } }]),
    { within: 30_000 },
  );
  expect(world.announced(photo.correlationId).at(-1)?.messageId).toBe(
    eventIds.analysisCompleted(photo.correlationId, runId),
  );
  const sweeps = await countSweeps();
  await eventually(async () => expect(await countSweeps()).toBeGreaterThan(sweeps + 1), {
    within: 30_000,
  });
  expect(world.ends(photo.correlationId)).toHaveLength(1);
});

const countSweeps = async () =>
  (
    await world.client.workflow.count(
      `WorkflowType = 'sweepEnds' AND ExecutionStatus = 'Completed'`,
    )
  ).count;

const redo = { terminate: false, waitMs: 10_000, tell: () => undefined };

describe('redo', () => {
  test('a new run under the same id, heard as a new fact; the old run stays as it was', async () => {
    const photo = world.photo();
    world.adapterAnswers(photo.correlationId, problem(422, 'VISION_REFUSED'));
    await start(photo);
    await expect(world.handle(photo).result()).rejects.toThrow();
    const old = await world.handle(photo).describe();

    world.adapterAnswers(photo.correlationId, recognized);
    const runId = await startAgain(world.client, photo, old.runId);
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(runId).not.toBe(old.runId);
    expect(world.announced(photo.correlationId).map(({ messageId }) => messageId)).toEqual([
      eventIds.analysisStarted(photo.correlationId, old.runId),
      eventIds.analysisCompleted(photo.correlationId, old.runId),
      eventIds.analysisStarted(photo.correlationId, runId),
      eventIds.analysisCompleted(photo.correlationId, runId),
    ]);
    const known = await findAnalysis(world.temporal, photo.owner, photo.correlationId);
    expect(known).toMatchObject({ runId, state: 'COMPLETED', success: true });
  });

  test('facts of the old run, and facts of no run, do not decide the new one', async () => {
    const photo = world.photo();
    await start(photo);
    await world.handle(photo).result();
    const old = await world.handle(photo).describe();
    world.adapterAnswers(photo.correlationId, noAnswer);
    const runId = await startAgain(world.client, photo, old.runId);
    const stale = { ...aRecognition, status: 'partial' as const };
    await signalRecognition(world.temporal, photo, {
      eventId: 'a',
      runId: old.runId,
      recognition: stale,
    });
    await signalRecognition(world.temporal, photo, { eventId: 'b', recognition: stale });
    await signalRecognition(world.temporal, photo, {
      eventId: 'c',
      runId,
      recognition: aRecognition,
    });
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
  });

  test('of a running analysis: its CANCELLED is announced first, then the new run is heard', async () => {
    const photo = world.photo();
    world.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await eventually(() => expect(world.asked(photo.correlationId)).toHaveLength(1));
    world.adapterAnswers(photo.correlationId, recognized);
    await redoAnalysis(world.client, photo.correlationId, { ...redo, waitMs: 15_000 });
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(world.ends(photo.correlationId)).toMatchObject([
      { success: false, failure: { code: 'CANCELLED' } },
      { success: true },
    ]);
  });

  test('of one that cannot end: refused after the wait; terminated on demand, told by the new run alone', async () => {
    const photo = world.photo();
    world.adapterAnswers(photo.correlationId, noAnswer);
    world.publisherFails(photo.correlationId, true);
    await start(photo);
    await expect(
      redoAnalysis(world.client, photo.correlationId, { ...redo, waitMs: 500 }),
    ).rejects.toThrow(StillRunningError);
    world.adapterAnswers(photo.correlationId, recognized);
    world.publisherFails(photo.correlationId, false);
    await redoAnalysis(world.client, photo.correlationId, { ...redo, terminate: true });
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
    const sweeps = await countSweeps();
    await eventually(async () => expect(await countSweeps()).toBeGreaterThan(sweeps + 1), {
      within: 30_000,
    });
    expect(world.ends(photo.correlationId)).toMatchObject([{ success: true }]);
  });
});

/** Both ways in which a run begins; a signal of another run is ignored, so it has to ask the adapter. */
const beginnings = {
  'an upload': start,
  'signal-with-start': async (photo: AnalysisInput) => {
    await signalRecognition(world.temporal, photo, {
      eventId: 'e',
      runId: 'another-run',
      recognition: aRecognition,
    });
  },
};

describe.each(Object.entries(beginnings))('a run begun by %s', (_, begin) => {
  async function beginOne(): Promise<AnalysisInput> {
    const photo = world.photo();
    world.adapterAnswers(photo.correlationId, noAnswer);
    await begin(photo);
    await eventually(() => expect(world.asked(photo.correlationId)).toHaveLength(1));
    return photo;
  }
  const redoOne = async (photo: AnalysisInput) => {
    world.adapterAnswers(photo.correlationId, recognized);
    await redoAnalysis(world.client, photo.correlationId, { ...redo, waitMs: 15_000 });
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
  };
  const codes = (photo: AnalysisInput) =>
    world.ends(photo.correlationId).map(({ failure }) => failure?.code ?? 'success');

  test('cancelled before its end, then redone: each run is heard once', async () => {
    const photo = await beginOne();
    await world.handle(photo).cancel();
    await failureOf(photo);
    await redoOne(photo);
    expect(codes(photo)).toEqual(['CANCELLED', 'success']);
  });

  test('terminated before its end, then redone: each run is heard once', async () => {
    const photo = await beginOne();
    await world.handle(photo).terminate('the last resort');
    await eventually(() => expect(codes(photo)).toEqual(['TERMINATED']), { within: 30_000 });
    await redoOne(photo);
    expect(codes(photo)).toEqual(['TERMINATED', 'success']);
  });

  test('cancelled and terminated after its end: nothing changes; redone: heard again', async () => {
    const photo = await beginOne();
    const { runId } = await world.handle(photo).describe();
    const fact = { eventId: 'e', runId, recognition: aRecognition };
    await signalRecognition(world.temporal, photo, fact);
    await world.handle(photo).result();
    await expect(world.handle(photo).cancel()).resolves.toBeDefined(); // Temporal takes it, in vain
    await expect(world.handle(photo).terminate()).rejects.toThrow(WorkflowNotFoundError);
    expect(await state(photo)).toBe('COMPLETED');
    expect(codes(photo)).toEqual(['success']);
    await redoOne(photo);
    expect(codes(photo)).toEqual(['success', 'success']);
  });
});
