// All rows of the register as one file: gzip over the COPY statements that pg_dump would write, so psql
// reads it too. The npm package of PostgreSQL has no pg_dump; pg-copy-streams speaks COPY for pg.
import { createWriteStream, existsSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { UserError } from '../host/user-error.ts';
import type { Report } from '../host/run-tool.ts';
import { withConnection } from './connection.ts';
import { appliedMigrations, copyColumns, tablesOf } from './tables.ts';

/** First line of the file; the migrations follow as JSON. */
export const titleLine = '-- rows of the register; migrations: ';
/** A line by itself: the rows of a table end. */
export const endOfRows = '\\.';
/** Last line: nothing is missing. */
export const lastLine = '-- end of the backup';

/**
 * The rows of one moment, whatever is written meanwhile. The file appears whole or not at all.
 *
 * @param url of a role that may read all tables.
 * @throws {UserError} the file is there already, or there are no tables.
 */
export async function backUp(url: string, file: string, report: Report): Promise<number> {
  const unfinished = `${file}.unfinished-${process.pid}`;
  const count = { rows: 0 };
  const isThere = new UserError(`${file} is there already: give a file that is not.`);
  if (existsSync(file)) throw isThere;
  try {
    await withConnection(url, (client) =>
      pipeline(
        linesOf(client, report, count),
        createGzip(),
        createWriteStream(unfinished, { mode: 0o600, flags: 'wx', flush: true }),
      ),
    );
    await link(unfinished, file).catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? isThere : error;
    });
    return count.rows;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function* linesOf(
  client: Client,
  report: Report,
  count: { rows: number },
): AsyncGenerator<string | Buffer> {
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const tables = await tablesOf(client);
  if (tables.length === 0)
    throw new UserError('The register has no tables yet: nothing to back up.');
  yield `${titleLine}${JSON.stringify(await appliedMigrations(client))}\n`;
  for (const table of tables) {
    report(table.name);
    yield `COPY ${copyColumns(client, table)} FROM stdin;\n`;
    const rows = client.query(copyTo(`COPY ${copyColumns(client, table)} TO STDOUT`));
    yield* rows as AsyncIterable<Buffer>;
    count.rows += rows.rowCount;
    yield `${endOfRows}\n`;
  }
  yield `${lastLine}\n`;
}
