import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { confirmedImageSchema, ownerSchema } from '../contracts/recognition.ts';
import { announceEndWorkflowId, correlationIdOf, workflowTypes } from '../contracts/topology.ts';
import { readWorkflowInput } from '../platform/temporal/temporal.ts';

// Looked for by the orchestrator (workers/orchestrator/ends); as an activity for sweeps of older ones.
/** A run that was closed from outside: no code of ours ran, so its end is not announced yet. */
export interface UnannouncedRun {
  readonly correlationId: string;
  readonly runId: string;
  readonly owner: string;
  readonly objectKey: string;
  /** RFC 3339, as are all times in events. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Temporal has nothing of it any more. */
  readonly deleted?: boolean | undefined;
}

const endedQuery = `WorkflowType = '${workflowTypes.analyzeImage}' AND ExecutionStatus IN ('Terminated', 'TimedOut')`;
const announcedQuery = `WorkflowType = '${workflowTypes.announceEnd}'`;

const inputSchema = confirmedImageSchema.pick({ objectKey: true }).extend({ owner: ownerSchema });

export function createSweepActivities({ client }: { client: Client }) {
  return {
    /** Under the name that histories have. */
    findSilentEnds: () => findUnannouncedRuns(client),
  };
}
export type SweepActivities = ReturnType<typeof createSweepActivities>;

/**
 * Lists Terminated and TimedOut runs, as far back as the namespace keeps them, whose end has not
 * been announced. A run that has a newer one is left out: the newer one speaks for the photo.
 */
export async function findUnannouncedRuns(client: Client): Promise<UnannouncedRun[]> {
  const announced = new Set<string>();
  for await (const run of client.workflow.list({ query: announcedQuery }))
    announced.add(run.workflowId);
  const found: UnannouncedRun[] = [];
  for await (const run of client.workflow.list({ query: endedQuery })) {
    const correlationId = correlationIdOf(run.workflowId);
    if (correlationId === undefined) continue;
    if (announced.has(announceEndWorkflowId(correlationId, run.runId))) continue;
    if (!(await isNewestRun(client, run))) continue;
    const described = await describe(client, run, correlationId);
    if (described !== undefined) found.push(described);
  }
  return found;
}

async function isNewestRun(client: Client, run: WorkflowExecutionInfo): Promise<boolean> {
  const newest = await client.workflow.getHandle(run.workflowId).describe();
  return newest.runId === run.runId;
}

/** Undefined for a run that was started by hand without a photo: nobody waits for its end. */
async function describe(
  client: Client,
  run: WorkflowExecutionInfo,
  correlationId: string,
): Promise<UnannouncedRun | undefined> {
  const input = inputSchema.safeParse(await readWorkflowInput(client, run));
  if (!input.success) return undefined;
  const startedAt = run.startTime.toISOString();
  const endedAt = (run.closeTime ?? run.startTime).toISOString();
  return { correlationId, runId: run.runId, ...input.data, startedAt, endedAt };
}
