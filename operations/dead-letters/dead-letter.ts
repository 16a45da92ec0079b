// A dead letter as an operator sees it, whichever broker keeps it.
import { createHash } from 'node:crypto';
import { readAttributes, type Headers } from '../../contracts/cloudevents.ts';

export interface DeadLetter {
  /** 8 hex digits: what the commands take. The same dead letter has the same id each time. */
  readonly id: string;
  /** The queue or topic that keeps it. */
  readonly place: string;
  /** The queue or topic that it was for: where a redrive publishes it. */
  readonly origin: string;
  readonly reason: string;
  /** How often it was delivered, where that is known. */
  readonly attempts: string | undefined;
  readonly at: Date | undefined;
  /** Of the event, where its headers say it. */
  readonly eventId: string | undefined;
  readonly correlationId: string | undefined;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** The dead letters of one broker. */
export interface DeadLetterStore {
  /** Holds all of them, oldest first, while `work` looks at them. */
  open<Result>(work: (all: readonly HeldDeadLetter[]) => Promise<Result>): Promise<Result>;
}

export interface HeldDeadLetter {
  readonly deadLetter: DeadLetter;
  /** Publishes the event to its origin, under the id that it always had. */
  readonly redrive: () => Promise<void>;
  /** Deletes it. */
  readonly drop: () => Promise<void>;
}

/** `message` says why, and what to do instead. */
export class NotRedrivableError extends Error {
  override readonly name = 'NotRedrivableError';
}

export const deadLetterId = (place: string, identity: string) =>
  createHash('sha256').update(`${place}\n${identity}`).digest('hex').slice(0, 8);

/** What the event says of itself. */
export function eventOf(headers: Headers) {
  const attributes = readAttributes(headers);
  return { eventId: attributes['id'], correlationId: attributes['correlationid'] };
}

/** Connects on first use: most commands only look. */
export function connectLazily<Link extends { close(): Promise<void> }>(connect: () => Link) {
  let link: Link | undefined;
  return {
    get: () => (link ??= connect()),
    close: () => link?.close() ?? Promise.resolve(),
  };
}
