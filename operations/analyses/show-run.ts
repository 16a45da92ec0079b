import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { failures } from '../../contracts/failures.ts';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { keys } from '../../workflows/search-attributes.ts';
import { describeRun } from '../../workers/orchestrator/read-api/describe-run.ts';
import { whoEnded, type Row } from './run-history.ts';
import { whyItWaits } from './why-it-waits.ts';

/** Everything about the newest run of one analysis, as lines to read. */
export async function showRun(client: Client, correlationId: string): Promise<string[]> {
  const workflowId = analysisWorkflowId(correlationId);
  const run = await client.workflow.getHandle(workflowId).describe();
  const analysis = await describeRun(client, run);
  const { aggregate, failure } = analysis;
  const isPaused = run.status.name === 'PAUSED';
  return [
    `analysis ${correlationId}`,
    line('state', stateOf(isPaused ? 'PAUSED' : analysis.state, run)),
    ...(analysis.state === 'RUNNING' ? await whyItWaits(client, run) : []).map(asLine),
    ...(aggregate === null
      ? []
      : [
          line('result', `${aggregate.name ?? 'nothing'} (${analysis.status ?? ''})`),
          line('sure', `${aggregate.isConfident ? 'yes' : 'no'}, ${aggregate.confidence}`),
          ...analysis.reasons.map((reason) => line('because', reason)),
        ]),
    ...(failure === null
      ? []
      : [
          line('failure', `${failure.code}: ${failure.message}`),
          ...[...lastError(run), ...(await whoEnded(client, run))].map(asLine),
          line('means', failures[failure.code].meaning),
          line('remedy', failures[failure.code].operatorRemedy),
        ]),
    line('photo', analysis.objectKey),
    line('owner', run.typedSearchAttributes.get(keys.owner) ?? 'unknown'),
    line('run', run.runId),
    '',
    `temporal workflow show -w ${workflowId}`,
  ];
}

/** Temporal keeps it of an attempt that was in hand at the end; of one that was to come, nothing. */
const lastError = ({ raw }: WorkflowExecutionDescription): Row[] =>
  (raw.pendingActivities ?? []).flatMap(({ attempt, lastFailure }) =>
    lastFailure?.message ? [['error', `${lastFailure.message}, before attempt ${attempt}`]] : [],
  );

const line = (name: string, text: string) => `  ${name.padEnd(9)}${text}`;
const asLine = ([name, text]: Row) => line(name, text);

function stateOf(state: string, run: WorkflowExecutionDescription): string {
  const seconds = ((run.closeTime ?? new Date()).getTime() - run.startTime.getTime()) / 1000;
  const since = run.closeTime === undefined ? 'for' : 'after';
  return `${state} ${since} ${seconds.toFixed(1)} s, started ${run.startTime.toISOString()}`;
}
