import { sql, type RawBuilder, type Transaction } from 'kysely';
import { applyChanges } from './apply-changes.ts';
import { isDataError, type Database, type PositionRow, type RegisterDb } from './database.ts';
import type { Change } from './changes.ts';

/** One message of a source; without changes it only moves the position on. */
export interface SourceMessage {
  readonly offset: number;
  readonly eventId: string;
  /** When it was published, by its own word. */
  readonly at: Date | undefined;
  readonly change: Change | undefined;
}

/** Where a source stands. `offset` undefined: at its beginning. */
export interface Position {
  readonly source: string;
  readonly generation: number;
  readonly offset: number | undefined;
  readonly eventId: string | undefined;
  readonly gapSince: Date | undefined;
}

const asPosition = (row: PositionRow): Position => ({
  source: row.source,
  generation: row.generation,
  offset: row.offset === null ? undefined : Number(row.offset),
  eventId: row.event_id ?? undefined,
  gapSince: row.gap_since ?? undefined,
});

export const readPositions = async (db: RegisterDb): Promise<Position[]> =>
  (await db.selectFrom('positions').selectAll().execute()).map(asPosition);

/** @param gapSince of a source that was never read: from when on it may have lost events. */
export async function readPosition(
  db: RegisterDb,
  source: string,
  gapSince?: Date,
): Promise<Position> {
  await db
    .insertInto('positions')
    .values({ source, generation: 0, gap_since: gapSince ?? null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = db.selectFrom('positions').selectAll().where('source', '=', source);
  return asPosition(await row.executeTakeFirstOrThrow());
}

/**
 * Writes the messages and the position behind them in one transaction. The position is locked, so one
 * replica writes at a time, and what another has written is passed over: each message is applied once.
 * Where the source was begun anew meanwhile nothing is written, and the answer says so by its generation.
 */
export async function writeMessages(
  db: RegisterDb,
  from: Position,
  messages: readonly SourceMessage[],
  onSkipped: (message: SourceMessage, error: unknown) => void,
): Promise<{ position: Position; applied: number }> {
  try {
    return await db.transaction().execute((trx) => writeLocked(trx, from, messages));
  } catch (error) {
    const [only] = messages;
    if (!isDataError(error) || only === undefined) throw error;
    if (messages.length === 1) {
      if (only.change === undefined && only.at === undefined) throw error;
      onSkipped(only, error);
      const passedOver = { ...only, at: undefined, change: undefined };
      return writeMessages(db, from, [passedOver], onSkipped);
    }
  }
  // One of them is not to be stored, ever: one by one the others are.
  let written = { position: from, applied: 0 };
  for (const message of messages) {
    const { position, applied } = await writeMessages(db, from, [message], onSkipped);
    written = { position, applied: written.applied + applied };
  }
  return written;
}

async function writeLocked(
  trx: Transaction<Database>,
  from: Position,
  messages: readonly SourceMessage[],
) {
  const row = await trx
    .selectFrom('positions')
    .selectAll()
    .where('source', '=', from.source)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const position = asPosition(row);
  const news = messages.filter(({ offset }) => offset > (position.offset ?? -1));
  const last = news.at(-1);
  if (position.generation !== from.generation || last === undefined)
    return { position, applied: 0 };
  const changes = news.flatMap(({ change }) => change ?? []);
  if (changes.length > 0) await applyChanges(trx, changes);
  const at = news.findLast((message) => message.at !== undefined)?.at;
  const moved = await trx
    .updateTable('positions')
    .set({
      offset: String(last.offset),
      event_id: last.eventId,
      ...(at === undefined ? {} : { event_at: at }),
    })
    .where('source', '=', from.source)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { position: asPosition(moved), applied: changes.length };
}

/** The source was made anew: it is read from its first message, unless another replica has seen to it. */
export async function restartSource(db: RegisterDb, from: Position): Promise<Position> {
  await restart(db, sql<Date>`least(gap_since, coalesce(event_at, to_timestamp(0)))`)
    .where('source', '=', from.source)
    .where('generation', '=', from.generation)
    .execute();
  return readPosition(db, from.source);
}

/** Reads everything again that the sources and Temporal still hold. What owners have said stays. */
export async function rebuildRegister(db: RegisterDb): Promise<void> {
  await restart(db, sql<Date>`to_timestamp(0)`).execute();
}

const restart = (db: RegisterDb, gapSince: RawBuilder<Date>) =>
  db.updateTable('positions').set((row) => ({
    generation: row('generation', '+', 1),
    offset: null,
    event_id: null,
    gap_since: gapSince,
  }));

/**
 * What stood between the position and the first message that is left is lost to us.
 *
 * @returns false: known already, or another replica has read it in time.
 */
export async function markGap(db: RegisterDb, from: Position, first: number): Promise<boolean> {
  const marked = await db
    .updateTable('positions')
    .set({ gap_since: sql<Date>`coalesce(event_at, to_timestamp(0))` })
    .where('source', '=', from.source)
    .where('generation', '=', from.generation)
    .where('offset', '<', String(first))
    .where('gap_since', 'is', null)
    .executeTakeFirst();
  return marked.numUpdatedRows > 0n;
}

/** For what was filled in; a gap that was found or widened meanwhile stays. */
export async function closeGap(
  db: RegisterDb,
  { source, gapSince, generation }: Position,
): Promise<void> {
  await db
    .updateTable('positions')
    .set({ gap_since: null })
    .where('source', '=', source)
    .where('generation', '=', generation)
    .where('gap_since', '=', gapSince ?? null)
    .execute();
}
