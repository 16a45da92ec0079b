// What the register answers from 100,000 rows of one owner, on a real PostgreSQL.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import {
  analysesCountSchema,
  registeredAnalysesPageSchema,
  registeredAnalysesQuerySchema,
  registeredAnalysisSchema,
  ownerHeader,
} from '../../../contracts/rest.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { createApp } from '../../../services/register/app.ts';
import { pageQuery } from '../../../services/register/read/read-analyses.ts';
import { applyChanges } from '../../../services/register/store/apply-changes.ts';
import { deleteExpired } from '../../../services/register/store/delete-expired.ts';
import type { Change } from '../../../services/register/store/changes.ts';
import { logger } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';
import { failedEnd, goodEnd, newChange, newOwner, newRun } from '../../support/register/changes.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';

const many = newOwner();
const rowCount = 100_000;
const internalToken = 'the-internal-token-of-tests';

let postgres: OwnPostgres;
let app: ReturnType<typeof createApp>;
let isCurrent = true;
beforeAll(async () => {
  postgres = await openPostgres();
  const ingest = { isCurrent: () => isCurrent };
  app = createApp({ db: postgres.db, ingest, health: createHealth(), internalToken, logger });
  await makeMany();
}, 120_000);
afterAll(() => postgres.close());

const write = (...changes: Change[]) =>
  postgres.db.transaction().execute((trx) => applyChanges(trx, changes));

/** Rows as ingest writes them, made by the database itself: a row a second, one in a thousand rare. */
async function makeMany(): Promise<void> {
  const start = sql`timestamptz '2026-01-01' + n * interval '1 second'`;
  const aggregate = sql`jsonb_build_object('brand', brand, 'type', type, 'model', model, 'name', brand || ' ' || model,
    'confidence', 0.93, 'isConfident', n % 10 > 0, 'brandConfidence', 0.97, 'typeConfidence', 0.93, 'modelConfidence', 0.95, 'typeSource', 'model')`;
  // By the ten thousand: the connection has the time limits of the service.
  for (let from = 1; from <= rowCount; from += 10_000)
    await sql`with made_rows as (
    insert into analyses (correlation_id, owner, object_key, run_id, state, started_at, completed_at, success,
      aggregate, status, brand, type, model, is_confident, last_at)
    select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ${many}, 'images/2026/01/01/' || gen_random_uuid() || '.jpg',
      'run-' || n, case when n % 1000 = 0 then 'FAILED' when n % 50 = 0 then 'RUNNING' else 'COMPLETED' end, ${start}, ${start},
      true, ${aggregate}, 'identified', brand, type, model, n % 10 > 0, ${start}
    from (select n, (array['Caterpillar', 'Volvo', 'Komatsu'])[1 + n % 3] as brand,
      case when n % 1000 = 7 then 'asphalt paver' else 'excavator' end as type, 'EC' || n % 500 as model
      from generate_series(${sql.lit(from)}, ${sql.lit(from + 9_999)}) as n) as made
    returning owner, brand, model, type, started_at, correlation_id)
    insert into words (owner, word, started_at, correlation_id)
    select owner, unnest(array[lower(brand), lower(model)] || string_to_array(type, ' ')), started_at, correlation_id
    from made_rows`.execute(postgres.db);
  await postgres.runAsAdmin('vacuum analyze');
}

const call = (path: string, owner = many) =>
  app.request(path, {
    headers: { authorization: `Bearer ${internalToken}`, [ownerHeader]: owner },
  });
const list = async (query: string, owner = many) => {
  const answer = await call(`/v1/analyses?owner=${owner}&${query}`, owner);
  expect(answer.status).toBe(200);
  return registeredAnalysesPageSchema.parse(await answer.json());
};

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
}
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

const filters = [
  '',
  'state=COMPLETED',
  'state=FAILED',
  'brand=volvo',
  'type=excavator',
  'type=asphalt%20paver',
  'text=komatsu',
  'text=EC7',
  'text=volvo%20excavator',
  'confident=true',
  'confident=false',
  'from=2026-01-01T10:00:00Z',
  'to=2026-01-01T10:00:00Z',
  'from=2026-01-01T10:00:00Z&to=2026-01-01T12:00:00Z',
  'changedSince=2026-01-02T03:46:30Z',
  'after=',
];

