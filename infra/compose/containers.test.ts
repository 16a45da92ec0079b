// The rows of the table in containers, on the real launcher and a fake docker command.
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import type { Service } from '../stack/service.ts';
import { freePort } from '../supervisor/preflight.ts';
import { createLauncher, type Launcher } from '../supervisor/launcher.ts';
import { processListFile, readProcessList } from '../supervisor/process-list.ts';
import { openStack, type Stack } from '../stack/stack.ts';
import { serversOf } from '../system.ts';
import { fakeDocker, type FakeDocker } from '../../tests/support/fake-docker.ts';
import { projectOf, removeData } from './compose.ts';
import { inContainers } from './containers.ts';
import { versitygw } from '../native/versitygw.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

/** What stands in for it answers like no object store, so nothing is provisioned. */
const store: Service = {
  ...versitygw,
  needs: [],
  ports: ['versitygw'],
  afterReady: () => Promise.resolve(),
};

const path = process.env['PATH'];
let docker: FakeDocker;
let stack: Stack;
const open: Launcher[] = [];

beforeEach(async () => {
  docker = fakeDocker();
  process.env['PATH'] = docker.path;
  stack = openStack('test', mkdtempSync(join(tmpdir(), 'a clone with blanks ')));
  const ports = { ...stack.ports };
  ports.versitygw = await freePort();
  stack = { ...stack, ports };
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((launcher) => launcher.down()));
  for (const { pid } of docker.containers()) process.kill(pid, 'SIGKILL');
  process.env['PATH'] = path;
});

async function launch(servers: readonly Service[], said: string[] = []): Promise<Launcher> {
  const services = inContainers(servers);
  const launcher = await createLauncher({
    stack,
    services,
    ownPorts: [],
    log: (l) => said.push(l),
  });
  open.push(launcher);
  return launcher;
}

const up = (launcher: Launcher) =>
  Promise.all(
    [...launcher.services.keys()].map((name) => launcher.startService(name, () => undefined)),
  );

const listed = () => readProcessList(processListFile(stack.folder));
const nameOf = (server: string) => `${projectOf(stack)}-${server}`;
const names = () => docker.containers().map(({ name }) => name);

test('runs the servers of the table but epmd, and needs nothing of the machine but docker', () => {
  const servers = serversOf(stack, 'compose');
  expect(servers.map(({ name }) => name)).toEqual([
    'versitygw',
    'minio',
    'kafka',
    'rabbitmq',
    'temporal',
    'postgresql',
  ]);
  for (const { tools, install } of servers)
    expect([tools?.map(({ command }) => command), install?.tools]).toEqual([['docker'], []]);
});

test('brings a server up as a container of its stack: its image first, its ports and passwords', async () => {
  await up(await launch([store]));
  expect(names()).toEqual([nameOf('versitygw')]);
  const compose = `compose --project-name ${projectOf(stack)} --file ${fileURLToPath(new URL('../compose.yaml', import.meta.url))}`;
  expect(docker.calls().slice(0, 2)).toEqual([
    `${compose} pull versitygw`,
    `${compose} up --wait versitygw`,
  ]);
  expect(docker.environmentOfUp()).toMatchObject({
    VERSITYGW_PORT: String(stack.ports.versitygw),
    MINIO_PORT: '12000',
    KAFKA_PORT: '12092',
    RABBITMQ_USER: stack.secrets.RABBITMQ_USER,
    RABBITMQ_PASSWORD: stack.secrets.RABBITMQ_PASSWORD,
    S3_ROOT_ACCESS_KEY: stack.secrets.S3_ROOT_ACCESS_KEY,
    S3_ROOT_SECRET_KEY: stack.secrets.S3_ROOT_SECRET_KEY,
  });
  expect(listed()).toMatchObject([
    { name: 'versitygw', project: projectOf(stack), url: store.url(stack) },
  ]);
  await eventually(() =>
    readFileSync(join(stack.logs, 'versitygw.log'), 'utf8').includes('versitygw is up'),
  );
});

test('stops a container in order, removes it, and lists nothing', async () => {
  const launcher = await launch([store]);
  await up(launcher);
  const before = docker.calls().length;
  await launcher.down();
  expect(docker.calls().slice(before).at(-1)).toMatch(/ down --timeout 20 versitygw$/);
  expect(names()).toEqual([]);
  expect(listed()).toEqual([]);
});

test('restarts a container that ended, once', async () => {
  const said: string[] = [];
  const launcher = await launch([store], said);
  await up(launcher);
  const [first] = docker.containers();
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await eventually(() => said.includes('versitygw restarted'));
  expect(said).toEqual([
    'versitygw ended (exit code 137): restarting in 1 s',
    'versitygw restarted',
  ]);
  expect(docker.containers()).toHaveLength(1);
  expect(docker.containers()[0]?.pid).not.toBe(first?.pid);
});

