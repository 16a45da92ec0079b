import { WorkflowFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { failures, isFailureCode } from '../../../contracts/failures.ts';
import { recognitionResultSchema, type Failure } from '../../../contracts/recognition.ts';
import type { Analysis, AnalysisState } from '../../../contracts/rest.ts';
import { correlationIdOf } from '../../../contracts/topology.ts';
import { readWorkflowInput } from '../../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';
import type { AnalysisMemo } from '../intake/start-analysis.ts';

const states: Readonly<Record<string, AnalysisState>> = {
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  TERMINATED: 'TERMINATED',
  TIMED_OUT: 'TERMINATED', // ended by the server, without a word of ours: announced like it too
};

const nothingRecognised = {
  provider: null,
  aggregate: null,
  status: null,
  reasons: [],
  unsupportedFeatures: [],
};

/** One run, as Temporal's lists and descriptions give it. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly status: { readonly name: string };
  readonly startTime: Date;
  readonly closeTime?: Date | undefined;
  readonly memo?: Record<string, unknown> | undefined;
}

/** One run as the read API shows it; a closed one costs a second call, for its result. */
export async function describeRun(client: Client, run: Run): Promise<Analysis> {
  const state = states[run.status.name] ?? 'RUNNING';
  const known = {
    correlationId: correlationIdOf(run.workflowId) ?? run.workflowId,
    runId: run.runId,
    objectKey: await objectKeyOf(client, run),
    state,
    startedAt: run.startTime.toISOString(),
  };
  if (state === 'RUNNING')
    return { ...known, completedAt: null, success: null, ...nothingRecognised, failure: null };
  const completedAt = (run.closeTime ?? run.startTime).toISOString();
  return { ...known, completedAt, ...(await endOf(client, run, state)) };
}

async function objectKeyOf(client: Client, run: Run): Promise<string> {
  const memo = run.memo as Partial<AnalysisMemo> | undefined;
  if (memo?.objectKey !== undefined) return memo.objectKey;
  const input = (await readWorkflowInput(client, run)) as AnalysisInput; // started by hand
  return input.objectKey;
}

async function endOf(client: Client, run: Run, state: AnalysisState) {
  const handle = client.workflow.getHandle(run.workflowId, run.runId, { followRuns: false });
  try {
    const recognition = recognitionResultSchema.parse(await handle.result());
    return { success: true, ...recognition, failure: null };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { success: false, ...nothingRecognised, failure: failureOf(state, error) };
  }
}

function failureOf(state: AnalysisState, { cause, message }: WorkflowFailedError): Failure {
  if (state === 'CANCELLED' || state === 'TERMINATED')
    return { code: state, message: failures[state].message };
  if (cause instanceof ApplicationFailure && isFailureCode(cause.type))
    return { code: cause.type, message: cause.message };
  return { code: 'VISION_REFUSED', message: cause?.message ?? message };
}
