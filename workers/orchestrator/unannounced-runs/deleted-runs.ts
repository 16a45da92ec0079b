import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ListRuns, UnannouncedRun } from '../../../activities/find-unannounced-runs.ts';
import { analysisWorkflowId, workflowTypes } from '../../../contracts/topology.ts';
import type { OpenRun, OpenRuns } from '../open-runs/open-runs.ts';

const runningQuery = `WorkflowType = '${workflowTypes.analyzeImage}' AND ExecutionStatus = 'Running'`;

/** Each of them is a call or two to Temporal. */
const mostAtOnce = 500;

/**
 * Open runs that are not listed as running: an operator may have deleted them. Where they are too many for
 * one look it takes some from anywhere, so that paused ones, which stay, keep no other waiting.
 */
export async function listMissing(
  list: ListRuns,
  openRuns: Pick<OpenRuns, 'knownFor' | 'forget'>,
  settledMs: number,
): Promise<OpenRun[]> {
  const settled = openRuns.knownFor(settledMs);
  if (settled.length === 0) return [];
  const running = new Set<string>();
  for await (const { runId } of list(runningQuery)) running.add(runId);
  const missing = settled.filter(({ runId }) => !running.has(runId));
  const first = Math.floor(Math.random() * Math.max(1, missing.length - mostAtOnce + 1));
  return missing.slice(first, first + mostAtOnce);
}

/**
 * Undefined for a run that Temporal still has, and for one that a newer run has replaced: the newer one
 * speaks for the photo.
 */
export async function readDeletedRun(
  client: Client,
  openRuns: Pick<OpenRuns, 'knownFor' | 'forget'>,
  run: OpenRun,
): Promise<UnannouncedRun | undefined> {
  const known = await newestKnown(client, run);
  if (known === undefined) return { ...run, endedAt: new Date().toISOString(), deleted: true };
  if (known.runId !== run.runId || known.closed) openRuns.forget(run.runId);
  return undefined;
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
