// The acknowledgement table of the intake: what Temporal's answer means for the message.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { InvalidEventError } from '../../../contracts/cloudevents.ts';
import { temporalFaultOf } from '../../../platform/temporal/temporal.ts';

export type IntakeOutcome =
  | 'accepted'
  | 'answered'
  | 'duplicate'
  | 'unreadable'
  | 'refused'
  | 'away'
  | 'misconfigured'
  | 'unexpected';

export type IntakeAction =
  /** Done: the effect is durable. */
  | 'acknowledge'
  /** It will never do: to the dead letters, with the reason. */
  | 'dead-letter'
  /** The message is good, the server is not there: keep it, try again, at last close the intake. */
  | 'hold'
  /** The message is good, the set-up is not: close the intake and say so in `/readyz`. */
  | 'close'
  /** Nobody knows: back to the queue, counted, so that it ends among the dead letters. */
  | 'count and retry';

export const actions: Readonly<Record<IntakeOutcome, IntakeAction>> = {
  accepted: 'acknowledge',
  answered: 'acknowledge', // the activity that asked for this recognition brings it
  duplicate: 'acknowledge', // this upload has its run; a late recognition found its run closed
  unreadable: 'dead-letter',
  refused: 'dead-letter', // INVALID_ARGUMENT
  away: 'hold', // a server being down is never a dead-letter reason
  misconfigured: 'close', // no such namespace, no permission: do not drain into the dead letters
  unexpected: 'count and retry',
};

export function outcomeOf(error: unknown): Exclude<IntakeOutcome, 'accepted' | 'answered'> {
  if (error instanceof WorkflowExecutionAlreadyStartedError) return 'duplicate';
  if (error instanceof InvalidEventError) return 'unreadable';
  const fault = temporalFaultOf(error);
  if (fault === 'unavailable') return 'away';
  return fault === 'other' ? 'unexpected' : fault;
}
