// What an administrator makes for the register, and what it is told where it may not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { atDatabase, loginOf, withConnection } from '../../infra/database/connection.ts';
import { provisionDatabase } from '../../infra/database/provision-database.ts';
import { provisionRegister } from '../../infra/database/provision-register.ts';
import {
  adminUrl,
  asAdmin,
  dropOwnDatabases,
  ownDatabaseUrl,
} from '../support/register/database.ts';
import { testStack } from '../support/harness/environment.ts';

afterEach(dropOwnDatabases);

const provision = async (url: string, admin = adminUrl()) => {
  const said: string[] = [];
  const missing = await provisionDatabase(admin, url, (line) => said.push(line));
  return { said, missing };
};

/** What PostgreSQL answers to a statement of the register. */
const codeOf = (url: string, statement: string) =>
  withConnection(url, (client) => client.query(statement)).then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code,
  );

/** A role of another name than the database, with these rights, and its address. */
async function lesserAdmin(rights: string): Promise<string> {
  const url = ownDatabaseUrl();
  const { role, password } = loginOf(url);
  await asAdmin((client) =>
    client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}' ${rights}`),
  );
  return atDatabase(url, 'postgres');
}

test('makes a role that logs in with its password and may neither make tables nor roles', async () => {
  const url = ownDatabaseUrl('blank and % and :@/');
  const { role } = loginOf(url);
  const { said, missing } = await provision(url);
  expect([said, missing]).toEqual([[`role ${role}: made`, `database ${role}: made`], []]);
  expect(await codeOf(url, 'SELECT 1')).toBe('done');
  expect(await codeOf(url, 'CREATE TABLE t (a int)')).toBe('42501');
  expect(await codeOf(url, 'CREATE TEMPORARY TABLE t (a int)')).toBe('42501');
  expect(await codeOf(url, 'CREATE ROLE test_other')).toBe('42501');
});

test('leaves a database of its own to its role and the administrator alone', async () => {
  const [url, other] = [ownDatabaseUrl(), ownDatabaseUrl()];
  await provision(url);
  await provision(other);
  expect(await codeOf(atDatabase(other, loginOf(url).database), 'SELECT 1')).toBe('42501');
});

test('compares and orders letters the same on every machine', async () => {
  const url = ownDatabaseUrl();
  await provision(url);
  const { rows } = await withConnection(url, (client) =>
    client.query<{ a: string; lower: string }>(
      `SELECT string_agg(x, '' ORDER BY x) AS a, lower('ÅÆØ') AS lower FROM unnest('{b,B,a,Å,A}'::text[]) AS x`,
    ),
  );
  expect(rows).toEqual([{ a: 'ABabÅ', lower: 'åæø' }]);
});

test('changes nothing when it is repeated, and sets a new password', async () => {
  const url = ownDatabaseUrl();
  const { role } = loginOf(url);
  await provision(url);
  expect((await provision(url)).said).toEqual([`database ${role}: found`]);
  const changed = new URL(url);
  changed.password = 'another-password';
  expect((await provision(changed.href)).said).toEqual([
    `role ${role}: password set`,
    `database ${role}: found`,
  ]);
  expect(await codeOf(changed.href, 'SELECT 1')).toBe('done');
  expect(await codeOf(url, 'SELECT 1')).toBe('28P01');
});

test('two at once make one database', async () => {
  const url = ownDatabaseUrl();
  const both = await Promise.all([provision(url), provision(url)]);
  expect(both.map(({ missing }) => missing)).toEqual([[], []]);
  expect(await codeOf(url, 'SELECT 1')).toBe('done');
});

test('a lesser administrator does what it may and is told the rest, without the password', async () => {
  const url = ownDatabaseUrl('a-password-that-nobody-sees');
  const { role } = loginOf(url);
  const admin = await lesserAdmin('CREATEDB');
  const { said, missing } = await provision(url, admin);
  expect(missing).toEqual([
    expect.stringMatching(`^CREATE ROLE "${role}" LOGIN PASSWORD .*may not`),
  ]);
  expect(said).toContain(`database ${role}: made`);
  await asAdmin((client) =>
    client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'a-password-that-nobody-sees'`),
  );
  expect((await provision(url, admin)).missing).toEqual([]);
  expect(await codeOf(url, 'SELECT 1')).toBe('done');
  const { logs } = (await testStack()).stack;
  expect(`${said.join('\n')}${readFileSync(join(logs, 'postgresql.log'), 'utf8')}`).not.toContain(
    'a-password-that-nobody-sees',
  );
});

test('an administrator who may make nothing is told role and database', async () => {
  const { missing } = await provision(ownDatabaseUrl(), await lesserAdmin(''));
  expect(missing).toEqual([
    expect.stringContaining('CREATE ROLE'),
    expect.stringContaining('CREATE DATABASE'),
  ]);
});

test('refuses a database that cannot hold every letter', async () => {
  const url = ownDatabaseUrl();
  const { database } = loginOf(url);
  await asAdmin((client) =>
    client.query(
      `CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc`,
    ),
  );
  expect((await provision(url)).missing).toEqual([expect.stringContaining('LATIN1')]);
});

test('makes the tables, in which the role may change rows, and makes them once', async () => {
  const url = ownDatabaseUrl();
  const said: string[] = [];
  const log = (line: string) => said.push(line);
  expect(await provisionRegister(adminUrl(), url, log)).toEqual([]);
  expect(said).toContain('migration 001-register: applied');
  const insert = `INSERT INTO audit (actor, action) VALUES ('somebody', 'test')`;
  expect(await codeOf(url, insert)).toBe('done');
  expect(await codeOf(url, 'DROP TABLE audit')).toBe('42501');
  said.length = 0;
  expect(await provisionRegister(adminUrl(), url, log)).toEqual([]);
  expect(said.filter((line) => line.startsWith('migration'))).toEqual([]);
});

test('names the database that an administrator may not enter, and the tables that it may not make', async () => {
  const url = ownDatabaseUrl();
  const { database } = loginOf(url);
  await provision(url);
  const admin = await lesserAdmin('');
  const make = () => provisionRegister(admin, url, () => undefined);
  expect(await make()).toEqual([expect.stringMatching(`^database ${database}: .* may not enter`)]);
  await asAdmin((client) =>
    client.query(`GRANT CONNECT ON DATABASE ${database} TO ${loginOf(admin).role}`),
  );
  expect(await make()).toEqual([expect.stringMatching(/^tables of .*permission denied/)]);
});

test('refuses the administrator as the role of the register', async () => {
  await expect(provision(adminUrl())).rejects.toMatchObject({ code: 'USER_ERROR' });
});
