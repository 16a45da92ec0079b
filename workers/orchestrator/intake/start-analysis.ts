import {
  WorkflowIdReusePolicy,
  type Client,
  type WorkflowSignalWithStartOptions,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { priorityKeys, type Priority } from '../../../contracts/priorities.ts';
import {
  analysisWorkflowId,
  signals,
  taskQueues,
  workflowTypes,
} from '../../../contracts/topology.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import type { analyzeImage } from '../../../workflows/analyze-image.ts';
import type { AnalysisInput, RecognitionSignal } from '../../../workflows/messages.ts';
import { attributesAtStart } from '../../../workflows/search-attributes.ts';
import { assertNotDeleted } from '../deletion/start-deletion.ts';

/** How long Temporal may take to accept. The id makes a second try safe. */
export const startTimeoutMs = 10_000;

/** Kept beside a run for the lists of the read API, which then need no look into its history. */
export interface AnalysisMemo {
  readonly objectKey: string;
}

/**
 * The server dispatches the run's tasks, its activities' too, by it: a better priority first, within one
 * priority each owner in turn.
 */
const priorityOf = ({ owner }: AnalysisInput, priority: Priority) => ({
  priorityKey: priorityKeys[priority],
  fairnessKey: owner,
});

function options(input: AnalysisInput, priority: Priority) {
  const memo: AnalysisMemo = { objectKey: input.objectKey };
  return {
    workflowId: analysisWorkflowId(input.correlationId),
    taskQueue: taskQueues.analysis,
    args: [input] as [AnalysisInput],
    memo: { ...memo },
    typedSearchAttributes: attributesAtStart(input.owner),
    staticSummary: input.objectKey,
    priority: priorityOf(input, priority),
  };
}

/**
 * Starts the analysis of one upload; resolves when Temporal has it on disk.
 *
 * @throws {WorkflowExecutionAlreadyStartedError} a repeat: this upload has a run, open or closed.
 * @throws {AnalysisDeletedError} its owner has deleted it.
 */
export async function startAnalysis(
  temporal: Temporal,
  input: AnalysisInput,
  priority: Priority = 'interactive',
): Promise<void> {
  const start: WorkflowStartOptions<typeof analyzeImage> = {
    ...options(input, priority),
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    workflowIdConflictPolicy: 'FAIL',
    requestEagerStart: true, // our own worker takes the first task without asking for it
  };
  await temporal.withTimeout(startTimeoutMs, async (client) => {
    await assertNotDeleted(client, input.correlationId);
    await client.workflow.start<typeof analyzeImage>(workflowTypes.analyzeImage, start);
  });
}

/**
 * Hands a recognition to its analysis, and starts the analysis if the upload's event is later.
 *
 * @throws {WorkflowExecutionAlreadyStartedError} the analysis has ended: too late to matter.
 * @throws {AnalysisDeletedError} its owner has deleted it.
 */
export async function signalRecognition(
  temporal: Temporal,
  input: AnalysisInput,
  recognition: RecognitionSignal,
): Promise<void> {
  const start: WorkflowSignalWithStartOptions<[RecognitionSignal]> = {
    ...options(input, 'interactive'), // it is recognized already: its tasks are few
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    signal: signals.recognitionCompleted,
    signalArgs: [recognition],
  };
  await temporal.withTimeout(startTimeoutMs, async (client) => {
    await assertNotDeleted(client, input.correlationId);
    await client.workflow.signalWithStart(workflowTypes.analyzeImage, start);
  });
}

/**
 * A new run under the same id, for a redo; the old one must be closed.
 *
 * @throws {AnalysisDeletedError} its owner has deleted it.
 */
export async function startAgain(
  client: Client,
  input: AnalysisInput,
  redoOf: string,
): Promise<string> {
  await assertNotDeleted(client, input.correlationId);
  const handle = await client.workflow.start<typeof analyzeImage>(workflowTypes.analyzeImage, {
    ...options({ ...input, redoOf }, 'batch'),
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    workflowIdConflictPolicy: 'FAIL',
  });
  return handle.firstExecutionRunId;
}