test('kills, freezes and thaws the server inside its container', async () => {
  const launcher = await launch([store]);
  await up(launcher);
  const running = launcher.services.get('versitygw');
  await running?.freeze();
  await expect(fetch(store.url(stack), { signal: AbortSignal.timeout(500) })).rejects.toThrow();
  await running?.thaw();
  expect((await fetch(store.url(stack))).ok).toBe(true);
  const [before] = docker.containers();
  await running?.kill();
  expect(running?.state).toBe('restarting');
  await running?.whenReady();
  expect(docker.containers()[0]?.pid).not.toBe(before?.pid);
});

test('ends the start with the remedy when an image cannot be pulled, and nothing runs', async () => {
  docker.break('compose pull', 'dial tcp: lookup registry-1.docker.io: no such host');
  const launcher = await launch([store]);
  await expect(up(launcher)).rejects.toMatchObject({
    code: 'USER_ERROR',
    message: expect.stringMatching(
      /^The image of versitygw cannot be pulled: .*\n.*SERVERS=native[^]*no such host/,
    ),
  });
  await launcher.down();
  expect([names(), listed()]).toEqual([[], []]);
});

test('ends the start with log and remedy when a container does not come up', async () => {
  docker.break('compose up', 'Bind for 127.0.0.1:12000 failed: port is already allocated');
  const launcher = await launch([store]);
  await expect(up(launcher)).rejects.toMatchObject({
    code: 'USER_ERROR',
    message: expect.stringMatching(
      /^versitygw: ended 3 times[^]*already allocated[^]*SERVERS=native/,
    ),
  });
  await launcher.down();
  expect([names(), listed()]).toEqual([[], []]);
});

test('stops while Docker hangs before the container is there', async () => {
  docker.break('compose up', 'hang');
  const said: string[] = [];
  const launcher = await launch([store], said);
  const started = up(launcher).catch((error: unknown) => error);
  await eventually(() => docker.hangs('compose up'));
  await launcher.down();
  expect([said, listed()]).toEqual([[], []]);
  void started; // given up by the stop
});

test('reports a container that its engine does not stop, and stops the rest', async () => {
  const said: string[] = [];
  const launcher = await launch([store], said);
  await up(launcher);
  docker.break('compose down', 'Error response from daemon: cannot stop container');
  await launcher.down();
  expect(said).toEqual([expect.stringMatching(/versitygw not stopped: .*cannot stop container/)]);
});

/** A launcher in a process of its own, so that it can die. */
async function launcherToKill() {
  const file = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const code = `
    import { createLauncher } from ${file('../supervisor/launcher.ts')};
    import { inContainers } from ${file('containers.ts')};
    import { versitygw } from ${file('../native/versitygw.ts')};
    const store = { ...versitygw, needs: [], ports: ['versitygw'], afterReady: () => Promise.resolve() };
    const stack = ${JSON.stringify(stack)};
    const launcher = await createLauncher({ stack, services: inContainers([store]), ownPorts: [], log() {} });
    await launcher.startService('versitygw', () => {});
    console.log('up');
    setInterval(() => {}, 1000);`;
  const launcher = execa(process.execPath, ['--input-type=module', '-e', code], { reject: false });
  await once(launcher.stdout, 'data');
  return {
    async kill() {
      launcher.kill('SIGKILL');
      await launcher;
    },
  };
}

test('leaves no container behind when the launcher is killed', async () => {
  const launcher = await launcherToKill();
  expect(names()).toEqual([nameOf('versitygw')]);
  await launcher.kill();
  await eventually(() => listed().length === 0);
  expect(names()).toEqual([]);
});

test('stops at the next start what a launcher and its watchdog left when both were killed', async () => {
  const launcher = await launcherToKill();
  const watchdog = await execa('pgrep', ['-f', `watchdog.ts ${processListFile(stack.folder)}`]);
  process.kill(Number(watchdog.stdout.trim()), 'SIGKILL');
  await launcher.kill();
  expect(names()).toEqual([nameOf('versitygw')]); // it runs on

  const said: string[] = [];
  await up(await launch([store], said));
  expect(said).toEqual(['stopping services left by an earlier run: versitygw']);
  expect(names()).toEqual([nameOf('versitygw')]);
  expect(docker.calls()).toContain(`compose --project-name ${projectOf(stack)} down --timeout 10`);
});

test("removes the data of a stack with its project, and no other stack's", async () => {
  await removeData(stack);
  expect(docker.calls()).toEqual([
    expect.stringMatching(
      new RegExp(`^compose --project-name ${projectOf(stack)} .*compose.yaml down --volumes$`),
    ),
  ]);
});

test('gives each clone, each stack and each set of secrets a project of its own', () => {
  const other = openStack('test', mkdtempSync(join(tmpdir(), 'another clone ')));
  const projects = [stack, openStack('dev', join(stack.folder, '..')), other].map(projectOf);
  expect(new Set(projects).size).toBe(3);
  for (const project of projects) expect(project).toMatch(/^trackunit-(dev|test)-[0-9a-f]{8}$/);
});
