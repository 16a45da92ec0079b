import { randomUUID } from 'node:crypto';
import { aRun, completedEvent } from '../../support/gateway/announced-run.ts';

/** Eight fields, as every server of the bench is asked for them. */
export const subscription = `subscription { onAnalysisCompleted {
  eventId correlationId objectKey success startedAt completedAt cursor failure { message } } }`;

/** An analysis that failed, its message as long as is wished. */
export const anEvent = (owner: string, bytes: number) =>
  completedEvent(
    owner,
    aRun({ runId: randomUUID(), message: 'no recognition came in time'.padEnd(bytes, '.') }),
  );

/** The owners of the bench, by number; the token of each is its own name. */
export const ownerOf = (index: number) => index.toString(16).padStart(32, '0');

/** One event to one owner, made before the clock runs. */
export type PreparedEvent = () => void;

export interface ServedStreams {
  readonly port: number;
  prepare(owner: string, bytes: number): PreparedEvent;
}
