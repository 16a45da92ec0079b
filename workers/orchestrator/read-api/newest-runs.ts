import type { Client } from '@temporalio/client';
import { workflowTypes } from '../../../contracts/topology.ts';

/** What tells the runs of one analysis apart. */
interface ListedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly startTime: Date;
}

/** Where a run stands in a list: by start, and by id among those of one millisecond. */
export interface Position {
  readonly startMs: number;
  readonly runId: string;
}

export const positionOf = (run: ListedRun): Position => ({
  startMs: run.startTime.getTime(),
  runId: run.runId,
});

export const newestFirst = (a: Position, b: Position) =>
  b.startMs - a.startMs || (a.runId < b.runId ? 1 : a.runId > b.runId ? -1 : 0);

const idsPerQuery = 50;

/** Drops runs that an operator's redo or reset has replaced: the newest run is what is known. */
export async function withoutSuperseded<Run extends ListedRun>(
  client: Client,
  runs: readonly Run[],
): Promise<Run[]> {
  const newest = new Map<string, Position>();
  const ids = [...new Set(runs.map((run) => `'${run.workflowId}'`))];
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    const some = ids.slice(start, start + idsPerQuery).join(', ');
    const query = `WorkflowType = '${workflowTypes.analyzeImage}' AND WorkflowId IN (${some})`;
    for await (const run of client.workflow.list({ query })) {
      const position = positionOf(run);
      const other = newest.get(run.workflowId);
      if (other === undefined || newestFirst(position, other) < 0)
        newest.set(run.workflowId, position);
    }
  }
  return runs.filter((run) => newest.get(run.workflowId)?.runId === run.runId);
}
