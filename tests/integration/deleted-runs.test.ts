// A run that an operator deletes: Temporal knows nothing of it any more, its client still waits.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventIds, exchanges } from '../../contracts/topology.ts';
import { showRun } from '../../operations/analyses/show-run.ts';
import { silentLogger } from '../../platform/logger.ts';
import { prepareTemporal } from '../../workers/orchestrator/prepare-temporal.ts';
import { startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { eventually } from '../support/harness/eventually.ts';
import { openKillableWorkers, type KillableWorkers } from '../support/killable-workers.ts';

let workers: KillableWorkers;
beforeAll(async () => {
  workers = await openKillableWorkers();
});
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

test('the orchestrator warns of a namespace that forgets runs before Kafka forgets their uploads', async () => {
  const warnings: string[] = [];
  const logger = Object.assign(silentLogger(), {
    warn: (_: object, message: string) => void warnings.push(message),
  });
  const { temporal } = workers; // 24 hours
  await prepareTemporal({ temporal, logger, stopping: new AbortController().signal });
  expect(warnings).toEqual([expect.stringContaining('retention of the namespace is shorter')]);
});
