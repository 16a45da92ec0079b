// The orchestrator looks for these runs itself (workers/orchestrator/unannounced-runs); the activity serves the
// sweeps that older orchestrators have started.
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { confirmedImageSchema, ownerSchema } from '../contracts/recognition.ts';
import { announceEndWorkflowId, correlationIdOf, workflowTypes } from '../contracts/topology.ts';
import { readWorkflowInput } from '../platform/temporal/temporal.ts';

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
    async findSilentEnds(): Promise<UnannouncedRun[]> {
      const found: UnannouncedRun[] = [];
      for await (const run of listUnannounced((query) => client.workflow.list({ query }))) {
        const unannounced = await readUnannouncedRun(client, run);
        if (unannounced !== undefined) found.push(unannounced);
      }
      return found;
    },
  };
}
export type SweepActivities = ReturnType<typeof createSweepActivities>;

export type ListRuns = (query: string) => AsyncIterable<WorkflowExecutionInfo>;

/** Terminated and TimedOut runs, as far back as the namespace keeps them, of which no announcement is listed. */
export async function* listUnannounced(list: ListRuns): AsyncGenerator<WorkflowExecutionInfo> {
  const announced = new Set<string>();
  for await (const { workflowId } of list(announcedQuery)) announced.add(workflowId);
  for await (const run of list(endedQuery)) {
    const correlationId = correlationIdOf(run.workflowId);
    if (correlationId === undefined) continue;
    if (!announced.has(announceEndWorkflowId(correlationId, run.runId))) yield run;
  }
}

/**
 * Undefined for a run that has a newer one, which speaks for the photo, and for one that was started by
 * hand without a photo: nobody waits for its end.
 */
export async function readUnannouncedRun(
  client: Client,
  run: WorkflowExecutionInfo,
): Promise<UnannouncedRun | undefined> {
  const { workflowId, runId, startTime, closeTime } = run;
  const [newest, given] = await Promise.all([
    client.workflow.getHandle(workflowId).describe(),
    readWorkflowInput(client, run),
  ]);
  const correlationId = correlationIdOf(workflowId);
  const input = inputSchema.safeParse(given);
  if (newest.runId !== runId || correlationId === undefined || !input.success) return undefined;
  const startedAt = startTime.toISOString();
  const endedAt = (closeTime ?? startTime).toISOString();
  return { correlationId, runId, ...input.data, startedAt, endedAt };
}
