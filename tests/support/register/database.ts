// PostgreSQL of stack `test`, in databases and roles of a test's own.
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { atDatabase, withConnection } from '../../../infra/database/connection.ts';

const made: { role: string; database: string }[] = [];

export function adminUrl(): string {
  const url = process.env['DATABASE_ADMIN_URL'];
  if (url === undefined)
    throw new Error('DATABASE_ADMIN_URL is missing: run these tests with npm test');
  return url;
}

/** As a register of its own would get it; nothing of it is there yet. */
export function ownDatabaseUrl(password = randomBytes(10).toString('hex')): string {
  const name = `test_${randomBytes(5).toString('hex')}`;
  made.push({ role: name, database: name });
  const url = new URL(atDatabase(adminUrl(), name));
  url.username = name;
  url.password = encodeURIComponent(password);
  return url.href;
}

export const asAdmin = <Result>(work: (client: Client) => Promise<Result>): Promise<Result> =>
  withConnection(adminUrl(), work);

export async function dropOwnDatabases(): Promise<void> {
  await asAdmin(async (client) => {
    for (const { database, role } of made.splice(0)) {
      await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      await client.query(`DROP ROLE IF EXISTS ${role}`);
    }
  });
}
