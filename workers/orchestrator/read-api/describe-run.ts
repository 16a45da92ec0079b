import { WorkflowFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { failures, isFailureCode } from '../../../contracts/failures.ts';
import {
  recognitionResultSchema,
  type AnalysisResult,
  type Failure,
} from '../../../contracts/recognition.ts';
import type { Analysis, AnalysisState } from '../../../contracts/rest.ts';
import { correlationIdOf } from '../../../contracts/topology.ts';
import { readWorkflowInput } from '../../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';
import { noResult, resultFields } from '../../../workflows/result-fields.ts';
import type { AnalysisMemo } from '../intake/start-analysis.ts';

const states: Readonly<Record<string, AnalysisState>> = {
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  TERMINATED: 'TERMINATED',
  TIMED_OUT: 'TERMINATED', // ended by the server: announced as TERMINATED too
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
  if (state === 'RUNNING') return { ...known, completedAt: null, success: null, ...noResult };
  const completedAt = (run.closeTime ?? run.startTime).toISOString();
  return { ...known, completedAt, ...resultFields(await resultOf(client, run, state)) };
}

async function objectKeyOf(client: Client, run: Run): Promise<string> {
  const memo = run.memo as Partial<AnalysisMemo> | undefined;
  if (memo?.objectKey !== undefined) return memo.objectKey;
  const input = (await readWorkflowInput(client, run)) as AnalysisInput; // started by hand
  return input.objectKey;
}

async function resultOf(client: Client, run: Run, state: AnalysisState): Promise<AnalysisResult> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId, { followRuns: false });
  try {
    return { recognition: recognitionResultSchema.parse(await handle.result()) };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { failure: failureOf(state, error) };
  }
}

function failureOf(state: AnalysisState, { cause, message }: WorkflowFailedError): Failure {
  if (state === 'CANCELLED' || state === 'TERMINATED')
    return { code: state, message: failures[state].message };
  if (cause instanceof ApplicationFailure && isFailureCode(cause.type))
    return { code: cause.type, message: cause.message };
  return { code: 'VISION_REFUSED', message: cause?.message ?? message };
}
