// The acknowledgement table of the intake: what Temporal's answer means for the message.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { InvalidEventError } from '../../../contracts/cloudevents.ts';
import { temporalFaultOf } from '../../../platform/temporal/temporal.ts';
import { AnalysisDeletedError } from '../deletion/start-deletion.ts';

export type IntakeOutcome =
  | 'accepted'
  | 'answered'
  | 'duplicate'
  | 'deleted'
  | 'unreadable'
  | 'refused'
  | 'unavailable'
  | 'misconfigured'
  | 'unexpected';

export type IntakeAction =
  /** Done: the effect is durable. */
  | 'acknowledge'
  /** No retry can help: to the dead letter queue, with the reason. */
  | 'dead-letter'
  /** The message is good, the server is unavailable: keep it and retry, at last open the circuit breaker. */
  | 'hold'
  /** The message is good, the configuration is not: open the circuit breaker and say so in `/readyz`. */
  | 'break'
  /** Unknown: back to the queue, counted, so that it ends in the dead letter queue. */
  | 'requeue';

export const actions: Readonly<Record<IntakeOutcome, IntakeAction>> = {
  accepted: 'acknowledge',
  answered: 'acknowledge', // the activity that asked for this recognition brings it
  duplicate: 'acknowledge', // this upload has its run; a late recognition found its run closed
  deleted: 'acknowledge', // its owner has deleted the analysis: a late event brings nothing back
  unreadable: 'dead-letter',
  refused: 'dead-letter', // INVALID_ARGUMENT
  unavailable: 'hold', // an unavailable server is never a dead-letter reason
  misconfigured: 'break', // no such namespace, no permission: do not drain into the dead letters
  unexpected: 'requeue',
};

export function outcomeOf(error: unknown): Exclude<IntakeOutcome, 'accepted' | 'answered'> {
  if (error instanceof WorkflowExecutionAlreadyStartedError) return 'duplicate';
  if (error instanceof AnalysisDeletedError) return 'deleted';
  if (error instanceof InvalidEventError) return 'unreadable';
  const fault = temporalFaultOf(error);
  return fault === 'other' ? 'unexpected' : fault;
}
