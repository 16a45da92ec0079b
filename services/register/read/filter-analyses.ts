// What lists, counts and exports share: an owner's rows, narrowed. Each filter has an index of its own in
// store/migrations.ts, in the order of the lists.
import { sql, type RawBuilder } from 'kysely';
import type { AnalysesFilter, RegisteredAnalysis } from '../../../contracts/rest.ts';
import type { AnalysisRow, RegisterDb } from '../store/database.ts';
import { splitWords } from '../store/words.ts';

/** The rows, and by what they are put in order: where words are looked for, by the rows of the words. */
export function filterAnalyses(db: RegisterDb, filter: AnalysesFilter) {
  const { owner, state, brand, type, confident, from, to, changedSince } = filter;
  const [word, ...others] = filter.text === undefined ? [] : splitWords(filter.text);
  const ordered = sql.raw(filter.text === undefined ? 'analyses' : 'words');
  const conditions: (RawBuilder<unknown> | undefined)[] = [
    sql`analyses.owner = ${owner}`,
    sql`${ordered}.started_at is not null`, // what no run has taken is not listed
    filter.text === undefined
      ? undefined
      : sql`words.owner = ${owner} and words.word = ${word ?? ''}`,
    ...others.map(hasWord),
    state && sql`analyses.state = ${state}`,
    brand && sql`lower(analyses.brand) = lower(${brand})`,
    type && sql`lower(analyses.type) = lower(${type})`,
    confident === undefined ? undefined : sql`analyses.is_confident = ${confident}`,
    from && sql`${ordered}.started_at >= ${new Date(from)}`,
    to && sql`${ordered}.started_at < ${new Date(to)}`,
    changedSince && sql`analyses.last_at >= ${new Date(changedSince)}`,
  ].filter((condition) => condition !== undefined && condition !== '');
  const rows = db
    .selectFrom('analyses')
    .$if(filter.text !== undefined, (query) =>
      query.innerJoin('words', 'words.correlation_id', 'analyses.correlation_id'),
    )
    .where(sql<boolean>`${sql.join(conditions, sql` and `)}`);
  return { rows, place: sql`${ordered}.started_at, ${ordered}.correlation_id`, ordered };
}

const hasWord = (word: string) => sql`exists (
  select from words as other
  where other.correlation_id = analyses.correlation_id and other.word = ${word})`;

export const shownColumns = [
  ...(['analyses.correlation_id', 'object_key', 'content_type', 'bytes', 'checksum'] as const),
  ...(['uploaded_at', 'run_id', 'state', 'analyses.started_at', 'completed_at'] as const),
  ...(['success', 'provider', 'aggregate', 'status', 'reasons', 'unsupported_features'] as const),
  ...(['failure', 'evidence', 'duplicate_of', 'redo', 'correction'] as const),
] as const;

type Shown<Column> = Column extends `analyses.${infer Name}` ? Name : Column;
export type ShownRow = Pick<AnalysisRow, Shown<(typeof shownColumns)[number]> & keyof AnalysisRow>;

export const asAnalysis = (row: ShownRow): RegisteredAnalysis => ({
  correlationId: row.correlation_id,
  runId: row.run_id ?? '',
  objectKey: row.object_key,
  state: row.state ?? 'RUNNING',
  startedAt: (row.started_at ?? new Date(0)).toISOString(),
  completedAt: row.completed_at?.toISOString() ?? null,
  success: row.success,
  provider: row.provider,
  aggregate: row.aggregate,
  status: row.status,
  reasons: row.reasons,
  unsupportedFeatures: row.unsupported_features,
  failure: row.failure,
  evidence: row.evidence ?? [],
  contentType: row.content_type,
  bytes: row.bytes,
  checksum: row.checksum,
  uploadedAt: row.uploaded_at?.toISOString() ?? null,
  duplicateOf: row.duplicate_of,
  redo: row.redo,
  correction: row.correction,
});
