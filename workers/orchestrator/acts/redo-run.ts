import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { ValueError } from '@temporalio/common';
import { analysisWorkflowId } from '../../../contracts/topology.ts';
import { delay } from '../../../platform/retry.ts';
import { readWorkflowInput } from '../../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';
import { startAgain } from '../intake/start-analysis.ts';
import { invalidFieldsOfInput } from '../../../workflows/check-recognition.ts';
import type { RunningPolicy } from '../../../contracts/acts.ts';
import { cancelRun } from '../../../activities/cancel-run.ts';

/** The old run has not ended, and is not to be ended; or it did not close in time. */
export class StillRunningError extends Error {
  override readonly name = 'StillRunningError';
  readonly code = 'STILL_RUNNING';
}

/** The old run was not started by an upload: it stays as it is. */
export class NotRedoableError extends Error {
  override readonly name = 'NotRedoableError';
}

/**
 * Analyses a photo again: a new run under the same id, with the old input.
 *
 * @param how.running what becomes of an open run: `refuse` leaves it; `cancel` awaits its `CANCELLED`, so
 *   that every run has exactly one visible end; `terminate` ends it at once, and only the end of the new
 *   run is announced.
 * @param how.waitMs how long the cancelled run may take to announce its end.
 * @returns the new run's id.
 * @throws {StillRunningError} the old run has not ended.
 * @throws {AnalysisDeletedError} its owner has deleted it.
 * @throws {NotRedoableError} its input is not that of an upload.
 * @throws {WorkflowNotFoundError} none of that id, or older than the namespace keeps.
 * @throws {WorkflowExecutionAlreadyStartedError} a run was started meanwhile.
 */
export async function redoRun(
  client: Client,
  correlationId: string,
  how: { running: RunningPolicy; waitMs: number },
): Promise<string> {
  const workflowId = analysisWorkflowId(correlationId);
  const old = await client.workflow.getHandle(workflowId).describe();
  const input = await readInput(client, { workflowId, runId: old.runId });
  const run = client.workflow.getHandle(workflowId, old.runId, { followRuns: false });
  if (old.closeTime === undefined) {
    if (how.running === 'refuse') throw new StillRunningError(`${workflowId} has not ended`);
    if (how.running === 'terminate') await terminate(run);
    else {
      await cancelRun(client, old);
      await untilClosed(run, how.waitMs);
    }
  }
  return startAgain(client, input, old.runId);
}

/** Read before anything is done to the old run: without it there is no new one. */
async function readInput(
  client: Client,
  run: { workflowId: string; runId: string },
): Promise<AnalysisInput> {
  const input = await readWorkflowInput(client, run).catch((error: unknown) => {
    if (error instanceof ValueError) return undefined; // no encoding of ours
    throw error;
  });
  const invalid = invalidFieldsOfInput(input);
  if (invalid.length === 0) return input as AnalysisInput;
  throw new NotRedoableError(
    `the input of ${run.workflowId} is not that of an upload (${invalid.join(', ')}): upload the photo again`,
  );
}

async function terminate(run: WorkflowHandle): Promise<void> {
  try {
    await run.terminate('redo');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error; // it has ended meanwhile
  }
}

const pollEveryMs = 250;

async function untilClosed(run: WorkflowHandle, waitMs: number): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (await isOpen(run)) {
    if (Date.now() > deadline)
      throw new StillRunningError(
        `${run.workflowId} has not ended within ${waitMs / 1000} s after it was cancelled`,
      );
    await delay(pollEveryMs);
  }
}

async function isOpen(run: WorkflowHandle): Promise<boolean> {
  try {
    return (await run.describe()).closeTime === undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false; // deleted meanwhile
    throw error;
  }
}
