import { Problem } from '../../platform/http/problem.ts';

/** The two subscription fields: two streams, two offset spaces, so a cursor belongs to one. */
export type FeedField = 'started' | 'completed';

/** A message of a stream: its offset, and a hash of its id that tells it from a recreated stream's. */
export interface Position {
  readonly offset: number;
  /** 16 hex digits; a cursor carries the first 8. */
  readonly fingerprint: string;
}

const cursorDigits = 8;

/** Opaque to clients. */
export const encodeCursor = (field: FeedField, position: Position) =>
  Buffer.from(
    `${field}:${position.offset}:${position.fingerprint.slice(0, cursorDigits)}`,
  ).toString('base64url');

/** @throws {Problem} 400 `CURSOR_INVALID` unless this field gave it. */
export function decodeCursor(field: FeedField, cursor: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, of, offset, fingerprint] =
    /^(started|completed):(\d{1,15}):([0-9a-f]{8})$/.exec(text) ?? [];
  if (of === field && offset !== undefined && fingerprint !== undefined)
    return { offset: Number(offset), fingerprint };
  throw new Problem(
    400,
    'CURSOR_INVALID',
    'after: invalid cursor; pass one from an event or feedCursors of the same field',
  );
}

export const isSameMessage = (a: Position, b: Position) =>
  a.offset === b.offset &&
  a.fingerprint.slice(0, cursorDigits) === b.fingerprint.slice(0, cursorDigits);

/** The client takes `feedCursors`, reads `analyses` since its last event, and goes on. */
export const cursorExpired = (reason: string) =>
  new Problem(
    410,
    'CURSOR_EXPIRED',
    `cursor expired: ${reason}; query feedCursors, then analyses since your last event, and subscribe again`,
  );

/** RabbitMQ is unavailable, or the stream has not been read to its end yet. */
export const feedUnavailable = () =>
  new Problem(503, 'FEED_UNAVAILABLE', 'the feed has not caught up; subscribe again in a second', {
    retryAfter: 1,
  });
