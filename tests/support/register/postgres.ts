// A PostgreSQL of the test's own, made of the package's binaries: to be stopped and killed, and never shared.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrateRegister } from '../../../services/register/store/migrate.ts';
import { connectDatabase, type RegisterDb } from '../../../services/register/store/database.ts';
import { postgresqlBinary } from '../../../infra/native/install/postgresql-package.ts';
import { runAsOther } from '../../../infra/native/postgresql-user.ts';
import { freePort } from '../../../infra/supervisor/preflight.ts';
import { logger } from '../harness/environment.ts';
import { eventually } from '../harness/eventually.ts';

export interface OwnPostgres {
  readonly adminUrl: string;
  /** Of the role that the service has: rows only. */
  readonly url: string;
  readonly db: RegisterDb;
  /** As the owner of the tables. */
  readonly admin: RegisterDb;
  /** On a connection of its own, without the time limits of the service. */
  runAsAdmin(statement: string): Promise<void>;
  /** SIGKILL: as if the machine had died. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function openPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'register-'));
  const as = await runAsOther(postgresqlBinary('postgres'), folder);
  const run = (program: 'initdb' | 'postgres', given: readonly string[]) => {
    const [first = '', ...rest] = [...(as?.words ?? []), postgresqlBinary(program), ...given];
    return spawn(first, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
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
  const launch = () =>
    run('postgres', [
      ...['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'unix_socket_directories=', '-c', 'log_min_messages=panic', '-c', 'fsync=off'],
    ]);
  let server: ChildProcess;

  /** Behind a kill it refuses to start while a process of the killed one still ends. */
  async function start(): Promise<void> {
    server = launch();
    await eventually(() => {
      if (server.exitCode !== null) server = launch();
      return asAdmin('select 1');
    });
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
    ...{ adminUrl, url, db, admin, start, runAsAdmin: asAdmin },
    kill: () => end('SIGKILL'),
    async close() {
      await Promise.all([db.destroy(), admin.destroy()]);
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
