import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ParentClosePolicy,
  proxyLocalActivities,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { SweepActivities, UnannouncedRun } from '../activities/find-unannounced-runs.ts';
import { announceEndWorkflowId } from '../contracts/topology.ts';
import { announceEnd } from './announce-end.ts';
import { policies } from './policies.ts';

const activities = proxyLocalActivities<SweepActivities>(policies.sweep);

/**
 * One look for terminated runs whose end nobody announced. Only schedules of older orchestrators start
 * it: this one looks by itself (workers/orchestrator/unannounced-runs).
 *
 * @returns how many announcements it started.
 */
export async function sweepEnds(): Promise<number> {
  const runs = await activities.findSilentEnds();
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
