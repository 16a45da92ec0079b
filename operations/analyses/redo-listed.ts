import type { Client } from '@temporalio/client';
import { correlationIdOf } from '../../contracts/topology.ts';
import { UsageError, type Print } from '../command-line/arguments.ts';
import { listedRuns, type Filter } from './list-runs.ts';
import { redoAnalysis } from './redo-analysis.ts';

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
