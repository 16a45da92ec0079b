// `npm run infra -- backup FILE` and `restore FILE`: the rows of the register, of the stack's own server or of
// the one in DATABASE_URL.
import { resolve } from 'node:path';
import { pick } from '../../contracts/settings.ts';
import { ConfigError, readConfig } from '../../platform/config.ts';
import { backUp } from '../database/backup.ts';
import { atDatabase, codeOf, loginOf } from '../database/connection.ts';
import { restore } from '../database/restore.ts';
import { UserError } from '../host/user-error.ts';
import { databaseAdminUrl, databaseUrl, givenEnvironment } from '../stack/environment.ts';
import type { Stack } from '../stack/stack.ts';
import { showTasks } from './display.ts';

/** @throws {UserError} the server does not answer, the file is there already, the register has no tables. */
export async function backUpRegister(stack: Stack, name: string): Promise<void> {
  const { adminUrl } = addressesOf(stack);
  const file = pathOf(name);
  const rows = await show(stack, 'back up', (report) => backUp(adminUrl, file, report));
  console.log(`${rows} rows of the register are in ${file}. It tells who did what: keep it safe.`);
}

/** @throws {UserError} nothing was changed. */
export async function restoreRegister(stack: Stack, name: string, replace: boolean): Promise<void> {
  const { adminUrl, role } = addressesOf(stack);
  const rows = await show(stack, 'restore', (report) =>
    restore(adminUrl, pathOf(name), { role, replace, report }),
  );
  console.log(`${rows} rows are in the register; it goes on from where the backup was made.`);
}

/** As the user wrote it, in the folder where npm was called. */
const pathOf = (name: string) => resolve(process.env['INIT_CWD'] ?? '.', name);

function addressesOf(stack: Stack): { adminUrl: string; role: string } {
  const given = givenEnvironment(stack);
  if ((given['DATABASE_URL'] ?? given['DATABASE_URL_FILE']) === undefined) {
    const { role, database } = loginOf(databaseUrl(stack));
    return { adminUrl: databaseAdminUrl(stack, database), role };
  }
  try {
    const config = readConfig(pick('DATABASE_URL', 'DATABASE_ADMIN_URL'), given);
    const { role, database } = loginOf(config.DATABASE_URL);
    return { adminUrl: atDatabase(config.DATABASE_ADMIN_URL, database), role };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(error.message, { cause: error });
  }
}

const notThere = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', '3D000', '57P03']);

async function show(
  stack: Stack,
  title: string,
  work: (report: (line: string) => void) => Promise<number>,
): Promise<number> {
  let rows = 0;
  const task = async (report: (line: string) => void) => {
    rows = await work(report).catch((error: unknown) => {
      if (!notThere.has(codeOf(error) ?? '')) throw error;
      throw new UserError(
        `PostgreSQL of stack ${stack.name} does not answer (${(error as Error).message}): start it with \`npm start -- --servers\`.`,
        { cause: error },
      );
    });
  };
  await showTasks([{ title, task }]);
  return rows;
}
