import { createRecognitionActivities } from '../../activities/recognize-image.ts';
import { taskQueues } from '../../contracts/topology.ts';
import type { RestClient } from '../../platform/http/rest-client.ts';
import type { WorkerDefinition } from '../../platform/temporal/temporal-worker.ts';

/**
 * The activity worker of task queue `recognition`. The rate holds over all its replicas: the server
 * keeps it, and what is above it waits there, owners in turn: in the adapter it would be first come, first
 * served.
 */
export function recognitionWorker(deps: {
  adapter: RestClient;
  limits: { readonly perSecond: number; readonly atOnce: number };
}): WorkerDefinition {
  return {
    taskQueue: taskQueues.recognition,
    activities: () => createRecognitionActivities(deps),
    maxTaskQueueActivitiesPerSecond: deps.limits.perSecond,
    maxConcurrentActivityTaskExecutions: deps.limits.atOnce, // each waits for the adapter, 1 to 10 s
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 5, maximum: 20 },
    shutdownGraceTime: '8 s', // most calls end by themselves in that time; the rest is tried elsewhere
    shutdownForceTime: '11 s', // the process itself has 14 s
  };
}
