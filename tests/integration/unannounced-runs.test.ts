// Runs that an operator deletes or terminates: no code of ours ran at their end, their clients still wait.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  eventIds,
  exchanges,
  workflowTypes,
  analysisWorkflowId,
} from '../../contracts/topology.ts';
import { showRun } from '../../operations/analyses/show-run.ts';
import { silentLogger } from '../../platform/logger.ts';
import { connectTemporal } from '../../platform/temporal/temporal.ts';
import { announceUnannouncedRuns } from '../../workers/orchestrator/unannounced-runs/announce-unannounced-runs.ts';
import { openProxy, targetOf } from '../support/harness/proxy.ts';
import { prepareTemporal } from '../../workers/orchestrator/prepare-temporal.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { eventually } from '../support/harness/eventually.ts';
import { openKillableWorkers, type KillableWorkers } from '../support/killable-workers.ts';

let workers: KillableWorkers;
beforeAll(async () => {
  workers = await openKillableWorkers();
});
afterEach(() => workers.kill('orchestrator'));
afterAll(() => workers.close());

test('the orchestrator announces TERMINATED for a run that was deleted while none was running', async () => {
  await workers.start('orchestrator');
  const photo = workers.photo();
  await startAnalysis(workers.temporal, photo); // no recognition worker takes its activity
  await eventually(() => expect(workers.announced(photo.correlationId)).toHaveLength(1));
  const { runId } = await workers.handle(photo).describe();
  await eventually(async () => {
    const shown = await showRun(workers.temporal.client(), photo.correlationId);
    expect(shown.join('\n')).toMatch(/waits +no recognition worker is running/);
  });
  await workers.kill('orchestrator');

  await workers.temporal.withTimeout(10_000, ({ workflowService, options }) =>
    workflowService.deleteWorkflowExecution({
      namespace: options.namespace,
      workflowExecution: { workflowId: workers.handle(photo).workflowId },
    }),
  );
  await workers.start('orchestrator');
  const ends = await eventually(() => {
    const found = workers
      .announced(photo.correlationId)
      .filter(({ exchange }) => exchange === exchanges.analysisCompleted);
    return found.length > 0 && found;
  });
  expect(ends).toMatchObject([
    {
      messageId: eventIds.analysisCompleted(photo.correlationId, runId),
      body: { success: false, failure: { code: 'TERMINATED' }, objectKey: photo.objectKey },
    },
  ]);
});

test('the orchestrator announces each of a batch of terminated runs within a minute, however slow Temporal is', async () => {
  await workers.start('orchestrator');
  const photos = Array.from({ length: 300 }, () => workers.photo({ patienceMs: 600_000 }));
  await startUnreadable();
  await Promise.all(photos.map((photo) => startAnalysis(workers.temporal, photo)));
  for (const photo of photos) await eventually(() => expect(startsOf(photo)).toHaveLength(1));

  workers.temporalProxy.delay(50);
  await terminateAll();
  const withinAMinute = { within: 60_000 };
  await eventually(() => photos.every((photo) => endsOf(photo).length > 0), withinAMinute);
  const ends = photos.flatMap(endsOf);
  expect(new Set(ends.map(({ messageId }) => messageId)).size).toBe(photos.length);
  expect(ends.every(({ body }) => body.failure?.code === 'TERMINATED')).toBe(true);
  workers.temporalProxy.delay(0);
});

test('a look that ends early is logged with what it announced, and the next one goes on', async () => {
  await workers.start('orchestrator');
  const photo = workers.photo();
  await startAnalysis(workers.temporal, photo);
  await workers.kill('orchestrator');
  await workers.handle(photo).terminate();
  const { host, port } = targetOf(`temporal://${process.env['TEMPORAL_ADDRESS']}`);
  const proxy = await openProxy({ host, port });
  const logged: object[] = [];
  const logger = Object.assign(silentLogger(), {
    ...{ warn: (fields: object, message: string) => void logged.push({ ...fields, message }) },
    ...{ info: (fields: object, message: string) => void logged.push({ ...fields, message }) },
  });
  const address = `127.0.0.1:${proxy.port}`;
  const { namespace, identity } = workers.temporal;
  const temporal = connectTemporal({ address, namespace, identity, logger: silentLogger() });
  await temporal.connected();
  const stopping = new AbortController();
  const openRuns = { knownFor: () => [], forget: () => undefined, stop: () => Promise.resolve() };

  proxy.refuse();
  const looking = announceUnannouncedRuns({
    ...{ temporal, openRuns, logger, intervalMs: 100, stopping: stopping.signal },
  });
  const early = { announced: 0, message: 'unannounced runs not all found: looking again' };
  await eventually(() => expect(logged).toContainEqual(expect.objectContaining(early)));
  proxy.accept();
  const { correlationId } = photo;
  const announced = { correlationId, message: 'end announced in place of the run' };
  await eventually(() => expect(logged).toContainEqual(expect.objectContaining(announced)));

  stopping.abort();
  await looking;
  await temporal.close();
  await proxy.close();
});

const announcedOn = (exchange: string) => (photo: AnalysisInput) =>
  workers.announced(photo.correlationId).filter((message) => message.exchange === exchange);
const startsOf = announcedOn(exchanges.analysisStarted);
const endsOf = announcedOn(exchanges.analysisCompleted);

/** A run by hand that nobody works on, with an input that cannot be decoded. */
async function startUnreadable(): Promise<void> {
  const { namespace } = workers.temporal;
  const metadata = { encoding: Buffer.from('binary/encrypted') };
  await workers.temporal.client().workflowService.startWorkflowExecution({
    namespace,
    workflowId: analysisWorkflowId(randomUUID()),
    workflowType: { name: workflowTypes.analyzeImage },
    taskQueue: { name: 'nowhere' },
    input: { payloads: [{ metadata, data: Buffer.from('x') }] },
    requestId: randomUUID(),
  });
}

async function terminateAll(): Promise<void> {
  const { namespace } = workers.temporal;
  await workers.temporal.client().workflowService.startBatchOperation({
    namespace,
    visibilityQuery: `WorkflowType = '${workflowTypes.analyzeImage}' AND ExecutionStatus = 'Running'`,
    jobId: randomUUID(),
    reason: 'a test',
    terminationOperation: {},
  });
}

test('the orchestrator warns of a namespace that forgets runs before Kafka forgets their uploads', async () => {
  const warnings: string[] = [];
  const logger = Object.assign(silentLogger(), {
    warn: (_: object, message: string) => void warnings.push(message),
  });
  const { temporal } = workers; // 24 hours
  await prepareTemporal({ temporal, logger, stopping: new AbortController().signal });
  expect(warnings).toEqual([expect.stringContaining('retention of the namespace is shorter')]);
});
