import { WorkflowIdReusePolicy, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { deletionWorkflowId, taskQueues, workflowTypes } from '../../../contracts/topology.ts';
import type { deleteAnalysis } from '../../../workflows/delete-analysis.ts';

/** Above what a start (10 s, tried again for as long) or a recognition in the adapter (45 s) may still take. */
const lookAgainMs = 60_000;

/**
 * Starts the deletion of what lies of an analysis in the bucket and in Temporal; resolves when Temporal
 * has it on disk, and from then on no analysis of this id is started. The register must have its
 * tombstone already. Repeating it is harmless: one that is under way goes on.
 *
 * @param deletion.owner stays here: Temporal is told whose analysis is deleted by nobody.
 */
export async function startDeletion(
  client: Client,
  deletion: { readonly correlationId: string; readonly owner?: string },
  wait: { readonly lookAgainMs: number } = { lookAgainMs },
): Promise<void> {
  const { correlationId } = deletion;
  await client.workflow.start<typeof deleteAnalysis>(workflowTypes.deleteAnalysis, {
    workflowId: deletionWorkflowId(correlationId),
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    workflowIdConflictPolicy: 'USE_EXISTING',
    taskQueue: taskQueues.analysis,
    args: [{ correlationId, ...wait }],
    staticSummary: 'Delete an analysis with its photo',
  });
}

export type DeletionState = 'none' | 'under way' | 'done' | 'failed';

/** What Temporal knows of the deletion of an analysis: 32 days, or as long as the namespace keeps closed runs. */
export async function findDeletion(client: Client, correlationId: string): Promise<DeletionState> {
  try {
    const { status } = await client.workflow
      .getHandle(deletionWorkflowId(correlationId))
      .describe();
    if (status.name === 'RUNNING') return 'under way';
    return status.name === 'COMPLETED' ? 'done' : 'failed';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'none';
    throw error;
  }
}

/** No run of it is started any more. */
export class AnalysisDeletedError extends Error {
  override readonly name = 'AnalysisDeletedError';
  readonly code = 'ANALYSIS_DELETED';
}

/**
 * To be asked before each start. A start that is on its way while the deletion begins is found by the
 * deletion itself; one that comes later deletes once more, because its photo may lie there again.
 *
 * @throws {AnalysisDeletedError}
 */
export async function assertNotDeleted(client: Client, correlationId: string): Promise<void> {
  const state = await findDeletion(client, correlationId);
  if (state === 'none') return;
  if (state !== 'under way') await startDeletion(client, { correlationId });
  throw new AnalysisDeletedError(`${correlationId} was deleted by its owner`);
}
