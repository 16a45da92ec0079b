import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { eventIds } from '../../contracts/topology.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
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
    expect(await world.handle(photo).query('progress')).toMatchObject({ step: 'ended' });
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
});
