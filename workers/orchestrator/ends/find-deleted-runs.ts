import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { UnannouncedRun } from '../../../activities/find-unannounced-runs.ts';
import { analysisWorkflowId, workflowTypes } from '../../../contracts/topology.ts';
import type { OpenRun, OpenRuns } from './open-runs.ts';

const runningQuery = `WorkflowType = '${workflowTypes.analyzeImage}' AND ExecutionStatus = 'Running'`;

/**
 * Open runs that Temporal does not have any more: an operator has deleted them. One that a newer run
 * has replaced is left out: the newer one speaks for the photo.
 *
 * @param settledMs how long a run must have been known, so that its own end has come.
 */
export async function findDeletedRuns(
  client: Client,
  openRuns: OpenRuns,
  settledMs: number,
): Promise<UnannouncedRun[]> {
  const settled = openRuns.knownFor(settledMs);
  if (settled.length === 0) return [];
  const running = new Set<string>();
  for await (const { runId } of client.workflow.list({ query: runningQuery })) running.add(runId);
  const found: UnannouncedRun[] = [];
  for (const run of settled.filter(({ runId }) => !running.has(runId))) {
    const known = await newestKnown(client, run);
    if (known === undefined) {
      const endedAt = new Date().toISOString();
      found.push({ ...run, endedAt, deleted: true });
    } else if (known.runId !== run.runId || known.closed) openRuns.forget(run.runId);
  }
  return found;
}

/** The run itself; else a run that goes on in its place. */
async function newestKnown(client: Client, { correlationId, runId }: OpenRun) {
  const workflowId = analysisWorkflowId(correlationId);
  const itself = await describe(client, workflowId, runId);
  if (itself !== undefined) return itself;
  const newest = await describe(client, workflowId);
  return newest?.closed === false ? newest : undefined;
}

async function describe(client: Client, workflowId: string, runId?: string) {
  try {
    const run = await client.workflow.getHandle(workflowId, runId).describe();
    return { runId: run.runId, closed: run.closeTime !== undefined };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
