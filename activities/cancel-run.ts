import type { Client, WorkflowExecutionDescription } from '@temporalio/client';

/**
 * Requests the cancellation of an open run. A paused one takes it only when it goes on, so it does.
 *
 * @returns the run as it is afterwards: it may have ended by itself meanwhile.
 */
export async function cancelRun(
  client: Client,
  { workflowId, runId, status }: WorkflowExecutionDescription,
): Promise<WorkflowExecutionDescription> {
  const run = client.workflow.getHandle(workflowId, runId);
  try {
    await run.cancel();
    if (status.name === 'PAUSED')
      await client.workflowService.unpauseWorkflowExecution({
        namespace: client.options.namespace,
        workflowId,
        runId,
        identity: client.options.identity,
        reason: 'cancelled',
      });
  } catch (error) {
    const now = await run.describe();
    if (now.closeTime === undefined) throw error;
    return now;
  }
  return run.describe();
}
