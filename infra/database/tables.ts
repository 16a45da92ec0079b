import type { Client } from 'pg';

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Tables that only say which migrations were applied: a backup carries rows, no tables. */
const ofMigrations = ['kysely_migration', 'kysely_migration_lock'];

/** Those that others refer to come first. */
export async function tablesOf(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table & { refersTo: string[] }>(
    `SELECT c.relname AS name,
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
         AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS columns,
       ARRAY(SELECT r.relname::text FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid
         WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS "refersTo"
     FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL ($1)
     ORDER BY c.relname`,
    [ofMigrations],
  );
  const ordered = new Map<string, Table>();
  const visit = (name: string) => {
    const table = rows.find((row) => row.name === name);
    if (table === undefined || ordered.has(name)) return;
    for (const other of table.refersTo) visit(other);
    ordered.set(name, { name, columns: table.columns });
  };
  for (const { name } of rows) visit(name);
  return [...ordered.values()];
}

/** Names of the migrations that made the tables, in their order. */
export async function appliedMigrations(client: Client): Promise<string[]> {
  const [migrations = ''] = ofMigrations;
  const { rows: found } = await client.query('SELECT WHERE to_regclass($1) IS NOT NULL', [
    migrations,
  ]);
  if (found.length === 0) return [];
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM ${migrations} ORDER BY name`,
  );
  return rows.map(({ name }) => name);
}

export const copyColumns = (client: Client, { name, columns }: Table): string =>
  `${client.escapeIdentifier(name)} (${columns.map((column) => client.escapeIdentifier(column)).join(', ')})`;
