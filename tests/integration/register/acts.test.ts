// What owners do to their analyses: rows, audit and outbox together, on a real PostgreSQL.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  actorHeader,
  auditPageSchema,
  correctionSchema,
  deletionSchema,
  deletionsPageSchema,
} from '../../../contracts/acts.ts';
import {
  ownerHeader,
  registeredAnalysesPageSchema,
  registeredAnalysisSchema,
} from '../../../contracts/rest.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { createApp } from '../../../services/register/app.ts';
import { applyChanges } from '../../../services/register/store/apply-changes.ts';
import type { Change } from '../../../services/register/store/changes.ts';
import { deleteExpired } from '../../../services/register/store/delete-expired.ts';
import { logger } from '../../support/harness/environment.ts';
import { failedEnd, goodEnd, newChange, newOwner, newRun } from '../../support/register/changes.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';

const internalToken = 'the-internal-token-of-tests';
let postgres: OwnPostgres;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  postgres = await openPostgres();
  const ingest = { isCurrent: () => true };
  app = createApp({ db: postgres.db, ingest, health: createHealth(), internalToken, logger });
}, 60_000);
afterAll(() => postgres.close());

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, second));
const write = (...changes: Change[]) =>
  postgres.db.transaction().execute((trx) => applyChanges(trx, changes));
const ended = async (more: Partial<Change> = {}) => {
  const change = newChange({ runs: [newRun(at(1), goodEnd(at(2)))], ...more });
  await write(change);
  return change;
};

