// A dead letter as an operator sees it, whichever broker keeps it.
import { createHash } from 'node:crypto';
import { readAttributes, type Headers } from '../../contracts/cloudevents.ts';

export interface DeadLetter {
  /** 8 hex digits: what the commands take. The same letter has the same id each time. */
  readonly id: string;
  /** The queue or topic that keeps it. */
  readonly place: string;
  /** Where it was to be handled: where a redrive puts it back. */
  readonly origin: string;
  readonly reason: string;
  /** How often it was tried, where that is known. */
  readonly attempts: string | undefined;
  readonly at: Date | undefined;
  /** Of the event, as far as it says. */
  readonly eventId: string | undefined;
  readonly correlationId: string | undefined;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** One broker's dead letters. */
export interface DeadLetterOffice {
  /** Looks at all letters, oldest first; what `settle` is told of is gone afterwards. */
  open<Result>(work: (letters: readonly Held[]) => Promise<Result>): Promise<Result>;
}

export interface Held {
  readonly letter: DeadLetter;
  /** Puts the event back where it was to be handled, under the id that it always had. */
  redrive(): Promise<void>;
  /** Gives it up. */
  drop(): Promise<void>;
}

/** It cannot be put back; `message` says why and what to do instead. */
export class NotRedrivableError extends Error {
  override readonly name = 'NotRedrivableError';
}

export const letterId = (place: string, identity: string) =>
  createHash('sha256').update(`${place}\n${identity}`).digest('hex').slice(0, 8);

/** What every letter says in its own headers. */
export function describeLetter(headers: Headers) {
  const attributes = readAttributes(headers);
  return { eventId: attributes['id'], correlationId: attributes['correlationid'] };
}

/** Connects when it is first needed: most commands only look. */
export function onDemand<Link extends { close(): Promise<void> }>(connect: () => Link) {
  let link: Link | undefined;
  return {
    get: () => (link ??= connect()),
    close: () => link?.close() ?? Promise.resolve(),
  };
}
