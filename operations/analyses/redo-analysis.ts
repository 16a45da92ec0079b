import type { Client, WorkflowHandle } from '@temporalio/client';
import { analysisWorkflowId, correlationIdOf } from '../../contracts/topology.ts';
import { delay } from '../../platform/retry.ts';
import { readWorkflowInput } from '../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { startAgain } from '../../workers/orchestrator/intake/start-analysis.ts';
import { UsageError, type Print } from '../command-line/arguments.ts';
import { cancelRun } from './cancel-run.ts';
import { listedRuns, type Filter } from './list-runs.ts';

/** The old run did not close in time. */
export class StillRunningError extends Error {
  override readonly name = 'StillRunningError';
  readonly code = 'STILL_RUNNING';
}

/**
 * Analyses a photo again: a new run under the same id, with the old input. An open one is cancelled
 * first and its `CANCELLED` awaited, so that every run has exactly one visible end.
 *
 * @param how.terminate ends a running one at once; only the end of the new run is announced then.
 * @param how.waitMs how long the cancelled run may take to announce its end.
 * @returns the new run's id.
 * @throws {StillRunningError} the cancelled run has not ended.
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
  const run = client.workflow.getHandle(workflowId, old.runId, { followRuns: false });
  if (old.closeTime === undefined) {
    if (how.terminate) {
      how.onStep(`terminating run ${old.runId}`);
      await run.terminate('redo');
    } else {
      how.onStep(`cancelling run ${old.runId}, waiting until its end is announced`);
      await cancelRun(client, old);
      await untilClosed(run, how.waitMs);
    }
  }
  const input = (await readWorkflowInput(client, {
    workflowId,
    runId: old.runId,
  })) as AnalysisInput;
  return startAgain(client, input, old.runId);
}

const pollEveryMs = 250;

async function untilClosed(run: WorkflowHandle, waitMs: number): Promise<void> {
  const deadline = Date.now() + waitMs;
  while ((await run.describe()).closeTime === undefined) {
    if (Date.now() > deadline)
      throw new StillRunningError(
        `${run.workflowId} has not ended within ${waitMs / 1000} s after it was cancelled`,
      );
    await delay(pollEveryMs);
  }
}

/**
 * Analyses again what `list` shows under the same filter: each photo once, and not one whose newer run
 * has done it already, so that the command can be repeated.
 *
 * @throws {UsageError} no filter, or one of open runs.
 */
export async function redoListed(client: Client, filter: Filter, print: Print): Promise<string[]> {
  const { state, code } = filter;
  if (state === undefined && code === undefined)
    throw new UsageError('id missing: expected a correlationId, or --state or --code for many');
  if (state === 'running' || state === 'paused')
    throw new UsageError(`invalid --state ${state}: expected one of closed runs; cancel first`);
  let redone = 0;
  for (const { workflowId, runId, closeTime } of await listedRuns(client, filter)) {
    const correlationId = correlationIdOf(workflowId) ?? workflowId;
    const newest = await client.workflow.getHandle(workflowId).describe();
    if (closeTime === undefined || newest.runId !== runId) continue; // the list lags a moment behind
    const how = { terminate: false, waitMs: 0, onStep: print };
    print(`run ${await redoAnalysis(client, correlationId, how)} started for ${workflowId}`);
    redone += 1;
  }
  return [redone === 0 ? 'nothing to redo' : `${redone} redone; list shows how they end`];
}
