import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { correlationIdOf } from '../../contracts/topology.ts';
import { UsageError, type Print } from '../command-line/arguments.ts';
import { listedRuns, type Filter } from './list-runs.ts';
import { NotRedoableError, redoAnalysis } from './redo-analysis.ts';
import { whyNotFound } from './why-not-found.ts';

/** Some of the runs could not be redone, each was printed with its reason. */
export class IncompleteRedoError extends Error {
  override readonly name = 'IncompleteRedoError';
}

/**
 * Analyses again what `list` shows under the same filter: each photo once, and not one whose newer run
 * has done it already, so that the command can be repeated.
 *
 * @throws {UsageError} no filter, or one of open runs.
 * @throws {IncompleteRedoError} after the others were redone.
 */
export async function redoListed(client: Client, filter: Filter, print: Print): Promise<string[]> {
  const { state, code } = filter;
  if (state === undefined && code === undefined)
    throw new UsageError('id missing: expected a correlationId, or --state or --code for many');
  if (state === 'running' || state === 'paused')
    throw new UsageError(`invalid --state ${state}: expected one of closed runs; cancel first`);
  return redoRuns(client, await listedRuns(client, filter), print);
}

/** What redoes each of these runs, as far as it is closed and the newest of its photo. */
export async function redoRuns(
  client: Client,
  runs: readonly Pick<WorkflowExecutionInfo, 'workflowId' | 'runId'>[],
  print: Print,
): Promise<string[]> {
  let redone = 0;
  let failed = 0;
  for (const { workflowId, runId } of runs) {
    const correlationId = correlationIdOf(workflowId) ?? workflowId;
    try {
      const newest = await client.workflow.getHandle(workflowId).describe();
      if (newest.closeTime === undefined || newest.runId !== runId) continue; // the list lags a moment behind
      const how = { terminate: false, waitMs: 0, onStep: print };
      print(`run ${await redoAnalysis(client, correlationId, how)} started for ${workflowId}`);
      redone += 1;
    } catch (error) {
      print(`not redone: ${await reasonOf(client, correlationId, error)}`);
      failed += 1;
    }
  }
  if (failed > 0)
    throw new IncompleteRedoError(`${redone} redone, ${failed} not: the reasons stand above`);
  return [redone === 0 ? 'nothing to redo' : `${redone} redone; list shows how they end`];
}

/** @throws the error itself where it is no matter of this one run. */
async function reasonOf(client: Client, correlationId: string, error: unknown): Promise<string> {
  if (error instanceof WorkflowNotFoundError) return whyNotFound(client, correlationId);
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    return `a new run of ${error.workflowId} was started meanwhile`;
  if (error instanceof NotRedoableError) return error.message;
  throw error;
}
