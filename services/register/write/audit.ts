import { sql, type Selectable, type Transaction } from 'kysely';
import type { Action, AuditEntry, AuditPage, AuditQuery } from '../../../contracts/acts.ts';
import type { AuditRow, Database, RegisterDb } from '../store/database.ts';
import { analysisNotFound } from '../read/read-analyses.ts';

/** Who does something to an analysis, and what for. */
export interface Act {
  readonly actId: string;
  readonly actor: string;
  readonly reason?: string | undefined;
}

/** The entry of an act that is one transaction: it stands exactly if the act does. */
export const noteAct = (
  trx: Transaction<Database>,
  { actId, actor, reason }: Act,
  act: { action: Action; correlationId: string; owner: string },
) => writeEntry(trx, { actId, actor, reason, ...act, outcome: 'DONE' });

/**
 * Writes an entry, once.
 *
 * @throws {Problem} 404 `NO_ANALYSIS`: what is to begin is of an analysis that was deleted.
 */
export async function writeAudit(db: RegisterDb, entry: AuditEntry): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (entry.outcome === 'BEGUN') await assertNotDeleted(trx, entry);
    await writeEntry(trx, entry);
  });
}

async function assertNotDeleted(
  trx: Transaction<Database>,
  { correlationId, owner }: Pick<AuditEntry, 'correlationId' | 'owner'>,
): Promise<void> {
  const deleted = await trx
    .selectFrom('deletions')
    .select('deleted_at')
    .where('correlation_id', '=', correlationId)
    .$if(owner !== null, (query) => query.where('owner', '=', owner ?? ''))
    .executeTakeFirst();
  if (deleted !== undefined) throw analysisNotFound();
}

async function writeEntry(trx: Transaction<Database>, entry: AuditEntry): Promise<void> {
  const { actId, actor, action, correlationId, owner, outcome, code, reason } = entry;
  const details = code === undefined && reason === undefined ? null : { code, reason };
  await trx
    .insertInto('audit')
    .values({
      ...{ actor, action, owner, outcome },
      act_id: actId,
      correlation_id: correlationId,
      details,
    })
    .onConflict((conflict) => conflict.columns(['act_id', 'outcome']).doNothing())
    .execute();
}

/** The newest first; entries stay when their analysis was deleted. */
export async function listAudit(db: RegisterDb, query: AuditQuery): Promise<AuditPage> {
  const { owner, correlationId, actor, from, to, first, after } = query;
  const conditions = [
    sql`true`,
    owner && sql`owner = ${owner}`,
    correlationId && sql`correlation_id = ${correlationId}`,
    actor && sql`actor = ${actor}`,
    from && sql`at >= ${new Date(from)}`,
    to && sql`at < ${new Date(to)}`,
    after && sql`id < ${after}`,
  ].filter((condition) => condition !== undefined && condition !== '');
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where(sql<boolean>`${sql.join(conditions, sql` and `)}`)
    .orderBy('id', 'desc')
    .limit(first + 1)
    .execute();
  return { items: rows.slice(0, first).map(asEntry), hasNextPage: rows.length > first };
}

const asEntry = (row: Selectable<AuditRow>): AuditPage['items'][number] => ({
  actId: row.act_id,
  at: row.at.toISOString(),
  actor: row.actor,
  action: row.action,
  correlationId: row.correlation_id,
  owner: row.owner,
  outcome: row.outcome,
  code: row.details?.code,
  reason: row.details?.reason,
  cursor: row.id,
});
