// The register's database with its tables, as the launcher and `npm run provision` make it.
import { atDatabase, codeOf, loginOf } from './connection.ts';
import { notAllowed, provisionDatabase } from './provision-database.ts';

/**
 * Tables come last: they need the database, and the role that gets the rights on their rows.
 *
 * @param url as the register gets it: its role, password and database.
 * @param log gets one sentence for each step.
 * @returns what the register cannot do without and the administrator may not do.
 * @throws {UserError} both addresses name one user, or the server is too old.
 */
export async function provisionRegister(
  adminUrl: string,
  url: string,
  log: (line: string) => void,
): Promise<readonly string[]> {
  const missing = await provisionDatabase(adminUrl, url, log);
  if (missing.length > 0) {
    log('tables: not made yet, repeat this when the rest is there');
    return missing;
  }
  const { role, database } = loginOf(url);
  // Loaded while the servers start.
  const { migrateRegister } = await import('../../services/register/store/migrate.ts');
  try {
    const applied = await migrateRegister(atDatabase(adminUrl, database), { role });
    for (const name of applied) log(`migration ${name}: applied`);
    return [];
  } catch (error) {
    if (codeOf(error) !== notAllowed) throw error;
    const line = `tables of ${database}: the administrator of DATABASE_ADMIN_URL may not make or grant them (${(error as Error).message}); use the owner of the database`;
    log(line);
    return [line];
  }
}
