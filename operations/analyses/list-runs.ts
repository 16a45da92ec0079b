import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { failureCodes, isFailureCode } from '../../contracts/failures.ts';
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

/** One line per run: running ones first, then the last to end. */
export async function listRuns(client: Client, filter: Filter): Promise<string[]> {
  const query = listQuery(filter);
  const rows: string[][] = [];
  for await (const run of client.workflow.list({ query, pageSize: filter.first })) {
    if (rows.length === filter.first) break;
    rows.push(rowOf(run));
  }
  const shown = rows.length === 0 ? ['no analyses'] : columns([heading, ...rows]);
  return [...shown, '', `temporal workflow list -q "${query}"`];
}

const heading = ['STARTED', 'STATE', 'TOOK', 'CORRELATION ID', 'RESULT'];

function rowOf(run: WorkflowExecutionInfo): string[] {
  const attributes = run.typedSearchAttributes;
  const seen = [keys.brand, keys.machineModel].map((key) => attributes.get(key)).filter(Boolean);
  const code = attributes.get(keys.failureCode);
  const result = code ?? [...seen, `(${attributes.get(keys.status) ?? 'unknown'})`].join(' ');
  const took = ((run.closeTime ?? new Date()).getTime() - run.startTime.getTime()) / 1000;
  return [
    run.startTime.toISOString().slice(0, 19).replace('T', ' '),
    run.status.name.toLowerCase(),
    `${took.toFixed(1)} s`,
    correlationIdOf(run.workflowId) ?? run.workflowId,
    run.status.name === 'RUNNING' ? '' : result,
  ];
}
