import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createAnnouncementActivities, type Publisher } from '../../activities/announce.ts';
import { createDeleteRunsActivities } from '../../activities/delete-runs.ts';
import { createSweepActivities } from '../../activities/find-unannounced-runs.ts';
import { taskQueues } from '../../contracts/topology.ts';
import type { WorkerDefinition } from '../../platform/temporal/temporal-worker.ts';

/**
 * The workflow worker, on task queue `analysis`: workflows from the bundle, announcements and the
 * sweep's look as local activities.
 *
 * @throws when the bundle is missing.
 */
export function workflowWorker(deps: { bundle: string; publisher: Publisher }): WorkerDefinition {
  const codePath = resolve(deps.bundle);
  if (!existsSync(codePath))
    throw new Error(
      `workflow bundle missing at ${codePath}: build it with \`node infra/bundle.ts\``,
    );
  return {
    taskQueue: taskQueues.analysis,
    workflowBundle: { codePath },
    activities: (client) => ({
      ...createAnnouncementActivities(deps),
      ...createDeleteRunsActivities({ client }),
      ...createSweepActivities({ client }),
    }),
    maxConcurrentWorkflowTaskExecutions: 40, // a task is milliseconds of one thread
    maxConcurrentLocalActivityExecutions: 100, // each waits for one confirm
    maxConcurrentActivityTaskExecutions: 1, // recognition has a worker of its own
    enableNonLocalActivities: false,
    maxCachedWorkflows: 600, // about 1 MB each; what falls out is replayed
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 5, maximum: 20 },
    shutdownGraceTime: '4 s', // an announcement in hand is one confirm
    shutdownForceTime: '8 s', // the process itself has 14 s
  };
}
