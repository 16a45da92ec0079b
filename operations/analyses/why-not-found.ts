import type { Client } from '@temporalio/client';
import {
  analysisWorkflowId,
  announceEndWorkflowId,
  workflowTypes,
} from '../../contracts/topology.ts';

/** Temporal has no run of this id; `message` says why, as far as it can be known. */
export class AnalysisNotFoundError extends Error {
  override readonly name = 'AnalysisNotFoundError';
}

/** As long as an event may reasonably be on its way. */
const underWayMs = 60 * 60_000;

/** Why Temporal has no run of this id. */
export async function whyNotFound(client: Client, correlationId: string): Promise<string> {
  const workflowId = analysisWorkflowId(correlationId);
  const announced = `WorkflowType = '${workflowTypes.announceEnd}' AND WorkflowId STARTS_WITH '${announceEndWorkflowId(correlationId, '')}'`;
  for await (const { startTime } of client.workflow.list({ query: announced }))
    return `${workflowId} was deleted by an operator: its client got TERMINATED at ${startTime.toISOString()}. The photo has to be uploaded again.`;
  const ageMs = Date.now() - uploadStartedAt(correlationId);
  if (ageMs < underWayMs)
    return `${workflowId} has not begun: its upload was started ${Math.round(ageMs / 1000)} s ago and is not confirmed, or its event is on its way (npm run infra -- status: messaging-bridge, orchestrator), or it is a dead letter (npm run ops -- dead-letters list).`;
  return `${workflowId} not found: its upload was started at ${new Date(uploadStartedAt(correlationId)).toISOString()} and never confirmed, it waits in a batch queue of RabbitMQ, it was deleted, or it ended longer ago than Temporal keeps runs.`;
}

/** A UUIDv7 begins with its time, in milliseconds. */
const uploadStartedAt = (correlationId: string) =>
  Number.parseInt(correlationId.replaceAll('-', '').slice(0, 12), 16);
