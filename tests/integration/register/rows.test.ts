// What the register's rows promise, whatever the order of events, on a real PostgreSQL.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { applyChanges } from '../../../services/register/store/apply-changes.ts';
import type { Change, RunEnd } from '../../../services/register/store/changes.ts';
import { deleteAnalysis } from '../../../services/register/write/delete-analysis.ts';
import { migrateRegister } from '../../../services/register/store/migrate.ts';
import { failedEnd, goodEnd, newChange, newOwner, newRun } from '../../support/register/changes.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';

let postgres: OwnPostgres;
beforeAll(async () => {
  postgres = await openPostgres();
});
afterAll(() => postgres.close());

const write = (...changes: Change[]) =>
  postgres.db.transaction().execute((trx) => applyChanges(trx, changes));

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, second));

/** Everything that is stored of one analysis, its id left out. */
async function rowsOf(id: string) {
  const { db } = postgres;
  const analyses = await db
    .selectFrom('analyses')
    .selectAll()
    .where('correlation_id', '=', id)
    .execute();
  const runs = db.selectFrom('runs').selectAll().where('correlation_id', '=', id);
  const words = db
    .selectFrom('words')
    .select(['word', 'started_at'])
    .where('correlation_id', '=', id);
  return {
    analyses: analyses.map(({ correlation_id: _, ...row }) => row),
    runs: (await runs.orderBy('run_id').execute()).map(({ correlation_id: _, ...row }) => row),
    words: await words.orderBy('word').execute(),
  };
}

const ends = fc.oneof(
  fc.record({
    second: fc.integer({ min: 0, max: 3 }),
    brand: fc.constantFrom('Volvo', 'Caterpillar'),
  }),
  fc.record({
    second: fc.integer({ min: 0, max: 3 }),
    failed: fc.constantFrom('TIMED_OUT' as const, 'TERMINATED' as const),
  }),
);
const endOf = (end: {
  second: number;
  brand?: string;
  failed?: 'TIMED_OUT' | 'TERMINATED';
}): RunEnd =>
  end.brand === undefined
    ? failedEnd(at(end.second), end.failed)
    : goodEnd(at(end.second), { brand: end.brand });

const checksum = `sha256:${'0'.repeat(64)}`;
const events = fc.array(
  fc.oneof(
    fc.record({ uploaded: fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }) }),
    fc.record({
      run: fc.constantFrom('a', 'b', 'c'),
      second: fc.integer({ min: 0, max: 3 }),
      end: fc.option(ends, { nil: undefined }),
    }),
  ),
  { minLength: 1, maxLength: 8 },
);

test('any order, repetition and grouping of events of one analysis gives the same rows', async () => {
  const owner = newOwner();
  await fc.assert(
    fc.asyncProperty(events, fc.infiniteStream(fc.nat()), async (given, chances) => {
      const [inOrder, shuffled] = [uuidv7(), uuidv7()];
      const changes = given.map((event) => (correlationId: string): Change => {
        const known = { correlationId, owner, objectKey: 'images/2026/11/24/x.jpg' };
        if ('uploaded' in event) {
          const uploadedAt = event.uploaded === null ? undefined : at(event.uploaded);
          return {
            ...known,
            runs: [],
            upload: { contentType: 'image/jpeg', bytes: 7, checksum, uploadedAt },
          };
        }
        const end = event.end === undefined ? undefined : endOf(event.end);
        return { ...known, runs: [{ runId: event.run, startedAt: at(event.second), end }] };
      });
      for (const change of changes) await write(change(inOrder));
      const chance = () => Number(chances.next().value);
      const other = [...changes, ...changes.filter(() => chance() % 2 === 0)]
        .map((change) => [chance(), change] as const)
        .sort(([a], [b]) => a - b)
        .map(([, change]) => change(shuffled));
      while (other.length > 0) await write(...other.splice(0, 1 + (chance() % 3)));
      expect(await rowsOf(shuffled)).toEqual(await rowsOf(inOrder));
    }),
    { numRuns: 60 },
  );
});