test.each(filters.flatMap((filter) => ['newest', 'oldest'].map((order) => [filter, order])))(
  'a page with filter "%s", %s first, reads an index and no more than twice its rows',
  async (filter = '', order = '') => {
    const first = 20;
    const page = await list(`first=${first}&order=${order}&${filter.replace('after=', '')}`);
    const given = new URLSearchParams(
      filter === 'after=' ? `after=${page.items.at(-1)?.cursor}` : filter,
    );
    const query = registeredAnalysesQuerySchema.parse({
      ...Object.fromEntries(given),
      ...{ owner: many, first, order },
    });
    const [explained] = await pageQuery(postgres.db, query).explain('json', sql`analyze`);
    const nodes = nodesOf((explained?.['QUERY PLAN'] as [{ Plan: Plan }])[0].Plan);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    for (const node of nodes.filter((one) => one['Relation Name'] !== undefined)) {
      const removed =
        (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
      expect((node['Actual Rows'] + removed) * node['Actual Loops']).toBeLessThanOrEqual(
        2 * (first + 1),
      );
    }
  },
);

test('pages join without gap or repeat, in both orders, and each filter finds its rows', async () => {
  for (const order of ['newest', 'oldest']) {
    const seen: string[] = [];
    for (let after = '', more = true; more;) {
      const page = await list(`type=asphalt%20paver&first=30&order=${order}${after}`);
      seen.push(...page.items.map(({ startedAt }) => startedAt));
      after = `&after=${page.items.at(-1)?.cursor}`;
      more = page.hasNextPage;
    }
    const sorted = [...new Set(seen)].sort();
    expect(seen).toEqual(order === 'oldest' ? sorted : sorted.reverse());
    expect(seen).toHaveLength(100);
  }
  const count = async (query: string) => {
    const answer = await call(`/v1/analyses/count?owner=${many}&${query}`);
    return analysesCountSchema.parse(await answer.json()).count;
  };
  expect(await count('')).toBe(rowCount);
  expect(await count('state=FAILED')).toBe(100);
  expect(await count('confident=false')).toBe(10_000);
  expect(await count('brand=VOLVO&text=ec1')).toBe(await count('text=volvo%20EC1'));
  expect(await count('text=!')).toBe(0);
});

test('refuses a cursor of another order, and one of a page that Temporal gave, by its name', async () => {
  const { items } = await list('first=1');
  const oldest = `order=oldest&after=${items[0]?.cursor}`;
  const temporal = Buffer.from('1795680000000:4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11');
  for (const query of [oldest, `after=${temporal.toString('base64url')}`, 'after=nonsense']) {
    const answer = await call(`/v1/analyses?owner=${many}&${query}`);
    expect(await answer.json()).toMatchObject({
      status: 422,
      errors: { after: [expect.any(String)] },
    });
  }
});

test('shows an owner her own, and answers 404 or 403 for what is not hers', async () => {
  const redo = newRun(
    new Date('2026-11-24T13:00:00Z'),
    failedEnd(new Date('2026-11-24T13:01:00Z')),
  );
  const good = newRun(new Date('2026-11-24T12:00:00Z'), goodEnd(new Date('2026-11-24T12:00:05Z')));
  const change = newChange({ runs: [good, redo] });
  await write(change);
  const mine = await call(`/v1/analyses/${change.correlationId}`, change.owner);
  expect(registeredAnalysisSchema.parse(await mine.json())).toMatchObject({
    ...{ runId: good.runId, state: 'COMPLETED', success: true, aggregate: { model: '320D' } },
    redo: { runId: redo.runId, state: 'FAILED', failure: { code: 'TIMED_OUT' } },
  });
  expect((await call(`/v1/analyses/${change.correlationId}`)).status).toBe(404);
  expect((await call('/v1/analyses/nonsense')).status).toBe(404);
  expect((await call(`/v1/analyses?owner=${change.owner}`)).status).toBe(403);
  expect((await app.request(`/v1/analyses?owner=${many}`)).status).toBe(401);
});

/** What is in use, without what waits to be collected. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test('exports 100,000 rows in bounded memory, and all of them', async () => {
  const answer = await call(`/v1/export?owner=${many}&format=csv`);
  expect(answer.status).toBe(200);
  const before = usedHeap();
  let [most, lines, chunks] = [0, 0, 0];
  for await (const chunk of answer.body ?? []) {
    lines +=
      Buffer.from(chunk as Uint8Array)
        .toString('latin1')
        .split('\r\n').length - 1;
    chunks += 1;
    if (chunks % 20 === 0) most = Math.max(most, usedHeap() - before);
  }
  expect(lines).toBe(rowCount + 1);
  expect(chunks).toBeGreaterThan(100);
  expect(most).toBeLessThan(20 * 1024 * 1024); // the file has 40 MB, its rows far more
});

test('an export whose reader leaves gives its place and its transaction back', async () => {
  for (let round = 0; round < 8; round += 1) {
    const answer = await call(`/v1/export?owner=${many}&format=jsonl`);
    expect(answer.status).toBe(200);
    const reader = answer.body?.getReader();
    if (round % 2 === 0) await reader?.read();
    await reader?.cancel();
  }
  const open = sql<{
    count: string;
  }>`select count(*) from pg_stat_activity where state like 'idle in transaction%'`;
  await eventually(async () => (await open.execute(postgres.admin)).rows[0]?.count === '0');
});

test('an export is read back by others: formulas neutralised, one line a row, the dialect of Danish Excel', async () => {
  const end = goodEnd(new Date('2026-11-24T12:00:05Z'), {
    brand: '=cmd|calc',
    model: 'EC "220";\r\nL',
  });
  const change = newChange({ runs: [newRun(new Date('2026-11-24T12:00:00Z'), end)] });
  await write(change);
  const read = async (query: string) =>
    Buffer.from(
      await (await call(`/v1/export?owner=${change.owner}&${query}`, change.owner)).arrayBuffer(),
    );
  const expected = {
    OEMName: "'=cmd|calc",
    brand: "'=cmd|calc",
    Model: 'EC "220"; L',
    correlationId: change.correlationId,
  };
  const rfc = parse(await read(''), { columns: true });
  expect(rfc).toMatchObject([{ ...expected, confidence: '0.93' }]);
  const danish = await read('dialect=excel-da');
  expect([...danish.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(parse(danish, { columns: true, bom: true, delimiter: ';' })).toMatchObject([
    { ...expected, confidence: '0,93' },
  ]);
  expect(danish.toString().trimEnd().split('\r\n')).toHaveLength(2);
  const [line = ''] = (await read('format=jsonl')).toString().split('\n');
  expect(JSON.parse(line)).toMatchObject({ OEMName: '=cmd|calc', confidence: 0.93 });
  const empty = newOwner();
  expect(await (await call(`/v1/export?owner=${empty}`, empty)).text()).toMatch(/^correlationId,/);
});

test('answers 503 until the offsets asked for are applied', async () => {
  const query = `/v1/analyses?owner=${many}&first=1&atLeast=started:7,completed:3`;
  const early = await call(query);
  expect(early.status).toBe(503);
  expect(early.headers.get('retry-after')).toBe('1');
  const positions = ['graph.subs.started', 'graph.subs.completed'].map((source) => ({
    ...{ source, generation: 0, offset: '7' },
  }));
  await postgres.db.insertInto('positions').values(positions).execute();
  expect((await call(query)).status).toBe(200);
  isCurrent = false; // the streams may have been made anew
  expect((await call(query)).status).toBe(503);
  isCurrent = true;
  const gap = (since: Date | null) =>
    postgres.db.updateTable('positions').set({ gap_since: since }).execute();
  await gap(new Date()); // what was lost before the offset is not filled in yet
  expect((await call(query)).status).toBe(503);
  await gap(null);
  expect((await call(query)).status).toBe(200);
});

test('answers 503 while PostgreSQL is away, and goes on when it is back', async () => {
  await postgres.kill();
  const away = await call(`/v1/analyses?owner=${many}&first=1`);
  expect(away.status).toBe(503);
  expect(await away.json()).toMatchObject({ code: 'POSTGRESQL_UNAVAILABLE' });
  expect((await call(`/v1/export?owner=${many}`)).status).toBe(503);
  await postgres.start();
  await eventually(async () => (await call(`/v1/analyses?owner=${many}&first=1`)).status === 200);
});

test('retention deletes what is older, with its runs and words, and nothing younger', async () => {
  const young = newChange({ runs: [newRun(new Date(), goodEnd(new Date()))] });
  await write(young);
  expect(await deleteExpired(postgres.db, new Date('2026-01-02T00:00:00Z'))).toBe(86_399);
  const words = postgres.db
    .selectFrom('words')
    .select((row) => row.fn.countAll<string>().as('count'));
  const old = words.where('started_at', '<', new Date('2026-01-02T00:00:00Z'));
  expect(await old.executeTakeFirst()).toEqual({ count: '0' });
  expect((await call(`/v1/analyses/${young.correlationId}`, young.owner)).status).toBe(200);
});

test('changedSince finds an old analysis by the redo that failed yesterday, and tells of both runs', async () => {
  const owner = newOwner();
  const day = 24 * 60 * 60_000;
  const at = (days: number) => new Date(Date.parse('2026-11-24T08:00:00Z') + days * day);
  const quiet = newChange({ owner, runs: [newRun(at(-40), goodEnd(at(-40)))] });
  const redone = newChange({
    owner,
    runs: [newRun(at(-40), goodEnd(at(-40))), newRun(at(-1), failedEnd(at(-1)))],
  });
  await write(quiet);
  await write(redone);
  const found = await list(`changedSince=${at(-2).toISOString()}`, owner);
  expect(found.items).toMatchObject([
    {
      correlationId: redone.correlationId,
      state: 'COMPLETED',
      redo: { state: 'FAILED', startedAt: at(-1).toISOString(), failure: { code: 'TIMED_OUT' } },
    },
  ]);
});
