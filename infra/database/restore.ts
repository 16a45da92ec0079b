// The rows of a backup into the register's tables, all of them or none.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { UserError } from '../host/user-error.ts';
import type { Report } from '../host/run-tool.ts';
import { endOfRows, lastLine, titleLine } from './backup.ts';
import { codeOf, withConnection } from './connection.ts';
import { appliedMigrations, copyColumns, tablesOf, type Table } from './tables.ts';

interface RestoreOptions {
  /** The register's, which must not be connected: it would go on from where it stood. */
  readonly role: string;
  /** What the tables hold now is deleted. */
  readonly replace: boolean;
  readonly report: Report;
}

/**
 * @param url of the tables' owner.
 * @throws {UserError} the file is no backup or not a whole one, the tables hold rows, or are older than the file.
 */
export async function restore(url: string, file: string, options: RestoreOptions): Promise<number> {
  const lines = linesOf(file);
  try {
    return await withConnection(url, async (client) => {
      await client.query('BEGIN');
      const rows = await readRows(client, lines, options);
      await client.query('COMMIT');
      return rows;
    });
  } catch (error) {
    throw asUserError(error as NodeJS.ErrnoException, file);
  } finally {
    await lines.return();
  }
}

async function readRows(
  client: Client,
  lines: AsyncGenerator<Buffer, void>,
  { role, replace, report }: RestoreOptions,
): Promise<number> {
  const first = await nextLine(lines);
  if (!first.startsWith(titleLine)) throw new UserError('it is no backup of the register');
  await assertMigrations(client, JSON.parse(first.slice(titleLine.length)) as string[]);
  await assertNotConnected(client, role);
  const tables = await tablesOf(client);
  await empty(client, tables, replace);
  await assertNotConnected(client, role); // behind the lock: a register that came meanwhile waits and is seen
  let rows = 0;
  for (;;) {
    const line = await nextLine(lines);
    if (line === lastLine) break;
    const table = tableOf(line, tables);
    report(table.name);
    const target = client.query(copyFrom(`COPY ${copyColumns(client, table)} FROM STDIN`));
    await pipeline(Readable.from(untilEnd(lines)), target);
    rows += target.rowCount;
  }
  for (const table of tables) await setSequences(client, table);
  return rows;
}

async function nextLine(lines: AsyncGenerator<Buffer, void>): Promise<string> {
  const { value } = await lines.next();
  if (value === undefined) throw new UserError('it ends too early');
  return value.toString().trimEnd();
}

/** A version may read what an earlier one wrote, never a later one. */
async function assertMigrations(client: Client, written: readonly string[]): Promise<void> {
  const applied = new Set(await appliedMigrations(client));
  const unknown = written.filter((name) => !applied.has(name));
  if (unknown.length > 0)
    throw new UserError(
      `it has migrations that the tables lack (${unknown.join(', ')}): take the version of this project that wrote it, or run npm run provision`,
    );
}

async function assertNotConnected(client: Client, role: string): Promise<void> {
  // A transaction sees its first look at the activity again and again, unless that is cleared.
  await client.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await client.query(
    'SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = $1',
    [role],
  );
  if (rows.length > 0)
    throw new UserError(
      'the register is connected: stop it (npm run infra -- stop tu-register-service), restore, and start it again',
    );
}

async function empty(client: Client, tables: readonly Table[], replace: boolean): Promise<void> {
  const names = tables.map(({ name }) => client.escapeIdentifier(name));
  if (names.length === 0) throw new UserError('the register has no tables: run npm run provision');
  await client.query(`LOCK TABLE ${names.join(', ')} IN ACCESS EXCLUSIVE MODE`);
  if (replace) {
    await client.query(`TRUNCATE ${names.join(', ')}`);
    return;
  }
  const filled: string[] = [];
  for (const name of names) {
    const { rows } = await client.query(`SELECT FROM ${name} LIMIT 1`);
    if (rows.length > 0) filled.push(name);
  }
  if (filled.length > 0)
    throw new UserError(
      `the register holds rows (${filled.join(', ')}): --replace deletes them first`,
    );
}

/** Nothing of the file is run as it stands there: names are those of the tables. */
function tableOf(line: string, tables: readonly Table[]): Table {
  const [, name, columns] =
    /^COPY "([^"]+)" \(("[^"]+"(?:, "[^"]+")*)\) FROM stdin;$/.exec(line) ?? [];
  const table = tables.find((one) => one.name === name);
  const named = columns?.slice(1, -1).split('", "');
  if (table === undefined || !named?.every((column) => table.columns.includes(column)))
    throw new UserError(`it has rows of a table that is not there: ${line.slice(0, 200)}`);
  return { name: table.name, columns: named };
}

async function* untilEnd(lines: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer> {
  for (;;) {
    const { value } = await lines.next();
    if (value === undefined) throw new UserError('it ends too early');
    if (value.length === endOfRows.length + 1 && value.toString() === `${endOfRows}\n`) return;
    yield value;
  }
}

/** The next row of the register gets a number that no restored one has. */
async function setSequences(client: Client, { name, columns }: Table): Promise<void> {
  const table = client.escapeIdentifier(name);
  const { rows } = await client.query<{ column: string; sequence: string }>(
    `SELECT "column", sequence FROM unnest($2::text[]) AS "column",
       pg_get_serial_sequence($1, "column") AS sequence WHERE sequence IS NOT NULL`,
    [table, columns],
  );
  for (const { column, sequence } of rows)
    await client.query(
      `SELECT setval($1, max(${client.escapeIdentifier(column)})) FROM ${table} HAVING count(*) > 0`,
      [sequence],
    );
}

/** Each with its end of line. */
async function* linesOf(file: string): AsyncGenerator<Buffer, void> {
  const source = createReadStream(file);
  const text = source.pipe(createGunzip());
  source.once('error', (error) => text.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of text as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, begin)) {
      yield bytes.subarray(begin, end + 1);
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
  }
  if (rest.length > 0) yield rest;
}

const refusedByPostgresql = /^[0-9A-Z]{5}$/;

function asUserError(error: NodeJS.ErrnoException, file: string): Error {
  const code = codeOf(error) ?? '';
  const ofFile = code === 'ENOENT' || code.startsWith('Z_');
  if (!(error instanceof UserError) && !ofFile && !refusedByPostgresql.test(code)) return error;
  return new UserError(`${file} is not restored, nothing has changed: ${error.message}.`, {
    cause: error,
  });
}
