import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ParentClosePolicy,
  proxyLocalActivities,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { SilentEnd, SweepActivities } from '../activities/find-silent-ends.ts';
import { announceEndWorkflowId } from '../contracts/topology.ts';
import { announceEnd } from './announce-end.ts';
import { policies } from './policies.ts';

const { findSilentEnds } = proxyLocalActivities<SweepActivities>(policies.sweep);

/**
 * One look for runs that ended without a word, started by a Temporal Schedule.
 *
 * @returns how many announcements it started.
 */
export async function sweepEnds(): Promise<number> {
  const ends = await findSilentEnds();
  const started = await Promise.all(ends.map(startAnnouncement));
  return started.filter(Boolean).length;
}

/** False when an earlier sweep did it: lists lag behind, ids do not. */
async function startAnnouncement(end: SilentEnd): Promise<boolean> {
  try {
    await startChild(announceEnd, {
      workflowId: announceEndWorkflowId(end.correlationId, end.runId),
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      parentClosePolicy: ParentClosePolicy.ABANDON, // it goes on until RabbitMQ has the event
      args: [end],
      staticSummary: 'Announce the end of a terminated run',
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
