import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ParentClosePolicy,
  proxyLocalActivities,
  setCurrentDetails,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { AnnouncementActivities } from '../activities/announce.ts';
import type { SweepActivities, UnannouncedRun } from '../activities/find-unannounced-runs.ts';
import { failures } from '../contracts/failures.ts';
import { announceEndWorkflowId } from '../contracts/topology.ts';
import { policies } from './policies.ts';
import { completedData } from './result-fields.ts';

const { announceCompleted } = proxyLocalActivities<AnnouncementActivities>(policies.announce);

/**
 * Announces the end of a run that could not do it itself, because it was terminated or deleted.
 * Its workflow id is the memory: one announcement per run, the same event id as the run's own.
 */
export async function announceEnd(run: UnannouncedRun): Promise<void> {
  setCurrentDetails(`announcing the end of run \`${run.runId}\``);
  const { correlationId, owner, runId, objectKey, startedAt, endedAt, deleted } = run;
  const message = deleted ? 'the analysis was deleted by an operator' : failures.TERMINATED.message;
  const failure = { code: 'TERMINATED', message } as const;
  const times = { startedAt, completedAt: endedAt };
  const data = completedData(objectKey, times, { failure });
  await announceCompleted({ correlationId, owner, runId, data });
}

const sweep = proxyLocalActivities<SweepActivities>(policies.sweep);

/**
 * One look for terminated runs whose end nobody announced. Only schedules of older orchestrators start
 * it: this one looks by itself (workers/orchestrator/unannounced-runs).
 *
 * @returns how many announcements it started.
 */
export async function sweepEnds(): Promise<number> {
  const runs = await sweep.findSilentEnds();
  const started = await Promise.all(runs.map(startAnnouncement));
  return started.filter(Boolean).length;
}

/** False when an earlier sweep did it: lists lag behind, ids do not. */
async function startAnnouncement(run: UnannouncedRun): Promise<boolean> {
  try {
    await startChild(announceEnd, {
      workflowId: announceEndWorkflowId(run.correlationId, run.runId),
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      parentClosePolicy: ParentClosePolicy.ABANDON, // it goes on until RabbitMQ has the event
      args: [run],
      staticSummary: 'Announce the end of a terminated run',
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
