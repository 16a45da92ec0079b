// Records workflows/histories/*.json from real runs on a real server: node tools/record-histories.ts
// TEMPORAL_ADDRESS says which. `sweep-ends` stays as an older orchestrator recorded it.
// Run it again when a workflow changes on purpose, and read the diff.
import { mkdir, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { progress, type AnalysisInput } from '../workflows/messages.ts';
import {
  signalRecognition,
  startAgain,
  startAnalysis,
} from '../workers/orchestrator/intake/start-analysis.ts';
import { startDeletion } from '../workers/orchestrator/deletion/start-deletion.ts';
import { retentionWorker, scheduleSweeps } from '../workers/retention/run-sweeps.ts';
import { prefixes } from '../contracts/objects.ts';
import { announceEndWorkflowId, deletionWorkflowId } from '../contracts/topology.ts';
import { silentLogger } from '../platform/logger.ts';
import { runTemporalWorker } from '../platform/temporal/temporal-worker.ts';
import { aRecognition, problem, recognized } from '../tests/support/harness/adapter-stub.ts';
import { noAnswer, openWorkflowHarness } from '../tests/support/harness/workflows.ts';
import { openOperatorHarness } from '../tests/support/harness/operator.ts';
import { eventually } from '../tests/support/harness/eventually.ts';

const folder = new URL('../workflows/histories/', import.meta.url);
const harness = await openWorkflowHarness();
const acts = openOperatorHarness(harness);
const signal = { eventId: 'recorded', recognition: aRecognition };

const start = (photo: AnalysisInput) => startAnalysis(harness.temporal, photo);
const ended = (photo: AnalysisInput) =>
  harness
    .handle(photo)
    .result()
    .catch(() => undefined);
const asked = (photo: AnalysisInput) =>
  eventually(() => {
    if (harness.asked(photo.correlationId).length === 0)
      throw new Error('the workflow has requested no recognition');
  });

/** Each plays one path to its end and returns the photo. */
const paths: Record<string, () => Promise<AnalysisInput>> = {
  async success() {
    const photo = harness.photo();
    await start(photo);
    return photo;
  },
  async retry() {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, (request, attempt) =>
      attempt < 3 ? problem(503, 'VISION_UNAVAILABLE')(request, 1) : recognized(request, attempt),
    );
    await start(photo);
    return photo;
  },
  async 'final-failure'() {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, problem(422, 'IMAGE_UNREADABLE'));
    await start(photo);
    return photo;
  },
  async timeout() {
    const photo = harness.photo({ patienceMs: 500 });
    harness.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    return photo;
  },
  async cancel() {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await asked(photo);
    await harness.handle(photo).cancel();
    return photo;
  },
  async 'cancel-during-announcement'() {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, ({ correlationId }) => {
      harness.publisherFails(correlationId, true);
      return Response.json(aRecognition);
    });
    await start(photo);
    await eventually(async () => {
      const { outcome } = await harness.handle(photo).query(progress);
      if (outcome === undefined) throw new Error('no outcome decided yet');
    });
    await harness.handle(photo).cancel();
    harness.publisherFails(photo.correlationId, false);
    return photo;
  },
  async 'signal-first'() {
    const photo = harness.photo();
    await signalRecognition(harness.temporal, photo, signal);
    return photo;
  },
  async 'signal-while-asking'() {
    const photo = harness.photo();
    harness.adapterAnswers(photo.correlationId, noAnswer);
    await start(photo);
    await asked(photo);
    await signalRecognition(harness.temporal, photo, signal);
    return photo;
  },
  async 'signal-of-another-run'() {
    const photo = harness.photo();
    await signalRecognition(harness.temporal, photo, { ...signal, runId: 'another-run' });
    return photo;
  },
  async 'ignored-signal'() {
    const photo = await acts.waiting();
    await acts.signal(photo, { input: '{"brand":"CAT"}', encoding: 'json/protobuf' });
    await acts.completeActivity(photo, aRecognition);
    return photo;
  },
  async 'invalid-result-by-hand'() {
    const photo = await acts.waiting();
    await acts.completeActivity(photo, { brand: 'CAT' });
    return photo;
  },
  async 'entry-adapter-signal'() {
    const photo = harness.photo({ entry: 'adapter' });
    await start(photo);
    await eventually(() => {
      if (harness.announced(photo.correlationId).length === 0)
        throw new Error('no start announced yet');
    });
    await signalRecognition(harness.temporal, photo, signal);
    return photo;
  },
  async 'entry-adapter-asks'() {
    const photo = harness.photo({ entry: 'adapter', graceMs: 300 });
    await start(photo);
    return photo;
  },
  async redo() {
    const photo = harness.photo();
    await start(photo);
    await ended(photo);
    const { runId } = await harness.handle(photo).describe();
    await startAgain(harness.client, photo, runId);
    return photo;
  },
};

async function record(name: string, workflowId: string): Promise<void> {
  const history = await harness.client.workflow.getHandle(workflowId).fetchHistory();
  const text = JSON.stringify(
    JSON.parse(historyToJSON(history)),
    (key, value: unknown) => (key === 'stackTrace' ? '' : value), // names places on this machine
    2,
  );
  await writeFile(new URL(`${name}.json`, folder), `${text}\n`);
  process.stdout.write(`${name}: ${history.events?.length ?? 0} events\n`);
}

/** The id of a completed run of this type. */
const completed = (type: string) =>
  eventually(async () => {
    const query = `WorkflowType = '${type}' AND ExecutionStatus = 'Completed'`;
    for await (const { workflowId } of harness.client.workflow.list({ query })) return workflowId;
    throw new Error(`no completed run of ${type} yet`);
  });

await mkdir(folder, { recursive: true });
for (const [name, play] of Object.entries(paths)) {
  const photo = await play();
  await ended(photo);
  await record(name, harness.handle(photo).workflowId);
}

// A terminated run has no history worth replaying; those that announce its end do.
const photo = harness.photo();
harness.adapterAnswers(photo.correlationId, noAnswer);
await start(photo);
await asked(photo);
await harness.handle(photo).terminate();
const { runId } = await harness.handle(photo).describe();
const announceEnd = announceEndWorkflowId(photo.correlationId, runId);
await eventually(() => harness.client.workflow.getHandle(announceEnd).result());
await record('announce-end', announceEnd);

const logger = silentLogger();
const retention = runTemporalWorker(
  harness.temporal,
  retentionWorker({
    versions: {
      list: () => Promise.resolve({ versions: [], storeTime: new Date() }),
      remove: () => Promise.resolve([]),
    },
    limits: Object.values(prefixes).map((prefix) => ({ prefix, keepMs: 0 })),
    metrics: { deleted: () => undefined, failed: () => undefined, succeeded: () => undefined },
  }),
  logger,
);
const never = new AbortController().signal;
await scheduleSweeps({
  temporal: harness.temporal,
  intervalMs: 3_600_000,
  logger,
  stopping: never,
});
await record('sweep-objects', await completed('sweepObjects'));

const deleted = await acts.waiting();
await startDeletion(harness.client, deleted, { lookAgainMs: 500 });
const deletion = deletionWorkflowId(deleted.correlationId);
await harness.client.workflow.getHandle(deletion).result();
await record('delete-analysis', deletion);
await retention.stop();
await harness.close();
