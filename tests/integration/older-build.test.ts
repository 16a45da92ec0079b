// Workers of two builds on one task queue, as during every rollout (docs/decisions/workflow-versions).
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { showRun } from '../../operations/analyses/show-run.ts';
import { stuckRunsQuery } from '../../workers/orchestrator/gauges.ts';
import {
  signalRecognition,
  startAnalysis,
} from '../../workers/orchestrator/intake/start-analysis.ts';
import { aRecognition } from '../support/harness/adapter-stub.ts';
import {
  noAnswer,
  openWorkflowHarness,
  type WorkflowHarness,
} from '../support/harness/workflows.ts';
import { eventually } from '../support/harness/eventually.ts';

const sources = {
  older: '../../workflows/index.ts',
  newer: '../support/builds/newer.ts',
  careless: '../support/builds/careless.ts',
} as const;
type Build = keyof typeof sources;
const bundles = new Map<Build, string>();

let harness: WorkflowHarness;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'builds-'));
  for (const build of Object.keys(sources) as Build[]) {
    const workflowsPath = fileURLToPath(new URL(sources[build], import.meta.url));
    const { code } = await bundleWorkflowCode({
      workflowsPath,
      logger: new DefaultLogger('ERROR'),
    });
    bundles.set(build, join(folder, `${build}.js`));
    await writeFile(join(folder, `${build}.js`), code);
  }
  harness = await openWorkflowHarness({ workflowWorker: false });
});
afterAll(() => harness.close());

async function run(build: Build) {
  const worker = harness.runBuild(bundles.get(build) ?? '');
  await eventually(() => {
    expect(worker.state).toBe('running');
  });
  return worker;
}

/** Begun, and now waiting for its recognition. */
async function beginOne(): Promise<AnalysisInput> {
  const photo = harness.photo();
  harness.adapterAnswers(photo.correlationId, noAnswer);
  await startAnalysis(harness.temporal, photo);
  await eventually(() => {
    expect(harness.asked(photo.correlationId)).toHaveLength(1);
  });
  return photo;
}

async function signal(photo: AnalysisInput): Promise<void> {
  const { runId } = await harness.handle(photo).describe();
  await signalRecognition(harness.temporal, photo, {
    eventId: 'e',
    runId,
    recognition: aRecognition,
  });
}

async function expectOneEnd(photo: AnalysisInput): Promise<void> {
  await expect(harness.handle(photo).result()).resolves.toEqual(aRecognition);
  expect(harness.ends(photo.correlationId)).toMatchObject([{ success: true }]);
}

async function hasStep(photo: AnalysisInput): Promise<boolean> {
  const { events } = await harness.handle(photo).fetchHistory();
  return (events ?? []).some(({ markerRecordedEventAttributes: marker }) =>
    marker?.markerName?.includes('patch'),
  );
}

/** Its workflow task fails and is tried again: the run waits, it does not end. */
const expectStuck = (photo: AnalysisInput) =>
  eventually(
    async () => {
      const { events } = await harness.handle(photo).fetchHistory();
      const failed = (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes);
      expect(failed.length).toBeGreaterThan(0);
      expect((await harness.handle(photo).describe()).status.name).toBe('RUNNING');
    },
    { within: 30_000 },
  );

test('ends a run of an older build in a newer one, without the step that the older one lacks', async () => {
  const older = await run('older');
  const photo = await beginOne();
  await older.stop();
  const newer = await run('newer');
  await signal(photo);
  await expectOneEnd(photo);
  expect(await hasStep(photo)).toBe(false);
  await newer.stop();
});

test('ends every run once with two builds side by side, whichever began it', async () => {
  const workers = [await run('older'), await run('newer')];
  const begunBy = { older: 0, newer: 0 };
  for (let begun = 0; begun < 100 && Math.min(begunBy.older, begunBy.newer) < 3; begun += 1) {
    const photo = harness.photo();
    await startAnalysis(harness.temporal, photo);
    await expectOneEnd(photo);
    begunBy[(await hasStep(photo)) ? 'newer' : 'older'] += 1;
  }
  expect(begunBy.older).toBeGreaterThanOrEqual(3);
  expect(begunBy.newer).toBeGreaterThanOrEqual(3);
  await Promise.all(workers.map((worker) => worker.stop()));
});

test.each([
  ['a newer build in an older one', 'newer', 'older', 'newer'],
  ['an older build in a careless newer one', 'older', 'careless', 'newer'],
] as const)(
  'keeps a run of %s open for a build that can replay it',
  async (_, begunBy, stuckAt, mendedBy) => {
    const first = await run(begunBy);
    const photo = await beginOne();
    await first.stop();
    const wrong = await run(stuckAt);
    await signal(photo);
    await expectStuck(photo);
    await wrong.stop();
    const mended = await run(mendedBy);
    await expectOneEnd(photo);
    await mended.stop();
  },
);

test('a stuck run is shown with its error, counted while it is open, and not after its terminate', async () => {
  const older = await run('older');
  const photo = await beginOne();
  await older.stop();
  const careless = await run('careless');
  await signal(photo);
  await expectStuck(photo);
  await eventually(async () =>
    expect((await showRun(harness.client, photo.correlationId)).join('\n')).toMatch(
      /stuck +its workflow task fails, attempt \d+: .*Nondeterminism/,
    ),
  );
  await eventually(async () => expect(await countStuck()).toBe(1), { within: 60_000 });
  await harness.handle(photo).terminate('stuck');
  await eventually(async () => expect(await countStuck()).toBe(0));
  await careless.stop();
});

const countStuck = async () => (await harness.client.workflow.count(stuckRunsQuery)).count;
