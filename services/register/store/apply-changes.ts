import { sql, type Insertable, type Transaction } from 'kysely';
import { resultFieldsSchema, type EvidenceItem } from '../../../contracts/recognition.ts';
import type { AnalysisRow, Database, RegisterDb, RunRow } from './database.ts';
import { joinChanges, shownRun, stateOf, type Change, type Run, type Upload } from './changes.ts';
import { wordsOf } from './words.ts';

/** Whoever deletes waits for who writes, and the other way round: nothing slips in behind a tombstone. */
const tombstoneLock = 4_008_002;

/** Deletes the owner's rows, and leaves tombstones: what events still say of them is passed over. */
export async function deleteAnalyses(
  db: RegisterDb,
  owner: string,
  correlationIds: readonly string[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${tombstoneLock})`.execute(trx);
    const rows = correlationIds.map((correlation_id) => ({
      ...{ correlation_id, owner, deleted_at: new Date() },
    }));
    await trx
      .insertInto('deletions')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    for (const table of ['corrections', 'analyses'] as const)
      await trx
        .deleteFrom(table)
        .where('owner', '=', owner)
        .where('correlation_id', 'in', correlationIds)
        .execute();
  });
}

/**
 * Writes what is known now of these analyses: what was known and the changes, joined. The rows are locked
 * in the order of their ids, so several may write at once; one after the other they join to the same.
 */
export async function applyChanges(
  trx: Transaction<Database>,
  changes: readonly Change[],
): Promise<void> {
  const given = joinById(changes);
  await sql`select pg_advisory_xact_lock_shared(${tombstoneLock})`.execute(trx);
  const ids = [...given.keys()];
  if (ids.length === 0) return;
  const deleted = trx
    .selectFrom('deletions')
    .select(['correlation_id', 'owner'])
    .where('correlation_id', 'in', ids);
  for (const { correlation_id, owner } of await deleted.execute())
    if (given.get(correlation_id)?.owner === owner) given.delete(correlation_id);
  const known = await lockRows(trx, [...given.values()]);
  const joined = [...given.values()].flatMap((change) => {
    const row = known.get(change.correlationId);
    if (row === undefined) throw new Error(`${change.correlationId} expired while it was written`);
    // An id belongs to whom ingestion gave it; a change of somebody else is none of this analysis.
    return row.owner !== change.owner ? [] : [joinChanges(row, change)];
  });
  if (joined.length > 0) await writeRows(trx, joined);
}

function joinById(changes: readonly Change[]): Map<string, Change> {
  const byId = new Map<string, Change>();
  for (const change of changes) {
    const other = byId.get(change.correlationId);
    if (other !== undefined && other.owner !== change.owner) continue;
    byId.set(change.correlationId, other === undefined ? change : joinChanges(other, change));
  }
  return new Map([...byId].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Locks the rows, made where they are missing, and reads what they and their runs say. */
async function lockRows(trx: Transaction<Database>, changes: readonly Change[]) {
  if (changes.length === 0) return new Map<string, Change>();
  const ids = changes.map(({ correlationId }) => correlationId);
  await trx
    .insertInto('analyses')
    .values(changes.map((change) => analysisRow({ ...change, runs: [] })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const rows = await trx
    .selectFrom('analyses')
    .select(['correlation_id', 'owner', 'object_key', 'content_type', 'bytes', 'checksum'])
    .select('uploaded_at')
    .where('correlation_id', 'in', ids)
    .orderBy('correlation_id')
    .forUpdate()
    .execute();
  const runs = await trx
    .selectFrom('runs')
    .selectAll()
    .where('correlation_id', 'in', ids)
    .execute();
  const runsById = Map.groupBy(runs, ({ correlation_id }) => correlation_id);
  return new Map<string, Change>(
    rows.map((row) => [
      row.correlation_id,
      {
        correlationId: row.correlation_id,
        owner: row.owner,
        objectKey: row.object_key,
        upload: uploadOf(row),
        runs: (runsById.get(row.correlation_id) ?? []).map(runOf),
      },
    ]),
  );
}

async function writeRows(trx: Transaction<Database>, changes: readonly Change[]): Promise<void> {
  const analyses = changes.map(analysisRow);
  await trx
    .insertInto('analyses')
    .values(analyses)
    .onConflict((conflict) => conflict.column('correlation_id').doUpdateSet(asGiven(analyses[0])))
    .execute();
  const runs = changes.flatMap(({ correlationId, runs: all }) =>
    all.map((run) => runRow(correlationId, run)),
  );
  if (runs.length > 0)
    await trx
      .insertInto('runs')
      .values(runs)
      .onConflict((conflict) =>
        conflict.columns(['correlation_id', 'run_id']).doUpdateSet(asGiven(runs[0])),
      )
      .execute();
  await writeWords(trx, analyses);
}

async function writeWords(trx: Transaction<Database>, analyses: readonly AnalysisRow[]) {
  const ids = analyses.map(({ correlation_id }) => correlation_id);
  await trx.deleteFrom('words').where('correlation_id', 'in', ids).execute();
  const words = analyses.flatMap(({ correlation_id, owner, started_at, ...row }) =>
    started_at === null
      ? []
      : wordsOf(row.brand, row.type, row.model, row.aggregate?.name).map((word) => ({
          ...{ correlation_id, owner, started_at, word },
        })),
  );
  if (words.length > 0) await trx.insertInto('words').values(words).execute();
}

/** Every column as it would have been inserted. */
const asGiven = (row: object | undefined) =>
  Object.fromEntries(
    Object.keys(row ?? {}).map((column) => [column, sql.ref<never>(`excluded.${column}`)]),
  );

const uploadOf = (row: Pick<AnalysisRow, keyof UploadColumns>): Upload | undefined =>
  row.content_type === null || row.bytes === null || row.checksum === null
    ? undefined
    : {
        contentType: row.content_type,
        bytes: row.bytes,
        checksum: row.checksum,
        uploadedAt: row.uploaded_at ?? undefined,
      };
type UploadColumns = Pick<AnalysisRow, 'content_type' | 'bytes' | 'checksum' | 'uploaded_at'>;

/** Parsed again, because PostgreSQL keeps the keys of JSON in an order of its own. */
const runOf = (row: RunRow): Run => ({
  runId: row.run_id,
  startedAt: row.started_at,
  end:
    row.completed_at === null
      ? undefined
      : {
          ...resultFieldsSchema.parse({
            ...row,
            unsupportedFeatures: row.unsupported_features,
            evidence: row.evidence ?? [],
          }),
          success: row.success === true,
          completedAt: row.completed_at,
        },
});

function endColumns({ end }: Pick<Run, 'end'>) {
  return {
    completed_at: end?.completedAt ?? null,
    success: end?.success ?? null,
    provider: end?.provider ?? null,
    aggregate: end?.aggregate ?? null,
    status: end?.status ?? null,
    reasons: end?.reasons ?? [],
    unsupported_features: end?.unsupportedFeatures ?? [],
    failure: end?.failure ?? null,
    rules_version: end?.provider?.rulesVersion ?? null,
    evidence: end === undefined ? null : asJson(end.evidence),
    duplicate_of: null,
  };
}

/** The client of PostgreSQL takes a list for an array of its own. */
const asJson = (list: EvidenceItem[]) => JSON.stringify(list) as unknown as EvidenceItem[];

const runRow = (correlationId: string, run: Run): Insertable<RunRow> => ({
  correlation_id: correlationId,
  run_id: run.runId,
  started_at: run.startedAt,
  ...endColumns(run),
});

function analysisRow({ correlationId, owner, objectKey, upload, runs }: Change): AnalysisRow {
  const { shown, redo } = shownRun(runs);
  const aggregate = shown?.end?.aggregate ?? null;
  const times = [
    upload?.uploadedAt,
    ...runs.flatMap((run) => [run.startedAt, run.end?.completedAt]),
  ];
  return {
    correlation_id: correlationId,
    owner,
    object_key: objectKey,
    content_type: upload?.contentType ?? null,
    bytes: upload?.bytes ?? null,
    checksum: upload?.checksum ?? null,
    uploaded_at: upload?.uploadedAt ?? null,
    run_id: shown?.runId ?? null,
    state: shown === undefined ? null : stateOf(shown),
    started_at: shown?.startedAt ?? null,
    ...endColumns({ end: shown?.end }),
    brand: aggregate?.brand ?? null,
    type: aggregate?.type ?? null,
    model: aggregate?.model ?? null,
    is_confident: aggregate?.isConfident ?? null,
    redo:
      redo === undefined
        ? null
        : {
            runId: redo.runId,
            state: stateOf(redo),
            startedAt: redo.startedAt.toISOString(),
            completedAt: redo.end?.completedAt.toISOString() ?? null,
            failure: redo.end?.failure ?? null,
          },
    last_at: new Date(Math.max(0, ...times.map((time) => time?.getTime() ?? 0))),
  };
}
