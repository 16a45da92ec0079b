import type { CorrectedFields, Correction } from '../../../contracts/acts.ts';
import { eventIds } from '../../../contracts/topology.ts';
import { Problem } from '../../../platform/http/problem.ts';
import { analysisNotFound } from '../read/read-analyses.ts';
import { applyChanges, shareTombstones } from '../store/apply-changes.ts';
import type { RegisterDb } from '../store/database.ts';
import { noteAct, type Act } from './audit.ts';
import { enqueue } from './outbox.ts';

/**
 * The owner's word on what the machine is, with its event and its entry in the audit. The last one counts,
 * and stays through redo; the same once more changes nothing.
 *
 * @throws {Problem} 404 `NO_ANALYSIS` no such id, or another owner's; 404 `ANALYSIS_DELETED`; 409 `NOT_ENDED` before its end.
 */
export async function correctAnalysis(
  db: RegisterDb,
  { owner, correlationId }: { owner: string; correlationId: string },
  fields: CorrectedFields,
  act: Act,
): Promise<Correction> {
  return db.transaction().execute(async (trx) => {
    await shareTombstones(trx);
    const row = await trx
      .selectFrom('analyses')
      .select(['object_key', 'state', 'correction'])
      .where('correlation_id', '=', correlationId)
      .where('owner', '=', owner)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) {
      const tombstone = trx
        .selectFrom('deletions')
        .select('deleted_at')
        .where('correlation_id', '=', correlationId)
        .where('owner', '=', owner);
      if ((await tombstone.executeTakeFirst()) === undefined) throw analysisNotFound();
      throw new Problem(404, 'ANALYSIS_DELETED', 'its owner has deleted it');
    }
    if (row.state === null || row.state === 'RUNNING')
      throw new Problem(
        409,
        'NOT_ENDED',
        'the analysis has not ended: correct it once its result has come',
      );
    const known = row.correction;
    if (known !== null && isSame(known, fields)) return known;
    const correctedAt = timeAfter(known?.correctedAt);
    const correction = { ...fields, correctedAt };
    const objectKey = row.object_key;
    await applyChanges(trx, [{ correlationId, owner, objectKey, runs: [], correction }]);
    await noteAct(trx, act, { action: 'correct', correlationId, owner });
    await enqueue(trx, 'analysis.corrected', {
      id: eventIds.analysisCorrected(correlationId, correctedAt),
      ...{ correlationId, owner },
      data: { objectKey, ...correction },
    });
    return correction;
  });
}

const isSame = (a: CorrectedFields, b: CorrectedFields) =>
  a.brand === b.brand && a.type === b.type && a.model === b.model;

/** Times put the corrections of one analysis in order, also where clocks of replicas differ. */
const timeAfter = (before: string | undefined) =>
  new Date(Math.max(Date.now(), before === undefined ? 0 : Date.parse(before) + 1)).toISOString();
