import type { Transaction } from 'kysely';
import type { Deletion, DeletionsPage, DeletionsQuery } from '../../../contracts/acts.ts';
import { correlationIdSchema } from '../../../contracts/recognition.ts';
import { eventIds } from '../../../contracts/topology.ts';
import { Problem } from '../../../platform/http/problem.ts';
import { analysisNotFound } from '../read/read-analyses.ts';
import { applyChanges, lockTombstones } from '../store/apply-changes.ts';
import type { Database, RegisterDb } from '../store/database.ts';
import { noteAct, type Act } from './audit.ts';
import { enqueue } from './outbox.ts';

/**
 * Deletes the owner's rows of an analysis and leaves a tombstone, with its event and its entry in the
 * audit: what events still say of it is passed over. Deleting twice is harmless.
 *
 * @param objectKey of an analysis that is known to be this owner's, though no row of it has come yet.
 * @throws {Problem} 404 `NO_ANALYSIS` no such id, or another owner's.
 */
export async function deleteAnalysis(
  db: RegisterDb,
  { owner, correlationId }: { owner: string; correlationId: string },
  objectKey: string | undefined,
  act: Act,
): Promise<Deletion> {
  return db.transaction().execute(async (trx) => {
    await lockTombstones(trx);
    const known = await readDeletion(trx, owner, correlationId);
    if (known !== undefined) return known;
    const row = await trx
      .selectFrom('analyses')
      .select(['owner', 'object_key'])
      .where('correlation_id', '=', correlationId)
      .executeTakeFirst();
    const photo = row === undefined ? objectKey : row.object_key;
    if (photo === undefined || (row !== undefined && row.owner !== owner)) throw analysisNotFound();
    const deletedAt = new Date();
    await applyChanges(trx, [{ correlationId, owner, objectKey: photo, runs: [], deletedAt }]);
    await noteAct(trx, act, { action: 'delete', correlationId, owner });
    await enqueue(trx, 'analysis.deleted', {
      id: eventIds.analysisDeleted(correlationId),
      ...{ correlationId, owner },
      data: { objectKey: photo, deletedAt: deletedAt.toISOString() },
    });
    return { correlationId, owner, deletedAt: deletedAt.toISOString(), erasedAt: null };
  });
}

/**
 * Photo, preview and runs are gone.
 *
 * @throws {Problem} 404 `NO_DELETION` this owner has not deleted it.
 */
export async function markErased(
  db: RegisterDb,
  { owner, correlationId }: { owner: string; correlationId: string },
  act: Act,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const known = await readDeletion(trx, owner, correlationId);
    if (known === undefined)
      throw new Problem(404, 'NO_DELETION', 'this owner has not deleted an analysis of this id');
    if (known.erasedAt !== null) return;
    await trx
      .updateTable('deletions')
      .set({ erased_at: new Date() })
      .where('correlation_id', '=', correlationId)
      .where('owner', '=', owner)
      .execute();
    await noteAct(trx, act, { action: 'erase', correlationId, owner });
  });
}

async function readDeletion(
  trx: Transaction<Database>,
  owner: string,
  correlationId: string,
): Promise<Deletion | undefined> {
  const row = await trx
    .selectFrom('deletions')
    .selectAll()
    .where('correlation_id', '=', correlationId)
    .where('owner', '=', owner)
    .forUpdate()
    .executeTakeFirst();
  return row && asDeletion(row);
}

/** The oldest first, page by page. @throws {Problem} 422 an invalid cursor. */
export async function listDeletions(
  db: RegisterDb,
  { erased, first, after }: DeletionsQuery,
): Promise<DeletionsPage> {
  const beyond = after === undefined ? undefined : readCursor(after);
  const rows = await db
    .selectFrom('deletions')
    .selectAll()
    .$if(erased !== undefined, (query) =>
      query.where('erased_at', erased === true ? 'is not' : 'is', null),
    )
    .$if(beyond !== undefined, (query) =>
      query.where((row) =>
        row(
          row.refTuple('deleted_at', 'correlation_id'),
          '>',
          row.tuple(beyond?.deletedAt ?? new Date(0), beyond?.id ?? ''),
        ),
      ),
    )
    .orderBy('deleted_at')
    .orderBy('correlation_id')
    .limit(first + 1)
    .execute();
  const items = rows.slice(0, first).map((row) => ({
    ...asDeletion(row),
    cursor: `${row.deleted_at.getTime()}:${row.correlation_id}`,
  }));
  return { items, hasNextPage: rows.length > first };
}

function readCursor(cursor: string): { deletedAt: Date; id: string } {
  const [, ms, id] = /^(\d{1,13}):(.+)$/.exec(cursor) ?? [];
  if (ms !== undefined && correlationIdSchema.safeParse(id).success)
    return { deletedAt: new Date(Number(ms)), id: id ?? '' };
  const allowed = 'must be a cursor that this list gave';
  throw new Problem(422, 'INVALID', `after: ${allowed}`, { errors: { after: [allowed] } });
}

const asDeletion = (row: Database['deletions']): Deletion => ({
  correlationId: row.correlation_id,
  owner: row.owner,
  deletedAt: row.deleted_at.toISOString(),
  erasedAt: row.erased_at?.toISOString() ?? null,
});
