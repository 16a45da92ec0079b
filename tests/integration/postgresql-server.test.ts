// PostgreSQL as the launcher runs it natively: servers of a test's own, in folders of all kinds.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { withConnection } from '../../infra/database/connection.ts';
import { postgresqlBinary } from '../../infra/native/install/postgresql-package.ts';
import { postgresql } from '../../infra/native/postgresql.ts';
import { databaseAdminUrl, databaseUrl } from '../../infra/stack/environment.ts';
import { openStack, type Stack } from '../../infra/stack/stack.ts';
import { createLauncher } from '../../infra/supervisor/launcher.ts';
import { freePort } from '../../infra/supervisor/preflight.ts';
import { eventually } from '../support/harness/eventually.ts';

const isRoot = process.getuid?.() === 0;
const path = process.env['PATH'] ?? '';
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  process.env['PATH'] = path;
  for (const end of ends.splice(0).reverse()) await end();
});

async function ownStack(
  folder = mkdtempSync(join(tmpdir(), 'a clone with blanks ')),
): Promise<Stack> {
  const stack = openStack('test', folder);
  return { ...stack, ports: { ...stack.ports, postgresql: await freePort() } };
}

/** @throws {UserError} as `npm start` would show it. */
async function start(stack: Stack) {
  const lines: string[] = [];
  const launcher = await createLauncher({
    stack,
    services: [{ ...postgresql, needs: [], ports: ['postgresql'] }],
    ownPorts: [],
    log: (line) => lines.push(line),
  });
  ends.push(() => launcher.down());
  await launcher.startService('postgresql', () => undefined);
  const server = launcher.services.get('postgresql');
  if (server === undefined) throw new Error('not supervised');
  return { server, lines, stop: () => launcher.down() };
}

const admin = <Row extends object>(stack: Stack, statement: string) =>
  withConnection(
    databaseAdminUrl(stack),
    async (client) => (await client.query<Row>(statement)).rows,
  );
const log = (stack: Stack) => readFileSync(join(stack.logs, 'postgresql.log'), 'utf8');
const dataOf = (stack: Stack) => join(stack.folder, 'postgresql', 'data');

test('makes a server with checksums that takes passwords alone, on loopback alone', async () => {
  const stack = await ownStack();
  await start(stack);
  const [found] = await admin(
    stack,
    `SELECT current_setting('data_checksums') AS checksums, current_setting('listen_addresses') AS addresses,
      current_setting('unix_socket_directories') AS sockets, current_setting('fsync') AS fsync,
      (SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules) AS methods`,
  );
  expect(found).toEqual({
    ...{ checksums: 'on', addresses: '127.0.0.1', sockets: '', fsync: 'on' },
    methods: 'scram-sha-256',
  });
  const other = new URL(databaseUrl(stack));
  other.password = 'another';
  const refused = withConnection(other.href, () => Promise.resolve());
  await expect(refused).rejects.toMatchObject({ code: '28P01' });
  await withConnection(databaseUrl(stack), (client) => client.query('SELECT 1'));
  expect(statSync(dataOf(stack)).mode & 0o077).toBe(0);
  expect(existsSync(`${dataOf(stack)}.password`)).toBe(false);
});

test('comes back by itself after a kill, with every row that it had confirmed', async () => {
  const stack = await ownStack();
  const { server, lines } = await start(stack);
  await admin(stack, 'CREATE TABLE t (n int)');
  await withConnection(databaseAdminUrl(stack), async (client) => {
    for (let n = 0; n < 100; n += 1) await client.query('INSERT INTO t VALUES ($1)', [n]);
    await server.kill();
    await expect(client.query('SELECT 1')).rejects.toThrow();
  });
  await server.whenReady();
  expect(await admin(stack, 'SELECT count(*)::int FROM t')).toEqual([{ count: 100 }]);
  expect(lines.join()).toContain('restarted');
});

test('ends at once although clients are connected, and in order', async () => {
  const stack = await ownStack();
  const { stop, server } = await start(stack);
  await withConnection(databaseAdminUrl(stack), async () => {
    const began = Date.now();
    await stop();
    expect(Date.now() - began).toBeLessThan(10_000);
  });
  expect([server.state, server.lastEnd]).toEqual(['stopped', 'exit code 0']);
  expect(log(stack)).toContain('database system is shut down');
  const again = await start(stack);
  expect(again.server.state).toBe('ready');
  expect(log(stack)).not.toContain('not properly shut down');
});

test('answers nothing while it is frozen, on connections that it had too, and goes on when it is thawed', async () => {
  const stack = await ownStack();
  const { server } = await start(stack);
  await withConnection(databaseAdminUrl(stack), async (client) => {
    await server.freeze();
    let answered = false;
    const answer = client.query('SELECT 1').then(() => (answered = true));
    await expect(postgresql.ready(stack)).rejects.toThrow(/timeout/);
    expect(answered).toBe(false);
    await server.thaw();
    await answer;
  });
});