async function call(
  method: string,
  path: string,
  { owner, actor, body }: { owner?: string; actor?: string; body?: unknown } = {},
): Promise<Response> {
  const headers: Record<string, string> = { authorization: `Bearer ${internalToken}` };
  if (owner !== undefined) headers[ownerHeader] = owner;
  const who = actor ?? (owner === undefined ? undefined : `owner:${owner}`);
  if (who !== undefined) headers[actorHeader] = who;
  if (body !== undefined) headers['content-type'] = 'application/json';
  return app.request(path, {
    ...{ method, headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
}
const correct = (
  { correlationId, owner }: Pick<Change, 'correlationId' | 'owner'>,
  fields: { brand?: unknown; type?: unknown; model?: unknown; reason?: string },
) =>
  call('PUT', `/v1/analyses/${correlationId}/correction`, {
    owner,
    body: { brand: null, type: null, model: null, ...fields },
  });
const remove = ({ correlationId, owner }: Pick<Change, 'correlationId' | 'owner'>, query = '') =>
  call('DELETE', `/v1/analyses/${correlationId}${query}`, { owner });
const read = async ({ correlationId, owner }: Change) =>
  registeredAnalysisSchema.parse(
    await (await call('GET', `/v1/analyses/${correlationId}`, { owner })).json(),
  );
const audit = async (query: string) =>
  auditPageSchema.parse(await (await call('GET', `/v1/audit?${query}`)).json());
const outboxOf = async (owner: string) =>
  (await postgres.db.selectFrom('outbox').selectAll().orderBy('id').execute())
    .map(({ event }) => event)
    .filter((event) => event.owner === owner);
const list = async (owner: string, query: string) => {
  const answer = await call('GET', `/v1/analyses?owner=${owner}&${query}`, { owner });
  return registeredAnalysesPageSchema.parse(await answer.json()).items;
};

test("a correction stands beside the result, in audit and outbox, and a redo does not take the owner's word away", async () => {
  const change = await ended();
  const answer = await correct(change, { brand: '  Volvo ', type: 'wheel loader', model: null });
  expect(answer.status).toBe(200);
  const correction = correctionSchema.parse(await answer.json());
  expect(correction).toMatchObject({ brand: 'Volvo', type: 'wheel loader', model: null });
  await write({ ...change, runs: [newRun(at(10), goodEnd(at(12), { brand: 'Komatsu' }))] });
  expect(await read(change)).toMatchObject({ aggregate: { brand: 'Komatsu' }, correction });
  expect((await audit(`correlationId=${change.correlationId}`)).items).toMatchObject([
    { actor: `owner:${change.owner}`, action: 'correct', outcome: 'DONE', owner: change.owner },
  ]);
  expect(await outboxOf(change.owner)).toMatchObject([
    { type: 'analysis.corrected', correlationid: change.correlationId, data: correction },
  ]);
});

test('no word of a correction stands in the audit', async () => {
  const change = await ended();
  await correct(change, { brand: 'Zettelmeyer', reason: 'the plate says so' });
  const rows = await postgres.db
    .selectFrom('audit')
    .selectAll()
    .where('correlation_id', '=', change.correlationId)
    .execute();
  expect(rows).toMatchObject([{ details: { reason: 'the plate says so' } }]);
  expect(JSON.stringify(rows)).not.toContain('Zettelmeyer');
});

test('lists and searches find the corrected values, and no longer the recognised ones', async () => {
  const change = await ended();
  await correct(change, { brand: 'Volvo', type: 'wheel loader', model: 'L 120' });
  for (const query of ['brand=volvo', 'type=Wheel%20Loader', 'text=l120%20volvo'])
    expect(await list(change.owner, query)).toHaveLength(1);
  for (const query of ['brand=Caterpillar', 'type=excavator', 'text=320D', 'text=caterpillar'])
    expect(await list(change.owner, query)).toEqual([]);
});

test('exports show the corrected values beside the recognised ones', async () => {
  const change = await ended();
  await correct(change, { brand: 'Volvo', type: null, model: 'L120' });
  const answer = await call('GET', `/v1/export?owner=${change.owner}&format=jsonl`, change);
  expect(JSON.parse(await answer.text())).toMatchObject({
    ...{ OEMName: 'Volvo', Model: 'L120', brand: 'Caterpillar', model: '320D' },
    ...{ correctedBrand: 'Volvo', correctedType: null, correctedModel: 'L120' },
  });
});

test('the last correction counts, and the same one twice is one', async () => {
  const change = await ended();
  const times: string[] = [];
  for (const brand of ['Volvo', 'Komatsu', 'Komatsu']) {
    const answer = await correct(change, { brand });
    times.push(correctionSchema.parse(await answer.json()).correctedAt);
  }
  expect(times[1]).toBe(times[2]);
  expect(Date.parse(times[1] ?? '')).toBeGreaterThan(Date.parse(times[0] ?? ''));
  expect((await read(change)).correction?.brand).toBe('Komatsu');
  const events = await outboxOf(change.owner);
  expect(events.map(({ data }) => data)).toMatchObject([{ brand: 'Volvo' }, { brand: 'Komatsu' }]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});

test.each([
  ['blank', '   '],
  ['too long', 'x'.repeat(101)],
  ['of two lines', 'Cat\nDeere'],
  ['with a zero byte', 'Cat\0'],
  ['that turns direction', 'Cat\u202e'],
  ['that is half a character', 'Cat\ud83d'],
  ['that is no text', 7],
])('refuses a text %s, naming the field', async (_what, brand) => {
  const change = await ended();
  const answer = await correct(change, { brand });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    code: 'INVALID',
    errors: { brand: [expect.any(String)] },
  });
  expect((await read(change)).correction).toBeNull();
});

test('takes a hundred characters, in composed form', async () => {
  const change = await ended();
  await correct(change, { brand: '🚜'.repeat(100), model: 'Ka\u0308rcher' });
  expect((await read(change)).correction).toMatchObject({
    ...{ brand: '🚜'.repeat(100), model: 'K\u00e4rcher' },
  });
});

test('refuses a correction before the end, and takes one of a failed analysis', async () => {
  const run = newRun(at(1));
  const change = await ended({ runs: [run] });
  const early = await correct(change, { brand: 'Volvo' });
  expect([early.status, await early.json()]).toMatchObject([409, { code: 'NOT_ENDED' }]);
  await write({ ...change, runs: [{ ...run, end: failedEnd(at(9)) }] });
  expect((await correct(change, { brand: 'Volvo' })).status).toBe(200);
});

test("another owner's analysis looks like an unknown one to who corrects or deletes it, and stays", async () => {
  const change = await ended();
  const other = { ...change, owner: newOwner() };
  const foreign = [await correct(other, { brand: 'Volvo' }), await remove(other)];
  const unknown = await remove({ ...newChange(), owner: other.owner });
  for (const answer of [...foreign, unknown]) {
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'NO_ANALYSIS' });
  }
  expect((await read(change)).correction).toBeNull();
  expect(await outboxOf(other.owner)).toEqual([]);
  expect((await remove(change)).status).toBe(200); // a foreign try leaves nothing in the way
});

test('deleting leaves a tombstone and the audit alone; twice is once', async () => {
  const change = await ended();
  await correct(change, { brand: 'Volvo' });
  const first = await remove(change);
  const second = await remove(change);
  expect(first.status).toBe(200);
  const deletion = deletionSchema.parse(await first.json());
  expect(deletionSchema.parse(await second.json())).toEqual(deletion);
  expect((await call('GET', `/v1/analyses/${change.correlationId}`, change)).status).toBe(404);
  const left = await postgres.db.selectFrom('corrections').selectAll().execute();
  expect(left.map((row) => row.correlation_id)).not.toContain(change.correlationId);
  expect((await outboxOf(change.owner)).map(({ type }) => type)).toEqual([
    'analysis.corrected',
    'analysis.deleted',
  ]);
  expect((await audit(`owner=${change.owner}`)).items.map(({ action }) => action)).toEqual([
    'delete',
    'correct',
  ]);
});

