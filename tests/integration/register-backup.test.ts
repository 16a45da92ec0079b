// Rows of the register out of the real server into a file, and back.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { backUp, lastLine } from '../../infra/database/backup.ts';
import { atDatabase, loginOf, withConnection } from '../../infra/database/connection.ts';
import { provisionDatabase } from '../../infra/database/provision-database.ts';
import { restore } from '../../infra/database/restore.ts';
import { adminUrl, dropOwnDatabases, ownDatabaseUrl } from '../support/register/database.ts';

const quiet = () => undefined;
/** In the order of their names no table could be filled. */
const schema = `
  CREATE TABLE kysely_migration (name text PRIMARY KEY, timestamp text NOT NULL);
  INSERT INTO kysely_migration VALUES ('001-register', '2026-11-30');
  CREATE TABLE parents (id text PRIMARY KEY, words text[] NOT NULL, at timestamptz, payload jsonb,
    shouted text GENERATED ALWAYS AS (upper(id)) STORED);
  CREATE TABLE children (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent text NOT NULL REFERENCES parents);
  CREATE TABLE empty (id int);`;

let folder: string;
const fileOf = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a backup '));
});
afterEach(dropOwnDatabases);

/** A register of its own: the administrator's address of its database, and its role. */
async function ownRegister() {
  const url = ownDatabaseUrl();
  await provisionDatabase(adminUrl(), url, quiet);
  const { role, database } = loginOf(url);
  const admin = atDatabase(adminUrl(), database);
  const query = <Row extends object>(statement: string, values: unknown[] = []) =>
    withConnection(admin, async (client) => (await client.query<Row>(statement, values)).rows);
  await query(schema);
  return { url, admin, role, query };
}
type Register = Awaited<ReturnType<typeof ownRegister>>;

const strange = [
  'plain',
  'two\nlines\r\n',
  '\\.',
  '\\.\n',
  'tab\t"quotes"',
  '\\N',
  'æøå 🚜',
  '\u2028',
  '',
];
async function fill({ query }: Register, many = 0): Promise<void> {
  for (const id of strange)
    await query('INSERT INTO parents VALUES ($1, $2, $3, $4)', [
      id,
      [id, 'a,b'],
      new Date(1_700_000_000_123),
      JSON.stringify({ id, none: null }),
    ]);
  await query(`INSERT INTO children (parent) SELECT id FROM parents`);
  await query(
    `INSERT INTO parents SELECT 'row ' || n, ARRAY[repeat('x', n % 300)], NULL, NULL FROM generate_series(1, $1) n`,
    [many],
  );
}
const rowsOf = async ({ query }: Register) => ({
  parents: await query('SELECT * FROM parents ORDER BY id'),
  children: await query('SELECT * FROM children ORDER BY id'),
});

const options = ({ role }: Register, replace = false) => ({ role, replace, report: quiet });

test('brings every row back as it was, in another register, and numbers go on behind them', async () => {
  const [first, second] = [await ownRegister(), await ownRegister()];
  await fill(first, 20_000);
  const rows = await backUp(first.admin, fileOf('b'), quiet);
  expect(rows).toBe(20_000 + 2 * strange.length);
  expect(await restore(second.admin, fileOf('b'), options(second))).toBe(rows);
  expect(await rowsOf(second)).toEqual(await rowsOf(first));
  await second.query(`INSERT INTO children (parent) VALUES ('plain')`);
  const [next] = await second.query<{ id: string }>('SELECT max(id) AS id FROM children');
  expect(next?.id).toBe(String(strange.length + 1));
});

test('writes a file for its user alone, as statements that psql reads, and no table of migrations', async () => {
  const register = await ownRegister();
  await fill(register);
  await backUp(register.admin, fileOf('b'), quiet);
  expect(statSync(fileOf('b')).mode & 0o777).toBe(0o600);
  const lines = gunzipSync(readFileSync(fileOf('b')))
    .toString()
    .split('\n');
  expect(lines.filter((line) => line.startsWith('COPY'))).toEqual([
    'COPY "parents" ("id", "words", "at", "payload") FROM stdin;',
    'COPY "children" ("id", "parent") FROM stdin;',
    'COPY "empty" ("id") FROM stdin;',
  ]);
});

