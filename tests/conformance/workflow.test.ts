import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { analysesPageSchema, analysisSchema } from '../../contracts/rest.ts';
import { eventIds } from '../../contracts/topology.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { findAnalysis } from '../../workers/orchestrator/find-analysis.ts';
import { listAnalyses } from '../../workers/orchestrator/list-analyses.ts';
import { redoAnalysis, StillRunningError } from '../../workers/orchestrator/redo-analysis.ts';
import {
  signalRecognition,
  startAgain,
  startAnalysis,
} from '../../workers/orchestrator/start-analysis.ts';
import {
  aRecognition,
  noAnswer,
  openWorld,
  problem,
  recognized,
  type World,
} from '../analysis-world.ts';
import { eventually } from '../eventually.ts';

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
const eventCount = async (input: AnalysisInput) =>
  (await world.handle(input).fetchHistory()).events?.length;

describe('a photo that is recognised', () => {
  test('one started, one completed, the run Completed with the recognition', async () => {
    const photo = world.photo();
    await start(photo);
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
    const { runId } = await world.handle(photo).describe();
    expect(world.announced(photo.correlationId).map(({ messageId }) => messageId)).toEqual([
      eventIds.analysisStarted(photo.correlationId, runId),
      eventIds.analysisCompleted(photo.correlationId, runId),
    ]);
    expect(world.ends(photo.correlationId)).toMatchObject([
      { success: true, status: 'identified' },
    ]);
    expect(world.asked(photo.correlationId)).toMatchObject([{ runId, checksum: photo.checksum }]);
  });

  test('its history stays small: 20 events at most', async () => {
    const photo = world.photo();
    await start(photo);
    await world.handle(photo).result();
    expect(await eventCount(photo)).toBeLessThanOrEqual(20);
  });

  test('its first task comes back with the start: the worker shares the connection', async () => {
    const photo = world.photo();
    await start(photo);
    const [first] = (await world.handle(photo).fetchHistory()).events ?? [];
    expect(first?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted).toBe(true);
  });

  test('operators find it by brand, status and owner', async () => {
    const photo = world.photo();
    await start(photo);
    await world.handle(photo).result();
    const query = `Owner = '${photo.owner}' AND Brand = 'Caterpillar' AND AnalysisStatus = 'identified' AND Confident = true`;
    await eventually(async () => {
      expect((await world.client.workflow.count(query)).count).toBe(1);
    });
  });
});

describe('the same upload twice', () => {
  test('the second start is refused while the first runs, and after it', async () => {
    const photo = world.photo();
    world.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await expect(start(photo)).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
    await signalRecognition(world.temporal, photo, { eventId: 'e', recognition: aRecognition });
    await world.handle(photo).result();
    await expect(start(photo)).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
    expect(world.ends(photo.correlationId)).toHaveLength(1);
  });

  test('a recognition that comes after the end changes nothing', async () => {
    const photo = world.photo();
    await start(photo);
    await world.handle(photo).result();
    const late = { eventId: 'e', recognition: { ...aRecognition, status: 'partial' as const } };
    await expect(signalRecognition(world.temporal, photo, late)).rejects.toThrow(
      WorkflowExecutionAlreadyStartedError,
    );
    expect(world.ends(photo.correlationId)).toHaveLength(1);
  });
});

describe('the first fact wins', () => {
  test('a recognition that comes before the upload costs no Vision call', async () => {
    const photo = world.photo();
    await signalRecognition(world.temporal, photo, { eventId: 'e', recognition: aRecognition });
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(world.asked(photo.correlationId)).toEqual([]);
    expect(world.ends(photo.correlationId)).toHaveLength(1);
  });

  test('a signal ends the wait for an adapter that does not answer', async () => {
    const photo = world.photo();
    world.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await eventually(() => expect(world.asked(photo.correlationId)).toHaveLength(1));
    const { runId } = await world.handle(photo).describe();
    const fact = { eventId: 'e', runId, recognition: aRecognition };
    await signalRecognition(world.temporal, photo, fact);
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
  });

  test("a signal that carries another run's id is ignored", async () => {
    const photo = world.photo();
    const other = { ...aRecognition, status: 'partial' as const };
    const fact = { eventId: 'e', runId: 'another-run', recognition: other };
    await signalRecognition(world.temporal, photo, fact);
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition); // the adapter's own
    expect(world.asked(photo.correlationId)).toHaveLength(1);
  });

  test('entry adapter: nobody asks during the grace, the bridged event decides', async () => {
    const photo = world.photo({ entry: 'adapter', graceMs: 60_000 });
    await start(photo);
    await eventually(() => expect(world.announced(photo.correlationId)).toHaveLength(1));
    await signalRecognition(world.temporal, photo, { eventId: 'e', recognition: aRecognition });
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(world.asked(photo.correlationId)).toEqual([]);
  });

  test('entry adapter: after the grace the workflow asks by itself', async () => {
    const photo = world.photo({ entry: 'adapter', graceMs: 200 });
    await start(photo);
    await expect(world.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(world.asked(photo.correlationId)).toHaveLength(1);
  });
});

