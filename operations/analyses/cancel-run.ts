import type { Client, WorkflowExecutionDescription } from '@temporalio/client';

/** Requests the cancellation of an open run. A paused one takes it only when it goes on, so it does. */
export async function cancelRun(
  client: Client,
  { workflowId, runId, status }: WorkflowExecutionDescription,
): Promise<void> {
  await client.workflow.getHandle(workflowId, runId).cancel();
  if (status.name !== 'PAUSED') return;
  await client.workflowService.unpauseWorkflowExecution({
    namespace: client.options.namespace,
    workflowId,
    runId,
    identity: client.options.identity,
    reason: 'cancelled',
  });
}
