// What the intake's admission asks of a real Temporal: what waits in its task queues, and since when.
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { taskQueues } from '../../contracts/topology.ts';
import { silentLogger } from '../../platform/logger.ts';
import { connectTemporal, type Temporal } from '../../platform/temporal/temporal.ts';
import { followTaskBacklog } from '../../workers/orchestrator/intake/task-backlog.ts';
import { eventually } from '../support/harness/eventually.ts';
import { openNamespace } from '../support/harness/temporal.ts';

let temporal: Temporal | undefined;
afterEach(() => temporal?.close());

const connect = (where: { address: string; namespace: string }) =>
  (temporal = connectTemporal({ ...where, identity: 'task-backlog.test', logger: silentLogger() }));

test('says how many workflow tasks wait without a worker and how long the oldest has waited, also as gauges', async () => {
  const own = connect(await openNamespace());
  await own.connected();
  const registry = new Registry();
  const backlog = followTaskBacklog({ temporal: own, registry, logger: silentLogger() });
  expect(await backlog.oldestTaskMs()).toBe(0);
  for (let index = 0; index < 3; index += 1)
    await own.client().workflow.start('nobodyRunsThis', {
      taskQueue: taskQueues.analysis,
      workflowId: randomUUID(),
      workflowExecutionTimeout: '5 minutes',
    });
  await eventually(async () => expect(await backlog.oldestTaskMs()).toBeGreaterThan(2_000), {
    within: 30_000,
  });
  expect(await registry.metrics()).toMatch(
    /orchestrator_task_backlog\{task_queue="analysis"\} 3\n/,
  );
  expect(await registry.metrics()).toMatch(
    /orchestrator_task_backlog_oldest_seconds\{task_queue="recognition"\} 0\n/,
  );
});

test('throws while Temporal is unavailable, and its gauges have no values then', async () => {
  const nobody = connect({ address: '127.0.0.1:1', namespace: 'default' });
  const registry = new Registry();
  const backlog = followTaskBacklog({ temporal: nobody, registry, logger: silentLogger() });
  await expect(backlog.oldestTaskMs()).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  expect(await registry.metrics()).not.toMatch(/orchestrator_task_backlog\{/);
});
