import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  type Client,
} from '@temporalio/client';
import {
  findUnannouncedRuns,
  type UnannouncedRun,
} from '../../../activities/find-unannounced-runs.ts';
import { announceEndWorkflowId, taskQueues, workflowTypes } from '../../../contracts/topology.ts';
import type { Logger } from '../../../platform/logger.ts';
import { delay } from '../../../platform/retry.ts';
import { temporalFaultOf, type Temporal } from '../../../platform/temporal/temporal.ts';
import type { announceEnd } from '../../../workflows/announce-end.ts';
import { findDeletedRuns } from './find-deleted-runs.ts';
import type { OpenRuns } from './open-runs.ts';

const callTimeoutMs = 20_000;
const settledMs = 10_000; // an end that is announced is read within milliseconds

/**
 * Looks again and again for runs that could not announce their own end, because an operator terminated
 * or deleted them or the server timed them out, and starts a workflow for each that does it.
 *
 * The look is no workflow itself: thousands a day would hide the photos in Temporal's lists.
 */
export async function announceEnds(deps: {
  readonly temporal: Temporal;
  readonly openRuns: OpenRuns;
  readonly intervalMs: number;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}): Promise<void> {
  const { temporal, openRuns, intervalMs, logger, stopping } = deps;
  while (!stopping.aborted) {
    try {
      await temporal.withTimeout(callTimeoutMs, async (client) => {
        const runs = [
          ...(await findUnannouncedRuns(client)),
          ...(await findDeletedRuns(client, openRuns, Math.min(intervalMs, settledMs))),
        ];
        for (const run of runs) {
          const { correlationId, runId, deleted = false } = run;
          if (await startAnnouncement(client, run))
            logger.info({ correlationId, runId, deleted }, 'end announced in place of the run');
          if (deleted) openRuns.forget(runId);
        }
      });
    } catch (error) {
      if (temporalFaultOf(error) !== 'unavailable')
        logger.error({ err: error }, 'unannounced runs not found: retrying');
    }
    await delay(intervalMs, stopping);
  }
}

/** False when it was done earlier, or by another replica: lists lag behind, ids do not. */
async function startAnnouncement(client: Client, run: UnannouncedRun): Promise<boolean> {
  try {
    await client.workflow.start<typeof announceEnd>(workflowTypes.announceEnd, {
      workflowId: announceEndWorkflowId(run.correlationId, run.runId),
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      workflowIdConflictPolicy: 'FAIL',
      taskQueue: taskQueues.analysis,
      args: [run],
      staticSummary: `Announce the end of a ${run.deleted ? 'deleted' : 'terminated'} run`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