test('concurrent writers of the same analyses lose nothing and do not block each other for ever', async () => {
  const changes = Array.from({ length: 20 }, () => newChange());
  const started = changes.map((change) => ({ ...change, runs: [newRun(at(1))] }));
  const completed = started.map((change) => ({
    ...change,
    runs: change.runs.map((run) => ({ ...run, end: goodEnd(at(2)) })),
  }));
  const batches = [started, completed, [...completed].reverse(), [...started].reverse()];
  await Promise.all(batches.flatMap((batch) => [write(...batch), write(...batch.slice(7))]));
  for (const { correlationId } of changes) {
    const { analyses, runs } = await rowsOf(correlationId);
    expect(runs).toHaveLength(1);
    expect(analyses).toMatchObject([{ state: 'COMPLETED', brand: 'Caterpillar' }]);
  }
});

test('a late start changes nothing, and a failed redo does not erase a good result', async () => {
  const first = newRun(at(1), goodEnd(at(5)));
  const redo = newRun(at(10));
  const change = newChange({ runs: [first] });
  await write(change);
  await write({ ...change, runs: [{ ...first, end: undefined }] });
  expect((await rowsOf(change.correlationId)).analyses).toMatchObject([
    { state: 'COMPLETED', redo: null },
  ]);
  await write({ ...change, runs: [redo] });
  await write({ ...change, runs: [{ ...redo, end: failedEnd(at(20)) }] });
  expect((await rowsOf(change.correlationId)).analyses).toMatchObject([
    {
      run_id: first.runId,
      state: 'COMPLETED',
      brand: 'Caterpillar',
      redo: { runId: redo.runId, state: 'FAILED', failure: { code: 'TIMED_OUT' } },
    },
  ]);
});

/** As its owner, who knows where the photo is, also where no row has come yet. */
const remove = ({ correlationId, owner, objectKey }: Change) =>
  deleteAnalysis(postgres.db, { owner, correlationId }, objectKey, {
    ...{ actId: randomUUID(), actor: `owner:${owner}` },
  });

test('a tombstone keeps late events away, also one that is set while they are written', async () => {
  const owner = newOwner();
  const changes = Array.from({ length: 50 }, () =>
    newChange({ owner, runs: [newRun(at(1), goodEnd(at(2)))] }),
  );
  const ids = changes.map(({ correlationId }) => correlationId);
  const bury = () => Promise.all(changes.map((change) => remove(change)));
  const some = [0, 10, 20, 30, 40].map((from) => changes.slice(from, from + 10));
  await Promise.all([...some.map((batch) => write(...batch)), bury()]);
  await write(...changes);
  const left = postgres.db.selectFrom('analyses').selectAll().where('correlation_id', 'in', ids);
  expect(await left.execute()).toEqual([]);
});

test("deletes only the owner's own", async () => {
  const change = newChange({ runs: [newRun(at(1))] });
  await write(change);
  await expect(remove({ ...change, owner: newOwner() })).rejects.toMatchObject({ status: 404 });
  await write({ ...change, runs: [newRun(at(2), goodEnd(at(3)))] });
  expect((await rowsOf(change.correlationId)).analyses).toMatchObject([{ state: 'COMPLETED' }]);
});

test('takes no event of another owner for an id that is taken', async () => {
  const change = newChange({ runs: [newRun(at(1))] });
  await write(change);
  await write({ ...change, owner: newOwner(), runs: [newRun(at(9), goodEnd(at(9)))] });
  const { analyses, runs } = await rowsOf(change.correlationId);
  expect(analyses).toMatchObject([{ owner: change.owner, state: 'RUNNING' }]);
  expect(runs).toHaveLength(1);
});

test('migrations that run twice at once apply each once, and the role gets rows but no tables', async () => {
  const { adminUrl, db } = postgres;
  const twice = () => migrateRegister(adminUrl, { role: 'register' });
  expect(await Promise.all([twice(), twice()])).toEqual([[], []]);
  await expect(db.schema.dropTable('audit').execute()).rejects.toThrow('must be owner');
  await expect(db.schema.createTable('mine').addColumn('id', 'integer').execute()).rejects.toThrow(
    'permission denied',
  );
});
