import { sql } from 'kysely';
import type { CorrectionsPage, CorrectionsQuery } from '../../../contracts/acts.ts';
import { correlationIdSchema } from '../../../contracts/recognition.ts';
import type {
  AnalysesFilter,
  RegisteredAnalysesPage,
  RegisteredAnalysesQuery,
  RegisteredAnalysis,
} from '../../../contracts/rest.ts';
import { streamQueues } from '../../../contracts/topology.ts';
import { Problem } from '../../../platform/http/problem.ts';
import { delay } from '../../../platform/retry.ts';
import type { RegisterDb } from '../store/database.ts';
import { readPositions } from '../store/positions.ts';
import { asAnalysis, filterAnalyses, shownColumns, type ShownRow } from './filter-analyses.ts';

/**
 * The newest run of one analysis with a result, else its newest run.
 *
 * @throws {Problem} 404 no such id, or another owner's: the answer does not say which.
 */
export async function findAnalysis(
  db: RegisterDb,
  owner: string,
  correlationId: string,
): Promise<RegisteredAnalysis> {
  const row = correlationIdSchema.safeParse(correlationId).success
    ? await filterAnalyses(db, { owner })
        .rows.select(shownColumns)
        .where('analyses.correlation_id', '=', correlationId)
        .executeTakeFirst()
    : undefined;
  if (row !== undefined) return asAnalysis(row);
  throw analysisNotFound();
}

/** What owners have said, of all of them, beside what was recognised. */
export async function listCorrections(
  db: RegisterDb,
  { first, after }: CorrectionsQuery,
): Promise<CorrectionsPage> {
  const rows = await db
    .selectFrom('corrections')
    .innerJoin('analyses', 'analyses.correlation_id', 'corrections.correlation_id')
    .select(['corrections.correlation_id', 'corrected_at', 'object_key', 'aggregate'])
    .select(['corrections.brand', 'corrections.type', 'corrections.model'])
    .$if(after !== undefined, (query) =>
      query.where('corrections.correlation_id', '>', after ?? ''),
    )
    .orderBy('corrections.correlation_id')
    .limit(first + 1)
    .execute();
  const items = rows.slice(0, first).map((row) => ({
    correlationId: row.correlation_id,
    objectKey: row.object_key,
    ...{ brand: row.brand, type: row.type, model: row.model, aggregate: row.aggregate },
    correctedAt: row.corrected_at.toISOString(),
  }));
  return { items, hasNextPage: rows.length > first };
}

/** Whose it is, for operators. @throws {Problem} 404 no such id. */
export async function findOwner(db: RegisterDb, correlationId: string): Promise<string> {
  const row = await db
    .selectFrom('analyses')
    .select('owner')
    .where('correlation_id', '=', correlationId)
    .executeTakeFirst();
  if (row === undefined) throw analysisNotFound();
  return row.owner;
}

/** Another owner's looks the same as an unknown one. */
export const analysisNotFound = () =>
  new Problem(404, 'NO_ANALYSIS', 'no analysis with this id among those of this owner');

/** A page of an owner's analyses. @throws {Problem} 422 an invalid cursor. */
export async function listAnalyses(
  db: RegisterDb,
  query: RegisteredAnalysesQuery,
): Promise<RegisteredAnalysesPage> {
  const rows = await pageQuery(db, query).execute();
  const items = rows.slice(0, query.first).map((row) => ({
    ...asAnalysis(row),
    cursor: writeCursor(query.order, row),
  }));
  return { items, hasNextPage: rows.length > query.first };
}

/** One row more than the page has: whether there is another. */
export function pageQuery(db: RegisterDb, query: RegisteredAnalysesQuery) {
  const { rows, place, ordered } = filterAnalyses(db, query);
  const newestFirst = query.order === 'newest';
  const direction = sql.raw(newestFirst ? 'desc' : 'asc');
  const after = query.after === undefined ? undefined : readCursor(query.order, query.after);
  const beyond = sql.raw(newestFirst ? '<' : '>');
  return rows
    .select(shownColumns)
    .$if(after !== undefined, (all) =>
      all.where(sql<boolean>`(${place}) ${beyond} (${after?.startedAt}, ${after?.id})`),
    )
    .orderBy(sql`${ordered}.started_at ${direction}, ${ordered}.correlation_id ${direction}`)
    .limit(query.first + 1);
}

export async function countAnalyses(db: RegisterDb, filter: AnalysesFilter): Promise<number> {
  const { rows } = filterAnalyses(db, filter);
  const { count } = await rows
    .select((row) => row.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

const writeCursor = (order: string, row: Pick<ShownRow, 'started_at' | 'correlation_id'>) =>
  Buffer.from(`${order}:${row.started_at?.getTime() ?? 0}:${row.correlation_id}`).toString(
    'base64url',
  );

function readCursor(order: string, cursor: string): { startedAt: Date; id: string } {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, of, ms, id] = /^(newest|oldest):(\d{1,13}):([0-9a-f-]{36})$/.exec(text) ?? [];
  if (of === order && ms !== undefined && correlationIdSchema.safeParse(id).success)
    return { startedAt: new Date(Number(ms)), id: id ?? '' };
  const allowed = 'must be a cursor that this list gave in the same order';
  throw new Problem(422, 'INVALID', `after: ${allowed}`, { errors: { after: [allowed] } });
}

const waitMs = 1_000;
const pollEveryMs = 50;

/**
 * Resolves when the register has applied the streams up to these offsets, without a gap before them.
 *
 * @param isCurrent false while the streams may be others than those that the positions belong to.
 * @throws {Problem} 503 `NOT_APPLIED`, with Retry-After, when it has not within a second.
 */
export async function waitForOffsets(
  db: RegisterDb,
  atLeast: string | undefined,
  isCurrent: () => boolean,
): Promise<void> {
  if (atLeast === undefined) return;
  const wanted = atLeast.split(',').map((one) => {
    const [field = '', offset = ''] = one.split(':');
    return { queue: streamQueues[field as keyof typeof streamQueues].name, offset: Number(offset) };
  });
  const deadline = Date.now() + waitMs;
  for (;;) {
    const positions = new Map((await readPositions(db)).map((one) => [one.source, one]));
    const isApplied = wanted.every(({ queue, offset }) => {
      const position = positions.get(queue);
      return (position?.offset ?? -1) >= offset && position?.gapSince === undefined;
    });
    if (isApplied && isCurrent()) return;
    if (Date.now() > deadline)
      throw new Problem(503, 'NOT_APPLIED', 'the register has not read as far: ask again', {
        retryAfter: 1,
      });
    await delay(pollEveryMs);
  }
}
