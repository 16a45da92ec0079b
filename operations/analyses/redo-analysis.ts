import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { ValueError } from '@temporalio/common';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { delay } from '../../platform/retry.ts';
import { readWorkflowInput } from '../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { startAgain } from '../../workers/orchestrator/intake/start-analysis.ts';
import { invalidFieldsOfInput } from '../../workflows/check-recognition.ts';
import { cancelRun } from './cancel-run.ts';

/** The old run did not close in time. */
export class StillRunningError extends Error {
  override readonly name = 'StillRunningError';
  readonly code = 'STILL_RUNNING';
}

/** The old run was not started by an upload: it stays as it is. */
export class NotRedoableError extends Error {
  override readonly name = 'NotRedoableError';
}

/**
 * Analyses a photo again: a new run under the same id, with the old input. An open one is cancelled
 * first and its `CANCELLED` awaited, so that every run has exactly one visible end.
 *
 * @param how.terminate ends a running one at once; only the end of the new run is announced then.
 * @param how.waitMs how long the cancelled run may take to announce its end.
 * @returns the new run's id.
 * @throws {StillRunningError} the cancelled run has not ended.
 * @throws {NotRedoableError} its input is not that of an upload.
 * @throws {WorkflowNotFoundError} none of that id, or older than the namespace keeps.
 * @throws {WorkflowExecutionAlreadyStartedError} a run was started meanwhile.
 */
export async function redoAnalysis(
  client: Client,
  correlationId: string,
  how: { terminate: boolean; waitMs: number; onStep: (step: string) => void },
): Promise<string> {
  const workflowId = analysisWorkflowId(correlationId);
  const old = await client.workflow.getHandle(workflowId).describe();
  const input = await readInput(client, { workflowId, runId: old.runId });
  const run = client.workflow.getHandle(workflowId, old.runId, { followRuns: false });
  if (old.closeTime === undefined) {
    if (how.terminate) {
      how.onStep(`terminating run ${old.runId}`);
      if (!(await terminate(run))) how.onStep(`run ${old.runId} has ended before that`);
    } else {
      how.onStep(`cancelling run ${old.runId}, waiting until its end is announced`);
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

/** False when it has ended meanwhile. */
async function terminate(run: WorkflowHandle): Promise<boolean> {
  try {
    await run.terminate('redo');
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
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