test('holds the rows of one moment although others are written meanwhile', async () => {
  const register = await ownRegister();
  await fill(register);
  let more: Promise<unknown> | undefined;
  await backUp(register.admin, fileOf('b'), (table) => {
    if (table === 'parents')
      more = register.query(`WITH p AS (INSERT INTO parents VALUES ('late', '{}') RETURNING id)
        INSERT INTO children (parent) SELECT 'plain' FROM p`);
  });
  await more;
  const text = gunzipSync(readFileSync(fileOf('b'))).toString();
  expect(text).not.toContain('late');
  expect(text.split('\n').filter((line) => /^\d+\tplain$/.test(line))).toHaveLength(1);
});

test('restores over rows only with --replace, and leaves none of them', async () => {
  const [first, second] = [await ownRegister(), await ownRegister()];
  await fill(first);
  await backUp(first.admin, fileOf('b'), quiet);
  await second.query(`INSERT INTO parents VALUES ('former', '{}')`);
  await expect(restore(second.admin, fileOf('b'), options(second))).rejects.toMatchObject({
    code: 'USER_ERROR',
    message: expect.stringMatching(/nothing has changed.*"parents".*--replace/),
  });
  expect(await second.query('SELECT id FROM parents')).toEqual([{ id: 'former' }]);
  await restore(second.admin, fileOf('b'), options(second, true));
  expect(await rowsOf(second)).toEqual(await rowsOf(first));
});

test.each<[string, (whole: Buffer) => Buffer, RegExp]>([
  ['cut off', (whole) => whole.subarray(0, whole.length / 2), /unexpected end of file/],
  ['damaged', (whole) => Buffer.from(whole).fill(7, whole.length / 2, whole.length / 2 + 40), /./],
  [
    'without its last line',
    (whole) => gzipSync(gunzipSync(whole).subarray(0, -lastLine.length - 1)),
    /too early/,
  ],
  ['no gzip', () => Buffer.from('a photo'), /incorrect header/],
  ['something else', () => gzipSync('DROP TABLE parents;\n'), /no backup/],
  [
    'of a table that is not there',
    (whole) => gzipSync(gunzipSync(whole).toString().replace('COPY "empty"', 'COPY "pg_authid"')),
    /table that is not there/,
  ],
  [
    'of a later version',
    (whole) =>
      gzipSync(
        gunzipSync(whole).toString().replace('"001-register"', '"001-register","999-later"'),
      ),
    /999-later/,
  ],
  [
    'with a row that PostgreSQL refuses',
    (whole) =>
      gzipSync(
        gunzipSync(whole)
          .toString()
          .replace(/^1\t.*$/m, 'one\tplain'),
      ),
    /invalid input syntax/,
  ],
])('changes nothing by a file that is %s', async (_what, change, message) => {
  const [first, second] = [await ownRegister(), await ownRegister()];
  await fill(first, 1_000);
  await backUp(first.admin, fileOf('b'), quiet);
  writeFileSync(fileOf('bad'), change(readFileSync(fileOf('b'))));
  await second.query(`INSERT INTO parents VALUES ('former', '{}')`);
  await expect(restore(second.admin, fileOf('bad'), options(second, true))).rejects.toMatchObject({
    code: 'USER_ERROR',
    message: expect.stringMatching(message),
  });
  expect(await second.query('SELECT id FROM parents')).toEqual([{ id: 'former' }]);
});

test('refuses to restore while the register is connected, which would go on from where it stood', async () => {
  const register = await ownRegister();
  await backUp(register.admin, fileOf('b'), quiet);
  await withConnection(register.url, async () => {
    await expect(restore(register.admin, fileOf('b'), options(register))).rejects.toMatchObject({
      code: 'USER_ERROR',
      message: expect.stringContaining('stop it'),
    });
  });
});

test('keeps a file that is there, and leaves none when it fails', async () => {
  const register = await ownRegister();
  writeFileSync(fileOf('b'), 'an earlier backup');
  await expect(backUp(register.admin, fileOf('b'), quiet)).rejects.toThrow('is there already');
  expect(readFileSync(fileOf('b'), 'utf8')).toBe('an earlier backup');
  await register.query('DROP TABLE children, parents, empty');
  await expect(backUp(register.admin, fileOf('c'), quiet)).rejects.toThrow('no tables');
  expect(existsSync(fileOf('c'))).toBe(false);
  expect(readdirSync(folder)).toEqual(['b']);
});
