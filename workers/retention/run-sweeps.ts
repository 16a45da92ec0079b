import { ScheduleOverlapPolicy } from '@temporalio/client';
import { Counter, Gauge, type Registry } from 'prom-client';
import { createDeleteObjectsActivities } from '../../activities/delete-objects.ts';
import {
  createRetentionActivities,
  type RetentionDependencies,
  type RetentionMetrics,
} from '../../activities/delete-old-objects.ts';
import { scheduleIds, taskQueues, workflowTypes } from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Temporal } from '../../platform/temporal/temporal.ts';
import { putSchedule, setUpTemporal } from '../../platform/temporal/temporal-setup.ts';
import type { WorkerDefinition } from '../../platform/temporal/temporal-worker.ts';

/** The activity worker of task queue `retention`. */
export function retentionWorker(deps: RetentionDependencies): WorkerDefinition {
  return {
    taskQueue: taskQueues.retention,
    activities: () => ({
      ...createRetentionActivities(deps),
      ...createDeleteObjectsActivities(deps),
    }),
    // The schedule starts one sweep at a time; people's deletions do not wait for its end.
    maxConcurrentActivityTaskExecutions: 10,
    shutdownGraceTime: '1 s', // a sweep goes on elsewhere, or at the next start
    shutdownForceTime: '8 s', // the process itself has 14 s
  };
}

/**
 * Makes the schedule, or gives the existing one this interval, and starts a sweep at once: what was
 * missed while nobody swept does not wait for the interval. Resolves when it stands, or `stopping` fires.
 */
export async function scheduleSweeps(deps: {
  temporal: Temporal;
  intervalMs: number;
  logger: Logger;
  stopping: AbortSignal;
}): Promise<void> {
  await setUpTemporal(deps, async (client) => {
    await putSchedule(client, scheduleIds.sweepObjects, deps.intervalMs, {
      workflowType: workflowTypes.sweepObjects,
      taskQueue: taskQueues.analysis, // every workflow is in the orchestrator's bundle
      // No run timeout: a slow or unavailable store must not end a sweep.
      staticSummary: 'Delete photos that are too old',
    });
    const schedule = client.schedule.getHandle(scheduleIds.sweepObjects);
    const { state } = await schedule.describe();
    if (!state.paused) await schedule.trigger(ScheduleOverlapPolicy.SKIP); // paused: by an operator
  });
}

export function retentionMetrics(registry: Registry): RetentionMetrics {
  const registers = [registry];
  const deleted = new Counter({
    name: 'retention_deleted_total',
    help: 'Object versions and delete markers that were too old and are deleted.',
    labelNames: ['prefix'],
    registers,
  });
  const failed = new Counter({
    name: 'retention_errors_total',
    help: 'Object versions that are too old and that the store did not delete; each try counts.',
    labelNames: ['prefix'],
    registers,
  });
  const success = new Gauge({
    name: 'retention_last_success_timestamp_seconds',
    help: 'When this process last ended a sweep that left nothing behind; 0 before the first.',
    registers,
  });
  return {
    deleted: (prefix, count) => deleted.inc({ prefix }, count),
    failed: (prefix, count) => failed.inc({ prefix }, count),
    succeeded: () => success.setToCurrentTime(),
  };
}
