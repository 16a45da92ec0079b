import { sql, type Insertable, type Transaction } from 'kysely';
import { resultFieldsSchema, type EvidenceItem } from '../../../contracts/recognition.ts';
import type { Correction } from '../../../contracts/acts.ts';
import type { AnalysisRow, CorrectionRow, Database, RunRow } from './database.ts';
import { joinChanges, shownRun, stateOf, type Change, type Run, type Upload } from './changes.ts';
import { wordsOf } from './words.ts';

/** Whoever deletes waits for who writes, and the other way round: nothing slips in behind a tombstone. */
const tombstoneLock = 4_008_002;

/** Held by who deletes, before any row. Released with the transaction, like the other. */
export const lockTombstones = (trx: Transaction<Database>) =>
  sql`select pg_advisory_xact_lock(${tombstoneLock})`.execute(trx);
/** Held by who writes, before any row: the other way round two would wait for each other. */
export const shareTombstones = (trx: Transaction<Database>) =>
  sql`select pg_advisory_xact_lock_shared(${tombstoneLock})`.execute(trx);

/**
 * Writes what is known now of these analyses: what was known and the changes, joined. The rows are locked
 * in the order of their ids, so several may write at once; one after the other they join to the same.
 */
export async function applyChanges(
  trx: Transaction<Database>,
  changes: readonly Change[],
): Promise<void> {
  const given = joinById(changes);
  const ids = [...given.keys()];
  if (ids.length === 0) return;
  const deletions = [...given.values()].filter(({ deletedAt }) => deletedAt !== undefined);
  await (deletions.length > 0 ? lockTombstones(trx) : shareTombstones(trx));
  for (const deletion of deletions) await deleteRows(trx, deletion);
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

/** A tombstone of a deletion that is known already stays as it is. */
async function deleteRows(
  trx: Transaction<Database>,
  { correlationId, owner, deletedAt = new Date() }: Change,
): Promise<void> {
  await trx
    .insertInto('deletions')
    .values({ correlation_id: correlationId, owner, deleted_at: deletedAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  // In the order in which all others lock them.
  for (const table of ['analyses', 'corrections'] as const)
    await trx
      .deleteFrom(table)
      .where('owner', '=', owner)
      .where('correlation_id', '=', correlationId)
      .execute();
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
  const corrections = await trx
    .selectFrom('corrections')
    .selectAll()
    .where('correlation_id', 'in', ids)
    .execute();
  const correctionById = new Map(corrections.map((one) => [one.correlation_id, one]));
  return new Map<string, Change>(
    rows.map((row) => [
      row.correlation_id,
      {
        correlationId: row.correlation_id,
        owner: row.owner,
        objectKey: row.object_key,
        upload: uploadOf(row),
        runs: (runsById.get(row.correlation_id) ?? []).map(runOf),
        correction: correctionOf(row.owner, correctionById.get(row.correlation_id)),
      },
    ]),
  );
}

function correctionOf(owner: string, row: CorrectionRow | undefined): Correction | undefined {
  if (row?.owner !== owner) return undefined;
  const { brand, type, model, corrected_at } = row;
  return { brand, type, model, correctedAt: corrected_at.toISOString() };
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
  await writeCorrections(trx, changes);
  await writeWords(trx, analyses);
}

async function writeCorrections(trx: Transaction<Database>, changes: readonly Change[]) {
  const rows = changes.flatMap(({ correlationId, owner, correction }) =>
    correction === undefined ? [] : correctionRow(correlationId, owner, correction),
  );
  if (rows.length === 0) return;
  await trx
    .insertInto('corrections')
    .values(rows)
    .onConflict((conflict) => conflict.column('correlation_id').doUpdateSet(asGiven(rows[0])))
    .execute();
}

const correctionRow = (
  correlationId: string,
  owner: string,
  { correctedAt, ...fields }: Correction,
): CorrectionRow => ({
  correlation_id: correlationId,
  ...{ owner, ...fields, corrected_at: new Date(correctedAt) },
});

async function writeWords(trx: Transaction<Database>, analyses: readonly AnalysisRow[]) {
  const ids = analyses.map(({ correlation_id }) => correlation_id);
  await trx.deleteFrom('words').where('correlation_id', 'in', ids).execute();
  const words = analyses.flatMap(({ correlation_id, owner, started_at, ...row }) =>
    started_at === null
      ? []
      : wordsOf(row.brand, row.type, row.model, nameOf(row)).map((word) => ({
          ...{ correlation_id, owner, started_at, word },
        })),
  );
  if (words.length > 0) await trx.insertInto('words').values(words).execute();
}

/** A name for people is of the recognised machine: a corrected one has none. */
const nameOf = ({ correction, aggregate }: Pick<AnalysisRow, 'correction' | 'aggregate'>) =>
  correction === null ? aggregate?.name : undefined;

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
            duplicateOf: row.duplicate_of,
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
    duplicate_of: end?.duplicateOf ?? null,
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

function analysisRow(change: Change): AnalysisRow {
  const { correlationId, owner, objectKey, upload, runs, correction } = change;
  const { shown, redo } = shownRun(runs);
  const aggregate = shown?.end?.aggregate ?? null;
  const machine = correction ?? aggregate;
  const times = [
    upload?.uploadedAt,
    correction && new Date(correction.correctedAt),
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
    brand: machine?.brand ?? null,
    type: machine?.type ?? null,
    model: machine?.model ?? null,
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
    correction: correction ?? null,
    last_at: new Date(Math.max(0, ...times.map((time) => time?.getTime() ?? 0))),
  };
}
