// `npm run infra -- backup FILE` and `restore FILE`: the rows of the register, of the stack's own server or of
// the one in DATABASE_URL.
import { resolve } from 'node:path';
import { pick } from '../../contracts/settings.ts';
import { ConfigError, readConfig } from '../../platform/config.ts';
import { backUp } from './backup.ts';
import { atDatabase, codeOf, loginOf } from './connection.ts';
import { restore } from './restore.ts';
import type { Report } from '../host/run-tool.ts';
import { UserError } from '../host/user-error.ts';
import { databaseAdminUrl, databaseUrl, givenEnvironment } from '../stack/environment.ts';
import type { Stack } from '../stack/stack.ts';

/**
 * @returns what to say when it is done.
 * @throws {UserError} the server does not answer, the file is there already, the register has no tables.
 */
export async function backUpRegister(stack: Stack, name: string, report: Report): Promise<string> {
  const { adminUrl } = addressesOf(stack);
  const file = pathOf(name);
  const rows = await reaching(stack, () => backUp(adminUrl, file, report));
  return `${rows} rows of the register are in ${file}. It holds who did what: keep it safe.`;
}

/**
 * @param replace deletes what the register holds.
 * @returns what to say when it is done.
 * @throws {UserError} nothing was changed.
 */
export async function restoreRegister(
  stack: Stack,
  name: string,
  replace: boolean,
  report: Report,
): Promise<string> {
  const { adminUrl, role } = addressesOf(stack);
  const rows = await reaching(stack, () =>
    restore(adminUrl, pathOf(name), { role, replace, report }),
  );
  return `${rows} rows are in the register; it goes on from where the backup was made.`;
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

async function reaching(stack: Stack, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!notThere.has(codeOf(error) ?? '')) throw error;
    throw new UserError(
      `PostgreSQL of stack ${stack.name} does not answer (${(error as Error).message}): start it with \`npm start -- --servers\`.`,
      { cause: error },
    );
  }
}
