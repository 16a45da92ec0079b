import { Problem } from '../../platform/http/problem.ts';

/** The two streams, each with offsets of its own. */
export type FeedField = 'started' | 'completed';
/** What a cursor belongs to: one stream, or (`events`) both. */
export type CursorField = FeedField | 'events';

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

/** What a client came back with, for one stream. */
export interface Cursor extends Position {
  /** Undefined in a cursor of an earlier version. */
  readonly at: number | undefined;
}

const cursorDigits = 8;

/** Opaque to clients: the field, and a position in each of its streams. */
export const encodeCursor = (field: CursorField, positions: readonly Cursor[]) =>
  Buffer.from(`${field}:${positions.map(encodePosition).join('/')}`).toString('base64url');

const encodePosition = ({ offset, fingerprint, at }: Cursor) =>
  [offset, fingerprint.slice(0, cursorDigits), at ?? []].flat().join(':');

/** @throws {Problem} 400 `CURSOR_INVALID` unless this field, of so many streams, gave it. */
export function decodeCursor(field: CursorField, streams: number, cursor: string): Cursor[] {
  const text = Buffer.from(cursor, 'base64url').toString();
  const positions = text.slice(`${field}:`.length).split('/').flatMap(decodePosition);
  if (
    text === `${field}:${positions.map(encodePosition).join('/')}` &&
    positions.length === streams
  )
    return positions;
  throw new Problem(
    400,
    'CURSOR_INVALID',
    'after: invalid cursor; pass one from an event or feedCursors of the same field',
  );
}

function decodePosition(text: string): Cursor[] {
  const [, offset, fingerprint = '', at] =
    /^(\d{1,15}):([0-9a-f]{8})(?::(\d{1,15}))?$/.exec(text) ?? [];
  if (offset === undefined) return [];
  return [{ offset: Number(offset), fingerprint, at: at === undefined ? undefined : Number(at) }];
}

/** The streams whose positions a cursor holds, in its order. */
const streamsOf: Readonly<Record<CursorField, readonly FeedField[]>> = {
  started: ['started'],
  completed: ['completed'],
  events: ['started', 'completed'],
};

/** What the register is to have applied, in its words. @throws {Problem} 400 `CURSOR_INVALID` */
export function offsetsOf(cursor: string): string {
  const [field] = Buffer.from(cursor, 'base64url').toString().split(':', 1) as [CursorField];
  const streams = Object.hasOwn(streamsOf, field) ? streamsOf[field] : [];
  try {
    return decodeCursor(field, streams.length, cursor)
      .map(({ offset }, index) => `${streams[index]}:${offset}`)
      .join(',');
  } catch {
    throw new Problem(
      400,
      'CURSOR_INVALID',
      'atLeast: invalid cursor; pass one from an event or feedCursors',
    );
  }
}

export const isSameMessage = (a: Position, b: Position) =>
  a.offset === b.offset &&
  a.fingerprint.slice(0, cursorDigits) === b.fingerprint.slice(0, cursorDigits);

/**
 * The client takes `feedCursors`, reads `analyses` since then, and goes on. The clock of its machine
 * says nothing about that time, so it comes along as `since`, where the cursor has it.
 */
export function cursorExpired(reason: string, positions: readonly Cursor[]): Problem {
  const since = Math.min(...positions.map(({ at }) => at ?? NaN)); // NaN where one is unknown
  return new Problem(
    410,
    'CURSOR_EXPIRED',
    `cursor expired: ${reason}; query feedCursors, then analyses since your last event, and subscribe again`,
    { since: Number.isNaN(since) ? undefined : new Date(since) },
  );
}
