// Whether a photo was recognised before for the same owner, so that nobody is asked for it twice. An adapter
// tells of each recognition before it is announced: what a client has seen is here, however far events lag.
import { sql, type RawBuilder } from 'kysely';
import { recognitionResultSchema } from '../../../contracts/recognition.ts';
import type {
  EarlierRecognition,
  EarlierRecognitionQuery,
  MadeRecognition,
} from '../../../contracts/rest.ts';
import { shareTombstones } from './apply-changes.ts';
import type { RegisterDb } from './database.ts';

/** Repeating changes nothing. Of an analysis that was deleted nothing is kept. */
export async function keepRecognition(db: RegisterDb, made: MadeRecognition): Promise<void> {
  const { correlationId, owner, objectKey, contentType, bytes, checksum, recognition } = made;
  await db.transaction().execute(async (trx) => {
    await shareTombstones(trx);
    // The upload's event may come later; it finds the row as it would have made it.
    await sql`
      insert into analyses (correlation_id, owner, object_key, content_type, bytes, checksum, last_at)
      select ${correlationId}::uuid, ${owner}, ${objectKey}, ${contentType}, ${bytes}, ${checksum}, now()
      where not exists (
        select from deletions where correlation_id = ${correlationId}::uuid and owner = ${owner})
      on conflict do nothing`.execute(trx);
    await sql`
      insert into recognitions (correlation_id, run_id, owner, checksum, recognition)
      select correlation_id, ${made.runId ?? ''}, owner, ${checksum}, ${JSON.stringify(recognition)}::jsonb
      from analyses where correlation_id = ${correlationId}::uuid and owner = ${owner}
      on conflict do nothing`.execute(trx);
  });
}

interface EarlierRow {
  readonly correlation_id: string;
  readonly recognition: unknown;
}

/**
 * The newest recognition of the same photo by the same provider, features and rules that was made for
 * this owner and stands: its run has not failed, is not replaced by a redo, and is not deleted.
 */
export async function findEarlierRecognition(
  db: RegisterDb,
  asked: EarlierRecognitionQuery,
): Promise<EarlierRecognition> {
  const { rows } = await earlierQuery(asked).execute(db);
  const [row] = rows;
  if (row === undefined) return { earlier: null };
  const recognition = recognitionResultSchema.parse(row.recognition);
  return { earlier: { correlationId: row.correlation_id, recognition } };
}

/** How the run of a kept recognition ended is not known yet; the row of its analysis decides from then on. */
const isOpen = sql<boolean>`(
  analyses.run_id is null
  or (analyses.run_id = made.run_id and analyses.completed_at is null)
  or (made.run_id = '' and analyses.completed_at is null)
  or (analyses.redo->>'runId' = made.run_id and analyses.redo->>'completedAt' is null))`;

export function earlierQuery(asked: EarlierRecognitionQuery): RawBuilder<EarlierRow> {
  const { owner } = asked;
  const checksum = `sha256:${asked.sha256}`;
  return sql<EarlierRow>`
    (select correlation_id, started_at as at, jsonb_build_object(
        'provider', provider, 'aggregate', aggregate, 'status', status, 'reasons', reasons,
        'unsupportedFeatures', unsupported_features, 'evidence', coalesce(evidence, '[]')) as recognition
      from analyses
      where owner = ${owner} and checksum = ${checksum} and success and duplicate_of is null
        and ${isBy(asked, sql`provider`)}
      order by started_at desc limit 1)
    union all
    (select made.correlation_id, made_at, recognition
      from recognitions as made join analyses using (correlation_id)
      where made.owner = ${owner} and made.checksum = ${checksum}
        and recognition->>'duplicateOf' is null and ${isBy(asked, sql`recognition->'provider'`)}
        and ${isOpen}
      order by made_at desc limit 1)
    order by at desc limit 1`;
}

function isBy(
  { provider, apiVersion, features, maxResults, rulesVersion }: EarlierRecognitionQuery,
  column: RawBuilder<unknown>,
) {
  const same = { name: provider, apiVersion, maxResults, rulesVersion, featureset: features };
  const featureset = JSON.stringify(features);
  return sql<boolean>`(${column} @> ${JSON.stringify(same)}::jsonb
    and ${column}->'featureset' <@ ${featureset}::jsonb)`;
}
