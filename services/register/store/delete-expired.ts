import type { Logger } from '../../../platform/logger.ts';
import { delay } from '../../../platform/retry.ts';
import type { RegisterDb } from './database.ts';

const rowsAtOnce = 1_000;
/** Far longer than the register ever lags: by then the run's own row has it. */
const recognitionsKeptMs = 24 * 3_600_000;
/** Longer than Temporal, Kafka and the streams keep what would bring the analysis back. */
const tombstonesKeptMs = 32 * 24 * 3_600_000;

/**
 * Deletes what is older than the retention, a thousand rows at a time, so that nobody waits long for one.
 *
 * @returns how many analyses went, with their runs, words and corrections.
 */
export async function deleteExpired(db: RegisterDb, before: Date): Promise<number> {
  let deleted = 0;
  for (let last = rowsAtOnce; last === rowsAtOnce;) {
    last = await db.transaction().execute(async (trx) => {
      const expired = trx
        .selectFrom('analyses')
        .select('correlation_id')
        .where('last_at', '<', before)
        .orderBy('last_at')
        .limit(rowsAtOnce)
        .forUpdate()
        .skipLocked();
      const rows = await expired.execute();
      const ids = rows.map(({ correlation_id }) => correlation_id);
      if (ids.length === 0) return 0;
      await trx.deleteFrom('corrections').where('correlation_id', 'in', ids).execute();
      await trx.deleteFrom('analyses').where('correlation_id', 'in', ids).execute();
      return ids.length;
    });
    deleted += last;
  }
  const read = new Date(Date.now() - recognitionsKeptMs);
  await db.deleteFrom('recognitions').where('made_at', '<', read).execute();
  const forgotten = new Date(Math.min(before.getTime(), Date.now() - tombstonesKeptMs));
  await db
    .deleteFrom('deletions')
    .where('deleted_at', '<', forgotten)
    .where('erased_at', 'is not', null) // the others still stand for something to be erased
    .execute();
  await db.deleteFrom('audit').where('at', '<', before).execute();
  return deleted;
}

/** For as long as the process lives. Several replicas pass over each other's rows. */
export async function keepRetention(deps: {
  db: RegisterDb;
  retentionMs: number;
  intervalMs: number;
  logger: Logger;
  stopping: AbortSignal;
}): Promise<void> {
  const { db, retentionMs, intervalMs, logger, stopping } = deps;
  while (!stopping.aborted) {
    try {
      const deleted = await deleteExpired(db, new Date(Date.now() - retentionMs));
      if (deleted > 0) logger.info({ deleted }, 'expired analyses deleted');
    } catch (error) {
      logger.warn({ err: error }, 'expired analyses not deleted: trying again');
    }
    await delay(intervalMs, stopping);
  }
}
