// A worker is killed (SIGKILL) in the middle of each step of the workflow; another one takes over.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventIds, exchanges } from '../../contracts/topology.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { aRecognition } from '../support/harness/adapter-stub.ts';
import { eventually } from '../support/harness/eventually.ts';
import { openKillableWorkers, type KillableWorkers } from '../support/killable-workers.ts';

let workers: KillableWorkers;
beforeAll(async () => {
  workers = await openKillableWorkers();
  await workers.start('recognition');
});
beforeEach(async () => {
  await workers.start('orchestrator');
});
afterAll(() => workers.close());

interface Step {
  readonly name: string;
  readonly input?: Partial<AnalysisInput>;
  /** The adapter answers at once unless the step is about its answer. */
  readonly adapterWaits?: true;
  /** Holds the step open before the run begins. */
  before?(): void;
  /** Resolves in the middle of the step. */
  reach(input: AnalysisInput): Promise<void>;
  readonly kills?: 'recognition';
  /** What the next worker publishes once more, because nobody knows that it went out. */
  readonly repeats?: string;
  /** How often the adapter may be asked in all. */
  readonly asked: number;
}

const seen = (input: AnalysisInput, exchange: string) =>
  eventually(() => {
    const found = workers
      .announced(input.correlationId)
      .filter((message) => message.exchange === exchange);
    expect(found).not.toEqual([]);
  });
const stepIs = (input: AnalysisInput, step: string) =>
  eventually(async () => {
    expect(await workers.handle(input).query('progress')).toMatchObject({ step });
  });
const askedOnce = (input: AnalysisInput) =>
  eventually(() => {
    expect(workers.adapter.asked(input.correlationId)).toHaveLength(1);
  });

const answered = (input: AnalysisInput) =>
  eventually(async () => {
    const { events } = await workers.handle(input).fetchHistory();
    expect(events?.some((event) => event.activityTaskCompletedEventAttributes)).toBe(true);
  });

const steps: readonly Step[] = [
  {
    name: 'it announces the start, before the confirm is back',
    before: () => workers.rabbitProxy.pauseResponses(),
    reach: (input) => seen(input, exchanges.analysisStarted),
    repeats: exchanges.analysisStarted,
    asked: 1,
  },
  {
    name: 'it waits for the adapter of entry adapter',
    input: { entry: 'adapter' },
    reach: (input) => stepIs(input, 'waiting for the adapter'),
    asked: 1,
  },
  {
    name: 'the adapter is called, which goes on',
    adapterWaits: true,
    reach: askedOnce,
    asked: 1,
  },
  {
    name: 'the adapter is called, which ends with the recognition worker',
    adapterWaits: true,
    reach: askedOnce,
    kills: 'recognition',
    asked: 2,
  },
  {
    name: 'the answer is in the history and nothing published',
    adapterWaits: true,
    async reach(input) {
      await askedOnce(input);
      workers.rabbitProxy.pause();
      workers.adapter.answer();
      await answered(input);
      const ends = workers
        .announced(input.correlationId)
        .filter(({ exchange }) => exchange === exchanges.analysisCompleted);
      expect(ends).toEqual([]);
    },
    asked: 1,
  },
  {
    name: 'it announces the end, before the confirm is back',
    adapterWaits: true,
    async reach(input) {
      await askedOnce(input);
      workers.rabbitProxy.pauseResponses();
      workers.adapter.answer();
      await seen(input, exchanges.analysisCompleted);
    },
    repeats: exchanges.analysisCompleted,
    asked: 1,
  },
  {
    name: 'it closes the run, before Temporal has its end',
    adapterWaits: true,
    async reach(input) {
      await askedOnce(input);
      workers.rabbitProxy.pauseResponses();
      workers.adapter.answer();
      await seen(input, exchanges.analysisCompleted);
      const lost = workers.temporalProxy.discard();
      workers.rabbitProxy.resume();
      await eventually(() => {
        expect(lost()).toBeGreaterThan(1_000); // the end of the task carries the recognition
      });
    },
    repeats: exchanges.analysisCompleted,
    asked: 1,
  },
];

test.each(steps.map((step) => [step.name, step] as const))(
  'announces one start and the right end when a worker is killed while %s',
  async (_, step) => {
    const input = workers.photo(step.input);
    if (step.adapterWaits) workers.adapter.wait();
    else workers.adapter.answer();
    step.before?.();
    await startAnalysis(workers.temporal, input);
    await step.reach(input);

    const victim = step.kills ?? 'orchestrator';
    await workers.kill(victim);
    workers.rabbitProxy.disconnect();
    workers.rabbitProxy.resume(); // after the cut: what a frozen proxy holds is lost with it
    workers.temporalProxy.disconnect();
    await workers.start(victim);
    workers.adapter.answer();

    await expect(workers.handle(input).result()).resolves.toEqual(aRecognition);
    const { runId } = await workers.handle(input).describe();
    const messages = workers.announced(input.correlationId);
    expect([...new Set(messages.map(({ messageId }) => messageId))]).toEqual([
      eventIds.analysisStarted(input.correlationId, runId),
      eventIds.analysisCompleted(input.correlationId, runId),
    ]);
    const twice = messages.filter(({ exchange }) => exchange === step.repeats);
    expect(twice).toHaveLength(step.repeats === undefined ? 0 : 2);
    expect(messages.at(-1)?.body).toMatchObject({ success: true, status: 'identified' });
    expect(workers.adapter.asked(input.correlationId)).toHaveLength(step.asked);
    await workers.kill('orchestrator');
  },
);
