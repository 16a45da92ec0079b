// One connection to PostgreSQL for as long as a piece of work lasts.
import type { Client } from 'pg';

const answerWithinMs = 2_000;

/** @param options.limited: a server that hangs is given up. @throws what connecting or the work throws. */
export async function withConnection<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
  { limited = false } = {},
): Promise<Result> {
  const { default: pg } = await import('pg'); // loaded while the servers start
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: answerWithinMs,
    ...(limited && { query_timeout: answerWithinMs }),
  });
  client.on('error', () => undefined); // told by the call that failed
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same server and login, another database. */
export function atDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

export function loginOf(url: string): { role: string; password: string; database: string } {
  const { username, password, pathname } = new URL(url);
  const [role, secret, database] = [username, password, pathname.slice(1)].map(decodeURIComponent);
  return { role: role ?? '', password: secret ?? '', database: database ?? '' };
}

/** As PostgreSQL names them: https://www.postgresql.org/docs/18/errcodes-appendix.html. */
export const codeOf = (error: unknown): string | undefined =>
  (error as { code?: string } | undefined)?.code;
