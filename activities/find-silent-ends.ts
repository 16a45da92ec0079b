import { log } from '@temporalio/activity';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { confirmedImageSchema, ownerSchema } from '../contracts/recognition.ts';
import { announceEndWorkflowId, correlationIdOf, workflowTypes } from '../contracts/topology.ts';
import { readWorkflowInput } from '../platform/temporal/temporal.ts';

/** A run that was closed from outside: no code of ours ran, nobody was told. */
export interface SilentEnd {
  readonly correlationId: string;
  readonly runId: string;
  readonly owner: string;
  readonly objectKey: string;
  /** RFC 3339, as are all times in events. */
  readonly startedAt: string;
  readonly endedAt: string;
}

const endedQuery = `WorkflowType = '${workflowTypes.analyzeImage}' AND ExecutionStatus IN ('Terminated', 'TimedOut')`;
const announcedQuery = `WorkflowType = '${workflowTypes.announceEnd}'`;

const inputSchema = confirmedImageSchema.pick({ objectKey: true }).extend({ owner: ownerSchema });

/**
 * Lists Terminated and TimedOut runs, as far back as the namespace keeps them, whose end has not
 * been announced. A run that has a newer one is left out: the newer one speaks for the photo.
 */
export function createSweepActivities({ client }: { client: Client }) {
  return {
    async findSilentEnds(): Promise<SilentEnd[]> {
      const announced = new Set<string>();
      for await (const run of client.workflow.list({ query: announcedQuery }))
        announced.add(run.workflowId);
      const ends: SilentEnd[] = [];
      for await (const run of client.workflow.list({ query: endedQuery })) {
        const correlationId = correlationIdOf(run.workflowId);
        if (correlationId === undefined) continue;
        if (announced.has(announceEndWorkflowId(correlationId, run.runId))) continue;
        if (await isNewestRun(client, run))
          ends.push(...(await readEnd(client, run, correlationId)));
      }
      return ends;
    },
  };
}
export type SweepActivities = ReturnType<typeof createSweepActivities>;

async function isNewestRun(client: Client, run: WorkflowExecutionInfo): Promise<boolean> {
  const newest = await client.workflow.getHandle(run.workflowId).describe();
  return newest.runId === run.runId;
}

/** Empty for a run that was started by hand without a photo: there is nobody to tell. */
async function readEnd(
  client: Client,
  run: WorkflowExecutionInfo,
  correlationId: string,
): Promise<SilentEnd[]> {
  const input = inputSchema.safeParse(await readWorkflowInput(client, run));
  if (!input.success) {
    log.warn('a terminated run has no readable input', { workflowId: run.workflowId });
    return [];
  }
  const times = {
    startedAt: run.startTime.toISOString(),
    endedAt: (run.closeTime ?? run.startTime).toISOString(),
  };
  return [{ correlationId, runId: run.runId, ...input.data, ...times }];
}
