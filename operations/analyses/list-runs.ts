import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { failureCodes, isFailureCode, type FailureCode } from '../../contracts/failures.ts';
import { correlationIdOf, workflowTypes } from '../../contracts/topology.ts';
import { keys } from '../../workflows/search-attributes.ts';
import { UsageError } from '../command-line/arguments.ts';
import { columns } from '../command-line/columns.ts';

export interface Filter {
  readonly state?: string | undefined;
  readonly owner?: string | undefined;
  readonly brand?: string | undefined;
  readonly code?: string | undefined;
  readonly first: number;
}

/** Our word for a state, and Temporal's. */
const statuses: Readonly<Record<string, string>> = {
  running: 'Running',
  paused: 'Paused',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Canceled',
  terminated: 'Terminated',
};

/** The list query, which works in the Temporal UI and with `temporal workflow list -q` too. */
export function listQuery({ state, owner, brand, code }: Filter): string {
  const status = state === undefined ? undefined : statuses[state];
  if (state !== undefined && status === undefined)
    throw new UsageError(`invalid --state: expected one of ${Object.keys(statuses).join(', ')}`);
  if (code !== undefined && !isFailureCode(code))
    throw new UsageError(`invalid --code: expected one of ${failureCodes.join(', ')}`);
  const wanted = { ExecutionStatus: status, Owner: owner, Brand: brand, FailureCode: code };
  const conditions = Object.entries(wanted).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = '${value.replaceAll("'", "''")}'`],
  );
  return [`WorkflowType = '${workflowTypes.analyzeImage}'`, ...conditions].join(' AND ');
}

/** The newest run of each analysis that the filter takes: open ones first, then the last to end. */
export async function listedRuns(client: Client, filter: Filter): Promise<WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  let page: WorkflowExecutionInfo[] = [];
  const take = async () => {
    found.push(...(await withoutSuperseded(client, page)));
    page = [];
  };
  for await (const run of client.workflow.list({ query: listQuery(filter), pageSize: pageRuns })) {
    page.push(run);
    if (page.length === pageRuns) await take();
    if (found.length >= filter.first) break;
  }
  await take();
  return found.slice(0, filter.first);
}

const pageRuns = 50;

/** What tells the runs of one analysis apart. */
interface ListedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly startTime: Date;
}

/** By start, and by id among those of one millisecond. */
const isNewer = (a: ListedRun, b: ListedRun) =>
  a.startTime.getTime() - b.startTime.getTime() > 0 ||
  (a.startTime.getTime() === b.startTime.getTime() && a.runId > b.runId);

const idsPerQuery = 50;

/** Drops runs that an operator's redo or reset has replaced: the newest run is what is known. */
async function withoutSuperseded<Run extends ListedRun>(
  client: Client,
  runs: readonly Run[],
): Promise<Run[]> {
  const newest = new Map<string, ListedRun>();
  const ids = [...new Set(runs.map((run) => `'${run.workflowId}'`))];
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    const some = ids.slice(start, start + idsPerQuery).join(', ');
    const query = `WorkflowType = '${workflowTypes.analyzeImage}' AND WorkflowId IN (${some})`;
    for await (const { workflowId, runId, startTime } of client.workflow.list({ query })) {
      const run = { workflowId, runId, startTime };
      const other = newest.get(workflowId);
      if (other === undefined || isNewer(run, other)) newest.set(workflowId, run);
    }
  }
  return runs.filter((run) => newest.get(run.workflowId)?.runId === run.runId);
}

/** One line per run. */
export async function listRuns(client: Client, filter: Filter): Promise<string[]> {
  const rows = (await listedRuns(client, filter)).map(rowOf);
  const shown = rows.length === 0 ? ['no analyses'] : columns([heading, ...rows]);
  return [...shown, '', `temporal workflow list -q "${listQuery(filter)}"`];
}

const heading = ['STARTED', 'STATE', 'TOOK', 'CORRELATION ID', 'RESULT'];

/** What ended a run from outside has left its attributes as they were at the start. */
const codesWithoutAttribute: Readonly<Partial<Record<string, FailureCode>>> = {
  TERMINATED: 'TERMINATED',
  TIMED_OUT: 'TERMINATED',
};

function rowOf(run: WorkflowExecutionInfo): string[] {
  const attributes = run.typedSearchAttributes;
  const seen = [keys.brand, keys.machineModel].map((key) => attributes.get(key)).filter(Boolean);
  const code = attributes.get(keys.failureCode) ?? codesWithoutAttribute[run.status.name];
  const result = code ?? [...seen, `(${attributes.get(keys.status) ?? 'unknown'})`].join(' ');
  const took = ((run.closeTime ?? new Date()).getTime() - run.startTime.getTime()) / 1000;
  return [
    run.startTime.toISOString().slice(0, 19).replace('T', ' '),
    run.status.name.toLowerCase(),
    `${took.toFixed(1)} s`,
    correlationIdOf(run.workflowId) ?? run.workflowId,
    run.closeTime === undefined ? '' : result,
  ];
}
