import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import type { Database } from './database.ts';
import { migrations } from './migrations.ts';

/** What the service's role may touch: rows, never tables. */
const tables: readonly (keyof Database)[] = [
  ...(['analyses', 'runs', 'words', 'corrections', 'deletions', 'audit', 'positions'] as const),
  ...(['outbox', 'recognitions'] as const),
];

/** Any number will do, as long as no other program takes the same lock. */
const grantLock = 4_008_001;

/**
 * Brings the tables up to date and gives the service's role its rights on rows. Two at once are safe:
 * each takes Kysely's lock, then one of its own.
 *
 * @param adminUrl of a role that owns the tables, or may create them.
 * @returns the names of the migrations that were applied now.
 */
export async function migrateRegister(
  adminUrl: string,
  { role }: { role: string },
): Promise<readonly string[]> {
  const pool = new pg.Pool({ connectionString: adminUrl, max: 2, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => undefined); // of an idle connection: the next statement fails by itself
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
    const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest();
    if (error !== undefined) throw error as Error;
    await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${grantLock})`.execute(trx);
      for (const table of tables)
        await sql`grant select, insert, update, delete on ${sql.table(table)} to ${sql.id(role)}`.execute(
          trx,
        );
    });
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await db.destroy();
  }
}
