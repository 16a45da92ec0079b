import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { correlationIdOf } from '../../contracts/topology.ts';
import { UsageError, type Print } from '../command-line/arguments.ts';
import { listedRuns, type Filter } from './list-runs.ts';
import { isProblem } from '../../platform/http/problem.ts';
import { whyNotFound } from './why-not-found.ts';

/** Redoes one analysis that is closed. @returns the id of the new run. */
export type Redo = (correlationId: string) => Promise<string>;

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
export async function redoListed(
  client: Client,
  filter: Filter,
  redo: Redo,
  print: Print,
): Promise<string[]> {
  const { state, code } = filter;
  if (state === undefined && code === undefined)
    throw new UsageError('id missing: expected a correlationId, or --state or --code for many');
  if (state === 'running' || state === 'paused')
    throw new UsageError(`invalid --state ${state}: expected one of closed runs; cancel first`);
  return redoRuns(client, await listedRuns(client, filter), redo, print);
}

/** What redoes each of these runs, as far as it is closed and the newest of its photo. */
export async function redoRuns(
  client: Client,
  runs: readonly Pick<WorkflowExecutionInfo, 'workflowId' | 'runId'>[],
  redo: Redo,
  print: Print,
): Promise<string[]> {
  let redone = 0;
  let failed = 0;
  for (const { workflowId, runId } of runs) {
    const correlationId = correlationIdOf(workflowId) ?? workflowId;
    try {
      const newest = await client.workflow.getHandle(workflowId).describe();
      if (newest.closeTime === undefined || newest.runId !== runId) continue; // the list lags a moment behind
      print(`run ${await redo(correlationId)} started for ${workflowId}`);
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
  if (error instanceof WorkflowNotFoundError || isProblem(error, 'NO_ANALYSIS'))
    return whyNotFound(client, correlationId);
  if (isProblem(error, 'NOT_ENDED')) return `a new run of ${correlationId} was started meanwhile`;
  if (isProblem(error, 'NOT_REDOABLE')) return error.message;
  throw error;
}