test('takes no half-made data folder for a whole one', async () => {
  const stack = await ownStack();
  const unfinished = `${dataOf(stack)}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, 'PG_VERSION'), '18\n');
  expect((await start(stack)).server.state).toBe('ready');
  expect(existsSync(unfinished)).toBe(false);
});

test('names the remedy for the data of another major version, and leaves them alone', async () => {
  const stack = await ownStack();
  mkdirSync(dataOf(stack), { recursive: true });
  writeFileSync(join(dataOf(stack), 'PG_VERSION'), '17\n');
  await expect(start(stack)).rejects.toMatchObject({
    code: 'USER_ERROR',
    message: expect.stringMatching(/is of PostgreSQL 17, this is PostgreSQL 18[^]*backup FILE/),
  });
  expect(readFileSync(join(dataOf(stack), 'PG_VERSION'), 'utf8')).toBe('17\n');
});

test('starts although its lock names a process that another program is by now', async () => {
  const stack = await ownStack();
  await (await start(stack)).stop();
  const lock = join(dataOf(stack), 'postmaster.pid');
  writeFileSync(lock, `${process.ppid}\n${dataOf(stack)}\n1700000000\n5432\n\n127.0.0.1\n`);
  expect((await start(stack)).server.state).toBe('ready');
});

test('does not touch the lock of a server that runs in the folder', async () => {
  const stack = await ownStack();
  const first = await start(stack);
  const second = { ...stack, ports: { ...stack.ports, postgresql: await freePort() } };
  const lock = readFileSync(join(dataOf(stack), 'postmaster.pid'), 'utf8');
  const { command, args, cwd } = await postgresql.prepare(second, () => undefined);
  expect(() => execFileSync(command, [...args], { cwd, stdio: 'pipe' })).toThrow(
    /lock file "postmaster.pid" already exists/,
  );
  expect(readFileSync(join(dataOf(stack), 'postmaster.pid'), 'utf8')).toBe(lock);
  expect(first.server.state).toBe('ready');
});

test('runs from a folder whose path is longer than that of a socket may be', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'deep ')), 'd'.repeat(100), 'e'.repeat(100));
  mkdirSync(folder, { recursive: true });
  expect((await start(await ownStack(folder))).server.state).toBe('ready');
});

(isRoot ? test : test.skip)(
  'runs as another user where only root may enter its folder',
  async () => {
    const stack = await ownStack();
    chmodSync(join(stack.folder, '..'), 0o700);
    await start(stack);
    expect(log(stack)).toContain('as user 1000 of a user namespace');
    expect(statSync(dataOf(stack)).uid).toBe(0);
  },
);

/** A kernel or a container that lets nobody make user namespaces. */
function withoutNamespaces(): void {
  const folder = mkdtempSync(join(tmpdir(), 'refusing '));
  writeFileSync(
    join(folder, 'unshare'),
    '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2; exit 1\n',
    { mode: 0o755 },
  );
  process.env['PATH'] = `${folder}:${path}`;
}

const nobody = 65_534;
const nobodyMayEnter = (file: string) => {
  try {
    execFileSync('setpriv', [`--reuid=${nobody}`, '--clear-groups', 'test', '-x', file]);
    return true;
  } catch {
    return false;
  }
};
const isOpen = isRoot && nobodyMayEnter(postgresqlBinary('postgres'));

(isOpen ? test : test.skip)(
  'is given to another user where namespaces are refused, and back to root where they are not',
  async () => {
    const folder = mkdtempSync('/tmp/a clone for all ');
    try {
      for (const place of [folder, join(folder, 'test')]) {
        mkdirSync(place, { recursive: true });
        chmodSync(place, 0o755);
      }
      const stack = await ownStack(folder);
      withoutNamespaces();
      const first = await start(stack);
      expect(log(stack)).toMatch(/as user \d+, to whom its folder is given/);
      expect(statSync(dataOf(stack)).uid).not.toBe(0);
      await first.stop();
      process.env['PATH'] = path;
      await start(stack);
      expect(statSync(dataOf(stack)).uid).toBe(0);
    } finally {
      for (const end of ends.splice(0)) await end();
      execFileSync('rm', ['-r', folder]);
    }
  },
);

(isRoot ? test : test.skip)(
  'says why where nobody but root may enter and namespaces are refused',
  async () => {
    const stack = await ownStack();
    chmodSync(join(stack.folder, '..'), 0o700);
    withoutNamespaces();
    await expect(start(stack)).rejects.toMatchObject({
      code: 'USER_ERROR',
      message: expect.stringMatching(
        /unshare failed: Operation not permitted[^]*setpriv[^]*DATABASE_URL/,
      ),
    });
  },
);

test('leaves no process behind when it is killed, not even one that is busy', async () => {
  const stack = await ownStack();
  const { server } = await start(stack);
  const busy = admin(stack, 'SELECT sum(n) FROM generate_series(1, 1000000000000) n');
  const cutOff = expect(busy).rejects.toThrow();
  await eventually(async () => {
    const running = await admin(stack, `SELECT FROM pg_stat_activity WHERE query LIKE '%sum(n)%'`);
    return running.length > 1;
  });
  const worksThere = () =>
    execFileSync('ps', ['-eo', 'pid='])
      .toString()
      .split('\n')
      .filter((pid) => placeOf(pid.trim()) === dataOf(stack));
  expect(worksThere().length).toBeGreaterThan(1);
  const before = worksThere();
  await server.kill();
  await cutOff;
  await eventually(() => worksThere().every((pid) => !before.includes(pid)));
});

function placeOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
