// What the register needs of PostgreSQL, made by an administrator: its role, its database, rights, tables.
// Repeatable. What the administrator may not do is said, and left to others.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { UserError } from '../host/user-error.ts';
import { atDatabase, codeOf, loginOf, withConnection } from './connection.ts';

export const notAllowed = '42501';
/** Any number that nothing else locks: two at once would meet at one row of the catalogue. */
const provisioning = 5_432_001;
const oldestVersion = 170_000; // has an order of letters of its own

interface Work {
  readonly client: Client;
  readonly role: string;
  readonly database: string;
  readonly log: (line: string) => void;
  /** A sentence with what to do. */
  readonly reportMissing: (line: string) => void;
}

/**
 * @param url as the register gets it: its role, password and database.
 * @param log gets one sentence for each step.
 * @returns what the register cannot do without and the administrator may not do.
 * @throws {UserError} both addresses name one user, or the server is too old.
 */
export async function provisionDatabase(
  adminUrl: string,
  url: string,
  log: (line: string) => void,
): Promise<readonly string[]> {
  const { role, password, database } = loginOf(url);
  if (loginOf(adminUrl).role === role)
    throw new UserError(
      `DATABASE_URL and DATABASE_ADMIN_URL name the same user ${role}: give the register a role of its own, which is made here.`,
    );
  const missing: string[] = [];
  const reportMissing = (line: string) => {
    missing.push(line);
    log(line);
  };
  const isLet = await mayLogIn(url);
  await withConnection(adminUrl, async (client) => {
    await assertVersion(client);
    await client.query('SELECT pg_advisory_lock($1)', [provisioning]);
    const work = { client, role, database, log, reportMissing };
    if (!isLet) await makeRole(work, password);
    await reportPower(work);
    const found = await makeDatabase(work);
    if (found === undefined) return;
    try {
      await withConnection(atDatabase(adminUrl, database), (inside) =>
        grantRights({ ...work, client: inside }, found),
      );
    } catch (error) {
      if (codeOf(error) !== notAllowed) throw error;
      reportMissing(
        `database ${database}: the administrator of DATABASE_ADMIN_URL may not enter it; use its owner`,
      );
    }
  });
  return missing;
}

async function assertVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`,
  );
  const { number = 0, name = '?' } = rows[0] ?? {};
  if (number < oldestVersion)
    throw new UserError(
      `The register needs PostgreSQL 17 or newer, DATABASE_ADMIN_URL has ${name}.`,
    );
}

/** Also where only the database is missing, or the right to enter it. */
async function mayLogIn(url: string): Promise<boolean> {
  try {
    await withConnection(url, () => Promise.resolve());
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === '3D000' || code === notAllowed) return true;
    if (code?.startsWith('28')) return false; // unknown, or another password
    throw error;
  }
}

async function makeRole(work: Work, password: string): Promise<void> {
  const { client, role, log } = work;
  const { rows } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  const verb = rows.length === 0 ? 'CREATE' : 'ALTER';
  const name = client.escapeIdentifier(role);
  const done = await tryTo(
    work,
    `${verb} ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(scramVerifier(password))}`,
    `${verb} ROLE ${name} LOGIN PASSWORD '(that of DATABASE_URL)'`,
  );
  if (done) log(`role ${role}: ${verb === 'CREATE' ? 'made' : 'password set'}`);
}

/** A register that is attacked should hold no more than its rows. */
async function reportPower({ client, role, log }: Work): Promise<void> {
  const { rows } = await client.query(
    'SELECT FROM pg_roles WHERE rolname = $1 AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls)',
    [role],
  );
  if (rows.length > 0)
    log(
      `role ${role}: may do more than it needs; ALTER ROLE ... NOSUPERUSER NOCREATEROLE NOCREATEDB`,
    );
}

/** @returns undefined where there is none. */
async function makeDatabase(work: Work): Promise<'made' | 'found' | undefined> {
  const { client, database, log, reportMissing } = work;
  const { rows } = await client.query<{ encoding: string }>(
    'SELECT pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = $1',
    [database],
  );
  const encoding = rows[0]?.encoding;
  if (encoding !== undefined) {
    log(`database ${database}: found`);
    if (encoding === 'UTF8') return 'found';
    reportMissing(`database ${database}: its encoding is ${encoding}, the register needs UTF8`);
    return undefined;
  }
  const made = await tryTo(
    work,
    `CREATE DATABASE ${client.escapeIdentifier(database)} TEMPLATE template0 ENCODING 'UTF8' ` +
      `LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'`,
  );
  if (!made) return undefined;
  log(`database ${database}: made`);
  return 'made';
}

/** In the database. What others use of one that was found stays as it is. */
async function grantRights(work: Work, found: 'made' | 'found'): Promise<void> {
  const { client, role, database } = work;
  const [name, place] = [client.escapeIdentifier(role), client.escapeIdentifier(database)];
  if (found === 'made') {
    await tryTo(work, `REVOKE ALL ON DATABASE ${place} FROM PUBLIC`);
    await tryTo(work, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'); // before PostgreSQL 15 all had it
  }
  const { rows } = await client.query<{ connect: boolean; usage: boolean }>(
    `SELECT has_database_privilege(oid, current_database(), 'CONNECT') AS connect,
      has_schema_privilege(oid, 'public', 'USAGE') AS usage FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  const [has] = rows;
  if (has === undefined) return; // its absence is reported
  if (!has.connect) await tryTo(work, `GRANT CONNECT ON DATABASE ${place} TO ${name}`);
  if (!has.usage) await tryTo(work, `GRANT USAGE ON SCHEMA public TO ${name}`);
}

/** @param shown the statement for people. @returns whether it is done. */
async function tryTo(
  { client, reportMissing }: Work,
  statement: string,
  shown = statement,
): Promise<boolean> {
  try {
    await client.query(statement);
    return true;
  } catch (error) {
    if (codeOf(error) !== notAllowed) throw error;
    reportMissing(
      `${shown}: the administrator of DATABASE_ADMIN_URL may not; do it by another one`,
    );
    return false;
  }
}

/** RFC 5803, so that the password never stands in a statement, which a server may log. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  const server = keyed('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}
