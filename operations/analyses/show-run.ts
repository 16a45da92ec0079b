import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { failures } from '../../contracts/failures.ts';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { progress } from '../../workflows/messages.ts';
import { keys } from '../../workflows/search-attributes.ts';
import { describeRun } from '../../workers/orchestrator/read-api/describe-run.ts';

/** Everything about the newest run of one analysis, as lines to read. */
export async function showRun(client: Client, correlationId: string): Promise<string[]> {
  const workflowId = analysisWorkflowId(correlationId);
  const run = await client.workflow.getHandle(workflowId).describe();
  const analysis = await describeRun(client, run);
  const { aggregate, failure } = analysis;
  return [
    `analysis ${correlationId}`,
    line('state', stateOf(analysis.state, run)),
    ...(analysis.state === 'RUNNING' ? await pendingWork(client, run) : []),
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

const line = (name: string, text: string) => `  ${name.padEnd(9)}${text}`;

function stateOf(state: string, run: WorkflowExecutionDescription): string {
  const seconds = ((run.closeTime ?? new Date()).getTime() - run.startTime.getTime()) / 1000;
  const since = run.closeTime === undefined ? 'for' : 'after';
  return `${state} ${since} ${seconds.toFixed(1)} s, started ${run.startTime.toISOString()}`;
}

async function pendingWork(client: Client, run: WorkflowExecutionDescription): Promise<string[]> {
  const pending = (run.raw.pendingActivities ?? []).flatMap((activity) => {
    const attempt = line(
      'attempt',
      `${activity.attempt ?? 1} of ${activity.activityType?.name ?? ''}`,
    );
    const reason = activity.lastFailure?.message;
    return reason ? [attempt, line('error', reason)] : [attempt];
  });
  return [line('step', await stepOf(client, run)), ...pending];
}

const queryLimitMs = 3_000;

/** Only a worker can answer it. */
async function stepOf(client: Client, run: WorkflowExecutionDescription): Promise<string> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  try {
    const deadline = Date.now() + queryLimitMs;
    return (await client.withDeadline(deadline, () => handle.query(progress))).step;
  } catch (error) {
    return `unknown: no worker answered (${(error as Error).message})`;
  }
}