describe('whoever waits hears the end', () => {
  test('a final failure: one try, announced with its code, the run Failed with it', async () => {
    const photo = world.photo();
    world.adapterAnswers(photo.correlationId, problem(422, 'IMAGE_UNREADABLE'));
    await start(photo);
    const error = await failureOf(photo);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    const { cause } = error as WorkflowFailedError;
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect((cause as ApplicationFailure).type).toBe('IMAGE_UNREADABLE');
    expect(world.asked(photo.correlationId)).toHaveLength(1);
    expect(world.ends(photo.correlationId)).toMatchObject([
      { success: false, aggregate: null, failure: { code: 'IMAGE_UNREADABLE' } },
    ]);
    expect(await state(photo)).toBe('FAILED');
  });

  test('a failure that passes is tried again and leaves no trace in the end', async () => {
    const photo = world.photo();
    world.adapterAnswers(photo.correlationId, (request, attempt) =>
      attempt === 1 ? problem(503, 'VISION_UNAVAILABLE')(request, 1) : recognized(request, attempt),
    );
    await start(photo);
    await world.handle(photo).result();
    expect(world.asked(photo.correlationId)).toHaveLength(2);
    expect(world.ends(photo.correlationId)).toMatchObject([{ success: true }]);
  });

  test('patience over: TIMED_OUT', async () => {
    const photo = world.photo({ patienceMs: 300 });
    world.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await expect(world.handle(photo).result()).rejects.toThrow(WorkflowFailedError);
    expect(world.ends(photo.correlationId)).toMatchObject([{ failure: { code: 'TIMED_OUT' } }]);
    expect(await state(photo)).toBe('FAILED');
  });

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
        expect(world.ends(photo.correlationId)).toMatchObject([
          { failure: { code: 'TERMINATED' } },
        ]),
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

describe('the read API', () => {
  const list = (owner: string, first: number, after?: string) =>
    listAnalyses(world.temporal, { owner, first, ...(after === undefined ? {} : { after }) });

  test("shows an owner's own only: another's is 404", async () => {
    const photo = world.photo();
    await start(photo);
    await world.handle(photo).result();
    const known = await findAnalysis(world.temporal, photo.owner, photo.correlationId);
    expect(analysisSchema.parse(known)).toMatchObject({
      objectKey: photo.objectKey,
      state: 'COMPLETED',
      success: true,
      aggregate: { brand: 'Caterpillar' },
    });
    const foreign = findAnalysis(world.temporal, world.photo().owner, photo.correlationId);
    await expect(foreign).rejects.toMatchObject({ status: 404 });
    const unknown = findAnalysis(world.temporal, photo.owner, world.photo().correlationId);
    await expect(unknown).rejects.toMatchObject({ status: 404 });
  });

  test('says why one failed, with the code and the words that were announced', async () => {
    const photo = world.photo();
    world.adapterAnswers(photo.correlationId, problem(422, 'OBJECT_CHANGED'));
    await start(photo);
    await failureOf(photo);
    const known = await findAnalysis(world.temporal, photo.owner, photo.correlationId);
    const [end] = world.ends(photo.correlationId);
    expect(known).toMatchObject({ state: 'FAILED', success: false, failure: end?.failure });
  });

  test('pages newest first, each analysis once, with its newest run', async () => {
    const { owner } = world.photo();
    const photos = Array.from({ length: 7 }, () => world.photo({ owner }));
    for (const photo of photos) {
      await start(photo);
      await world.handle(photo).result();
    }
    const oldest = photos[0];
    if (oldest === undefined) throw new Error('no photo');
    await redoAnalysis(world.client, oldest.correlationId, redo);
    await world.handle(oldest).result();
    await eventually(async () => expect((await list(owner, 100)).items).toHaveLength(7));

    const seen: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await list(owner, 3, after);
      expect(analysesPageSchema.parse(page)).toEqual(page);
      seen.push(...page.items.map(({ correlationId }) => correlationId));
      after = page.items.at(-1)?.cursor;
      more = page.hasNextPage;
    }
    const others = photos.slice(1).map(({ correlationId }) => correlationId);
    expect(seen).toEqual([oldest.correlationId, ...others.reverse()]);
    await expect(list(owner, 3, 'nonsense')).rejects.toMatchObject({ status: 422 });
  });
});