test('deletes what no row has come of yet, where the orchestrator knows its photo', async () => {
  const change = newChange({ runs: [newRun(at(1), goodEnd(at(2)))] });
  expect((await remove(change)).status).toBe(404);
  expect((await remove(change, `?objectKey=${change.objectKey}`)).status).toBe(200);
  await write(change);
  expect((await call('GET', `/v1/analyses/${change.correlationId}`, change)).status).toBe(404);
});

test('corrections and a deletion at the same time end deleted, whichever came first', async () => {
  const changes = await Promise.all(Array.from({ length: 10 }, () => ended()));
  const answers = await Promise.all(
    changes.flatMap((change) => [
      correct(change, { brand: 'Volvo' }),
      remove(change),
      correct(change, { brand: 'Komatsu' }),
    ]),
  );
  expect(new Set(answers.map(({ status }) => status))).not.toContain(500);
  for (const change of changes) {
    expect((await call('GET', `/v1/analyses/${change.correlationId}`, change)).status).toBe(404);
    expect((await outboxOf(change.owner)).at(-1)?.type).toBe('analysis.deleted');
  }
});

test('lists what is still to be erased, until it is, and keeps such tombstones', async () => {
  const owner = newOwner();
  const changes = await Promise.all([1, 2, 3].map(() => ended({ owner })));
  for (const change of changes) await remove(change);
  const waiting = async () => {
    const seen: string[] = [];
    for (let after = '', more = true; more;) {
      const page = await call('GET', `/v1/deletions?erased=false&first=2${after}`);
      const { items, hasNextPage } = deletionsPageSchema.parse(await page.json());
      seen.push(...items.filter((one) => one.owner === owner).map((one) => one.correlationId));
      after = `&after=${encodeURIComponent(items.at(-1)?.cursor ?? '')}`;
      more = hasNextPage;
    }
    return seen;
  };
  const ids = changes.map(({ correlationId }) => correlationId);
  expect(await waiting()).toEqual(ids);
  const erased = (of: string | undefined, by: string) =>
    call('POST', `/v1/analyses/${of}/deletion/erased`, { body: { owner: by } });
  expect((await erased(ids[0], newOwner())).status).toBe(404);
  expect((await erased(ids[0], owner)).status).toBe(200);
  expect((await erased(ids[0], owner)).status).toBe(200);
  expect(await waiting()).toEqual(ids.slice(1));
  expect((await audit(`owner=${owner}`)).items[0]).toMatchObject({
    ...{ actor: 'system', action: 'erase', correlationId: ids[0] },
  });
  const longAgo = new Date(Date.now() - 400 * 24 * 3_600_000);
  await postgres.admin.updateTable('deletions').set({ deleted_at: longAgo }).execute();
  await deleteExpired(postgres.db, new Date(Date.now() - 365 * 24 * 3_600_000));
  const kept = await postgres.db
    .selectFrom('deletions')
    .select('correlation_id')
    .where('owner', '=', owner)
    .execute();
  expect(kept.map((row) => row.correlation_id).sort()).toEqual(ids.slice(1).sort());
});

test('an act has a beginning and an end in the audit, each once; none begins on a deleted analysis', async () => {
  const change = await ended();
  const entry = {
    ...{ actId: crypto.randomUUID(), actor: 'operator:anna@example.dk', action: 'redo' },
    ...{ correlationId: change.correlationId, owner: change.owner, reason: 'wrong model' },
  };
  const post = (more: object) => call('POST', '/v1/audit', { body: { ...entry, ...more } });
  for (const outcome of ['BEGUN', 'BEGUN', 'DONE'])
    expect((await post({ outcome })).status).toBe(201);
  const query = `actor=${encodeURIComponent(entry.actor)}&correlationId=${change.correlationId}`;
  expect((await audit(query)).items).toMatchObject([
    { outcome: 'DONE', reason: 'wrong model' },
    { outcome: 'BEGUN', action: 'redo', owner: change.owner },
  ]);
  await remove(change);
  const late = { ...entry, actId: crypto.randomUUID(), outcome: 'BEGUN' };
  expect((await call('POST', '/v1/audit', { body: late })).status).toBe(404);
  expect((await post({ actor: 'somebody' })).status).toBe(422);
});

test('pages of the audit join without gap or repeat', async () => {
  const owner = newOwner();
  const change = await ended({ owner });
  for (const brand of ['a', 'b', 'c', 'd', 'e']) await correct(change, { brand });
  const seen: string[] = [];
  for (let after = '', more = true; more;) {
    const page = await audit(`owner=${owner}&first=2${after}`);
    seen.push(...page.items.map(({ cursor }) => cursor));
    after = `&after=${page.items.at(-1)?.cursor}`;
    more = page.hasNextPage;
  }
  expect(seen).toHaveLength(5);
  expect(seen.map(Number)).toEqual(seen.map(Number).toSorted((a, b) => b - a));
  expect(new Set(seen).size).toBe(5);
});
