import { Problem } from '../../platform/http/problem.ts';

/** The two subscription fields: two streams, two offset spaces, so a cursor belongs to one. */
export type FeedField = 'started' | 'completed';

/** A message of a stream: its offset, and a hash of its id that tells it from a recreated stream's. */
export interface Position {
  readonly offset: number;
  /** 16 hex digits; a cursor carries the first 8. */
  readonly fingerprint: string;
}

/** With the time at which it entered the stream, by the clocks of this side; milliseconds since 1970. */
export interface TimedPosition extends Position {
  readonly at: number;
}

/** What a client came back with. */
export interface Cursor extends Position {
  /** Undefined in a cursor of an earlier version. */
  readonly at: number | undefined;
}

const cursorDigits = 8;

/** Opaque to clients. */
export const encodeCursor = (field: FeedField, { offset, fingerprint, at }: TimedPosition) =>
  Buffer.from(`${field}:${offset}:${fingerprint.slice(0, cursorDigits)}:${at}`).toString(
    'base64url',
  );

/** @throws {Problem} 400 `CURSOR_INVALID` unless this field gave it. */
export function decodeCursor(field: FeedField, cursor: string): Cursor {
  const read = parseCursor(cursor);
  if (read?.field === field) return read;
  throw cursorInvalid(
    'after: invalid cursor; pass one from an event or feedCursors of the same field',
  );
}

/** What the register is to have applied, in its words. @throws {Problem} 400 `CURSOR_INVALID` */
export function offsetOf(cursor: string): string {
  const read = parseCursor(cursor);
  if (read !== undefined) return `${read.field}:${read.offset}`;
  throw cursorInvalid('atLeast: invalid cursor; pass one from an event or feedCursors');
}

function parseCursor(cursor: string): (Cursor & { readonly field: FeedField }) | undefined {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, field, offset, fingerprint, at] =
    /^(started|completed):(\d{1,15}):([0-9a-f]{8})(?::(\d{1,15}))?$/.exec(text) ?? [];
  if (field === undefined || offset === undefined || fingerprint === undefined) return undefined;
  return {
    field: field as FeedField,
    offset: Number(offset),
    fingerprint,
    at: at === undefined ? undefined : Number(at),
  };
}

const cursorInvalid = (detail: string) => new Problem(400, 'CURSOR_INVALID', detail);

export const isSameMessage = (a: Position, b: Position) =>
  a.offset === b.offset &&
  a.fingerprint.slice(0, cursorDigits) === b.fingerprint.slice(0, cursorDigits);

/**
 * The client takes `feedCursors`, reads `analyses` since then, and goes on. The clock of its machine
 * says nothing about that time, so it comes along as `since`, where the cursor has it.
 */
export const cursorExpired = (reason: string, { at }: Cursor) =>
  new Problem(
    410,
    'CURSOR_EXPIRED',
    `cursor expired: ${reason}; query feedCursors, then analyses since your last event, and subscribe again`,
    { since: at === undefined ? undefined : new Date(at) },
  );
