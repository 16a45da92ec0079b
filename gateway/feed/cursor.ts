import { Problem } from '../../platform/http/problem.ts';

/** The three streams, each with offsets of its own. */
export type FeedField = 'started' | 'completed' | 'changed';
/** What a cursor belongs to: one stream, or (`events`) all of them. */
export type CursorField = 'started' | 'completed' | 'events';

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

/** Before the first message that is held, whatever its offset. */
export const beforeFirst: Cursor = { offset: -1, fingerprint: '00000000', at: undefined };
export const isBeforeFirst = ({ offset }: Position) => offset < 0;

/** Opaque to clients: the field, and a position in each of its streams; a last one may be before the first. */
export const encodeCursor = (field: CursorField, positions: readonly Cursor[]) =>
  Buffer.from(
    `${field}:${positions
      .filter((position) => !isBeforeFirst(position))
      .map(encodePosition)
      .join('/')}`,
  ).toString('base64url');

const encodePosition = ({ offset, fingerprint, at }: Cursor) =>
  [offset, fingerprint.slice(0, cursorDigits), at ?? []].flat().join(':');

/**
 * A position in each stream of the field; where the cursor is of a version that did not know the last of
 * them, {@link beforeFirst}.
 *
 * @throws {Problem} 400 `CURSOR_INVALID` unless this field gave it.
 */
export function decodeCursor(field: CursorField, cursor: string): Cursor[] {
  const streams = streamsOf[field].length;
  const text = Buffer.from(cursor, 'base64url').toString();
  const positions = text.slice(`${field}:`.length).split('/').flatMap(decodePosition);
  if (
    text === `${field}:${positions.map(encodePosition).join('/')}` &&
    positions.length > 0 &&
    [streams, field === 'events' ? streams - 1 : streams].includes(positions.length)
  )
    return positions.length === streams ? positions : [...positions, beforeFirst];
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
  events: ['started', 'completed', 'changed'],
};

/**
 * What the register is to have applied, in its words: not what owners changed, which is applied there
 * before it is published.
 *
 * @throws {Problem} 400 `CURSOR_INVALID`
 */
export function offsetsOf(cursor: string): string {
  const field = fieldOf(cursor);
  try {
    if (!Object.hasOwn(streamsOf, field)) throw new Error(`unknown field ${field}`);
    return decodeCursor(field, cursor)
      .flatMap(({ offset }, index) => {
        const stream = streamsOf[field][index];
        return stream === 'changed' ? [] : [`${stream}:${offset}`];
      })
      .join(',');
  } catch (error) {
    throw new Problem(
      400,
      'CURSOR_INVALID',
      'atLeast: invalid cursor; pass one from an event or feedCursors',
      { cause: error },
    );
  }
}

/** What the cursor says that it belongs to; any text where it is none of ours. */
export const fieldOf = (cursor: string) =>
  Buffer.from(cursor, 'base64url').toString().split(':', 1)[0] as CursorField;

export const isSameMessage = (a: Position, b: Position) =>
  a.offset === b.offset &&
  a.fingerprint.slice(0, cursorDigits) === b.fingerprint.slice(0, cursorDigits);

/**
 * The client takes `feedCursors`, reads `analyses` since then, and goes on. The clock of its machine
 * says nothing about that time, so it comes along as `since`, where the cursor has it.
 */
export function cursorExpired(reason: string, positions: readonly Cursor[]): Problem {
  const known = positions.filter((position) => !isBeforeFirst(position));
  const since = Math.min(...known.map(({ at }) => at ?? NaN)); // NaN where one is unknown
  return new Problem(
    410,
    'CURSOR_EXPIRED',
    `cursor expired: ${reason}; query feedCursors, then analyses since your last event, and subscribe again`,
    { since: Number.isNaN(since) ? undefined : new Date(since) },
  );
}
