import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { eventIds } from '../../contracts/topology.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
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
const eventCount = async (input: AnalysisInput) =>
  (await harness.handle(input).fetchHistory()).events?.length;

describe('analysis of a photo that is recognised', () => {
  test('announces one start and one end, and closes as Completed with the recognition', async () => {
    const photo = harness.photo();
    await start(photo);
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
    const { runId } = await harness.handle(photo).describe();
    expect(harness.announced(photo.correlationId).map(({ messageId }) => messageId)).toEqual([
      eventIds.analysisStarted(photo.correlationId, runId),
      eventIds.analysisCompleted(photo.correlationId, runId),
    ]);
    expect(harness.ends(photo.correlationId)).toMatchObject([
      { success: true, status: 'identified' },
    ]);
    expect(harness.asked(photo.correlationId)).toMatchObject([{ runId, checksum: photo.checksum }]);
    expect(await harness.handle(photo).query('progress')).toMatchObject({ step: 'ended' });
  });

  test('writes at most 20 events into the history of a recognised photo', async () => {
    const photo = harness.photo();
    await start(photo);
    await harness.handle(photo).result();
    expect(await eventCount(photo)).toBeLessThanOrEqual(20);
  });

  test('gets its first workflow task with the answer to the start, over the shared connection', async () => {
    const photo = harness.photo();
    await start(photo);
    const [first] = (await harness.handle(photo).fetchHistory()).events ?? [];
    expect(first?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted).toBe(true);
  });

  test('lets operators find a run by brand, status and owner', async () => {
    const photo = harness.photo();
    await start(photo);
    await harness.handle(photo).result();
    const query = `Owner = '${photo.owner}' AND Brand = 'Caterpillar' AND AnalysisStatus = 'identified' AND Confident = true`;
    await eventually(async () => {
      expect((await harness.client.workflow.count(query)).count).toBe(1);
    });
  });
});

describe('a repeated upload', () => {
  test('refuses a second start of an upload while its run is open and after it', async () => {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await expect(start(photo)).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
    await signalRecognition(harness.temporal, photo, { eventId: 'e', recognition: aRecognition });
    await harness.handle(photo).result();
    await expect(start(photo)).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
    expect(harness.ends(photo.correlationId)).toHaveLength(1);
  });

  test('refuses a recognition that comes after the end of the run', async () => {
    const photo = harness.photo();
    await start(photo);
    await harness.handle(photo).result();
    const late = { eventId: 'e', recognition: { ...aRecognition, status: 'partial' as const } };
    await expect(signalRecognition(harness.temporal, photo, late)).rejects.toThrow(
      WorkflowExecutionAlreadyStartedError,
    );
    expect(harness.ends(photo.correlationId)).toHaveLength(1);
  });
});

describe('the first result', () => {
  test('asks no adapter when the recognition came before the upload', async () => {
    const photo = harness.photo();
    await signalRecognition(harness.temporal, photo, { eventId: 'e', recognition: aRecognition });
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(harness.asked(photo.correlationId)).toEqual([]);
    expect(harness.ends(photo.correlationId)).toHaveLength(1);
  });

  test('ends the wait for a silent adapter when a signal brings the recognition', async () => {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await eventually(() => expect(harness.asked(photo.correlationId)).toHaveLength(1));
    const { runId } = await harness.handle(photo).describe();
    const signal = { eventId: 'e', runId, recognition: aRecognition };
    await signalRecognition(harness.temporal, photo, signal);
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
  });

  test('ignores a signal that carries the id of another run', async () => {
    const photo = harness.photo();
    const other = { ...aRecognition, status: 'partial' as const };
    const signal = { eventId: 'e', runId: 'another-run', recognition: other };
    await signalRecognition(harness.temporal, photo, signal);
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition); // the adapter's own
    expect(harness.asked(photo.correlationId)).toHaveLength(1);
  });

  test('asks no adapter during the grace of entry adapter, and takes the signal', async () => {
    const photo = harness.photo({ entry: 'adapter', graceMs: 60_000 });
    await start(photo);
    await eventually(() => expect(harness.announced(photo.correlationId)).toHaveLength(1));
    await signalRecognition(harness.temporal, photo, { eventId: 'e', recognition: aRecognition });
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(harness.asked(photo.correlationId)).toEqual([]);
  });

  test('asks the adapter after the grace of entry adapter', async () => {
    const photo = harness.photo({ entry: 'adapter', graceMs: 200 });
    await start(photo);
    await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
    expect(harness.asked(photo.correlationId)).toHaveLength(1);
  });
});

describe('an end without recognition', () => {
  test('announces a final failure after one attempt, and closes as Failed with its code', async () => {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, problem(422, 'IMAGE_UNREADABLE'));
    await start(photo);
    const error = await failureOf(photo);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    const { cause } = error as WorkflowFailedError;
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect((cause as ApplicationFailure).type).toBe('IMAGE_UNREADABLE');
    expect(harness.asked(photo.correlationId)).toHaveLength(1);
    expect(harness.ends(photo.correlationId)).toMatchObject([
      { success: false, aggregate: null, failure: { code: 'IMAGE_UNREADABLE' } },
    ]);
    expect(await state(photo)).toBe('FAILED');
  });

  test('retries a failure that passes, and announces success', async () => {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, (request, attempt) =>
      attempt === 1 ? problem(503, 'VISION_UNAVAILABLE')(request, 1) : recognized(request, attempt),
    );
    await start(photo);
    await harness.handle(photo).result();
    expect(harness.asked(photo.correlationId)).toHaveLength(2);
    expect(harness.ends(photo.correlationId)).toMatchObject([{ success: true }]);
  });

  test('announces TIMED_OUT when no recognition came within its timeout', async () => {
    const photo = harness.photo({ patienceMs: 300 });
    harness.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await expect(harness.handle(photo).result()).rejects.toThrow(WorkflowFailedError);
    expect(harness.ends(photo.correlationId)).toMatchObject([{ failure: { code: 'TIMED_OUT' } }]);
    expect(await state(photo)).toBe('FAILED');
  });
});
