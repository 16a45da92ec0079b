import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { cancelRun } from './cancel-run.ts';
import { analysisWorkflowId, announceEndWorkflowId } from '../contracts/topology.ts';

/** What ends and deletes the runs of one analysis, and those that announced an end in its place. */
export function createDeleteRunsActivities({ client }: { client: Client }) {
  return {
    /**
     * Cancels an open run, so that it announces its end, or terminates it.
     *
     * @returns whether one was open, and where the photo lies as far as the runs say so.
     */
    async endRuns(given: { readonly correlationId: string; readonly terminate: boolean }) {
      const { correlationId, terminate } = given;
      const runs = await findRuns(client, correlationId);
      const newest = await describe(client, analysisWorkflowId(correlationId));
      const isOpen = newest !== undefined && newest.closeTime === undefined; // a paused one too
      if (isOpen) await end(client, newest, terminate);
      return { isOpen, objectKeys: [...new Set(runs.flatMap(objectKeyOf))] };
    },
    /** @returns how many runs there still were: Temporal deletes them a moment later. */
    async deleteRuns(correlationId: string): Promise<number> {
      const runs = await findRuns(client, correlationId);
      for (const run of runs) await deleteRun(client, run);
      return runs.length;
    },
  };
}
export type DeleteRunsActivities = ReturnType<typeof createDeleteRunsActivities>;

type Run = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'memo'>;

/** Its lists lag behind a start, so Temporal is also asked for the newest run. */
async function findRuns(client: Client, correlationId: string): Promise<Run[]> {
  const workflowId = analysisWorkflowId(correlationId);
  const found = new Map<string, Run>();
  const announcements = announceEndWorkflowId(correlationId, '');
  const query = `WorkflowId = '${workflowId}' OR WorkflowId STARTS_WITH '${announcements}'`;
  for await (const run of client.workflow.list({ query })) found.set(run.runId, run);
  const newest = await describe(client, workflowId);
  if (newest !== undefined) found.set(newest.runId, newest);
  return [...found.values()];
}

async function describe(client: Client, workflowId: string) {
  return client.workflow
    .getHandle(workflowId)
    .describe()
    .catch((error: unknown) => undefinedIfGone(error));
}

async function end(
  client: Client,
  run: WorkflowExecutionDescription,
  terminate: boolean,
): Promise<void> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  await (terminate ? handle.terminate('deleted by its owner') : cancelRun(client, run)).catch(
    (error: unknown) => undefinedIfGone(error), // it has ended meanwhile
  );
}

/** A run that is open is ended by it as well. */
export async function deleteRun(
  client: Client,
  { workflowId, runId }: Pick<Run, 'workflowId' | 'runId'>,
): Promise<void> {
  await client.workflowService
    .deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId },
    })
    .catch((error: unknown) => undefinedIfGone(error));
}

function objectKeyOf({ memo }: Run): string[] {
  const key = memo?.['objectKey'];
  return typeof key === 'string' ? [key] : [];
}

const notFound = 5; // as gRPC numbers it

function undefinedIfGone(error: unknown): undefined {
  const { code } = error as { code?: unknown };
  if (error instanceof WorkflowNotFoundError || code === notFound) return undefined;
  throw error;
}
