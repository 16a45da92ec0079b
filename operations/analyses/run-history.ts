// What only the history of a run knows: read from its end.
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';

/** A name and what is said under it. */
export type Row = readonly [name: string, text: string];

export const identityAndReason = (
  identity: string | null | undefined,
  reason: string | null | undefined,
) => `by ${identity || 'an operator'}${reason ? `: ${reason}` : ''}`;

const eventsRead = 50;

async function lastEvents(client: Client, { workflowId, runId }: WorkflowExecutionDescription) {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: eventsRead,
  });
  return history?.events ?? [];
}

/** Who cancelled or terminated it; nothing for a run that ended by itself. */
export async function whoEnded(client: Client, run: WorkflowExecutionDescription): Promise<Row[]> {
  const rows: Row[] = [];
  for (const event of await lastEvents(client, run)) {
    const terminated = event.workflowExecutionTerminatedEventAttributes;
    if (terminated) rows.push(['ended', identityAndReason(terminated.identity, terminated.reason)]);
    const cancelled = event.workflowExecutionCancelRequestedEventAttributes;
    if (cancelled && run.status.name === 'CANCELLED')
      rows.push(['ended', identityAndReason(cancelled.identity, cancelled.cause)]);
    if (event.workflowExecutionTimedOutEventAttributes)
      rows.push(['ended', 'by the server: the limit of time that somebody gave the run is over']);
  }
  return rows.slice(0, 1);
}

/** The error of the workflow task that fails again and again. */
export async function whyItsTaskFails(
  client: Client,
  run: WorkflowExecutionDescription,
): Promise<string> {
  const attempt = run.raw.pendingWorkflowTask?.attempt ?? 1;
  const events = await lastEvents(client, run);
  const failed = events.find(({ workflowTaskFailedEventAttributes }) =>
    Boolean(workflowTaskFailedEventAttributes),
  )?.workflowTaskFailedEventAttributes?.failure?.message;
  return `its workflow task fails, attempt ${attempt}: ${failed ?? 'the orchestrator gave no answer in time'}`;
}
