// The rows of the table in containers, on the real launcher. No engine is needed: an executable of
// the test stands in for docker.
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import type { Part } from '../part.ts';
import { freePort } from '../../tests/support/harness/process.ts';
import { createLauncher, type Launcher } from '../supervisor/launcher.ts';
import { isRunning, processListFile, readProcessList } from '../supervisor/process-list.ts';
import { openStack, type Stack } from '../stack.ts';
import { serversOf } from '../system.ts';
import { dockerForTests, type DockerForTests } from '../../tests/support/docker/docker.ts';
import { inContainers, projectOf, removeData } from './in-containers.ts';
import { temporal } from '../native/temporal.ts';
import { versitygw } from '../native/versitygw.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

/** What stands in for it answers like no object store, so nothing is provisioned. */
const store = { ...versitygw, afterReady: () => Promise.resolve() };

const path = process.env['PATH'];
let docker: DockerForTests;
let stack: Stack;
const open: Launcher[] = [];

beforeEach(async () => {
  docker = dockerForTests();
  process.env['PATH'] = docker.path;
  stack = openStack('test', mkdtempSync(join(tmpdir(), 'a clone with blanks ')));
  const ports = { ...stack.ports };
  for (const name of ['versitygw', 'temporal', 'temporal-ui'] as const)
    ports[name] = await freePort();
  stack = { ...stack, ports };
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((launcher) => launcher.down()));
  for (const { pid } of docker.containers()) process.kill(pid, 'SIGKILL');
  process.env['PATH'] = path;
});

async function launch(servers: readonly Part[], said: string[] = []): Promise<Launcher> {
  const parts = inContainers(servers);
  const launcher = await createLauncher({ stack, parts, ownPorts: [], say: (l) => said.push(l) });
  open.push(launcher);
  return launcher;
}

const up = (launcher: Launcher) =>
  Promise.all([...launcher.parts.keys()].map((name) => launcher.bringUp(name, () => undefined)));

const listed = () => readProcessList(processListFile(stack.folder));
const nameOf = (server: string) => `${projectOf(stack)}-${server}-1`;
const names = () => docker.containers().map(({ name }) => name);

test('the servers of the table but epmd, with no need of the machine but docker', () => {
  const servers = serversOf(stack, 'compose');
  expect(servers.map(({ name }) => name)).toEqual([
    'versitygw',
    'minio',
    'kafka',
    'rabbitmq',
    'temporal',
  ]);
  for (const { tools, install } of servers)
    expect([tools?.map(({ command }) => command), install?.tools]).toEqual([['docker'], []]);
});

test('a server comes up as the container of its stack: its image first, its ports and its passwords', async () => {
  await up(await launch([store]));
  expect(names()).toEqual([nameOf('versitygw')]);
  const compose = `compose --project-name ${projectOf(stack)} --file ${fileURLToPath(new URL('../compose.yaml', import.meta.url))}`;
  expect(docker.calls()).toEqual([
    `${compose} pull versitygw`,
    `${compose} up --no-log-prefix --exit-code-from versitygw versitygw`,
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
    { name: 'versitygw', container: nameOf('versitygw'), url: store.url(stack) },
  ]);
  expect(readFileSync(join(stack.logs, 'versitygw.log'), 'utf8')).toContain('versitygw is up');
});

test('down stops a container in order, then removes it; nothing is listed any more', async () => {
  const launcher = await launch([store]);
  await up(launcher);
  const before = docker.calls().length;
  await launcher.down();
  const [stop, ...removals] = docker.calls().slice(before);
  expect(stop).toBe(`stop -t 20 ${nameOf('versitygw')}`);
  expect(new Set(removals)).toEqual(new Set([`rm --force --volumes ${nameOf('versitygw')}`]));
  expect(names()).toEqual([]);
  expect(listed()).toEqual([]);
});

test("Temporal's search attributes and retention are set inside its container", async () => {
  await up(await launch([temporal]));
  const inside = docker.calls().filter((call) => call.startsWith('exec '));
  expect(inside).toEqual([
    expect.stringMatching(
      new RegExp(`^exec ${nameOf('temporal')} temporal operator search-attribute create --name`),
    ),
    `exec ${nameOf('temporal')} temporal operator namespace update --retention 30d -n default --address 127.0.0.1:7233`,
  ]);
});

test('a container that dies is started again by the launcher, once', async () => {
  const said: string[] = [];
  const launcher = await launch([store], said);
  await up(launcher);
  const [first] = docker.containers();
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await eventually(() => said.includes('versitygw is back'));
  expect(said).toEqual([
    'versitygw died (exit code 137); starting it again in 1 s',
    'versitygw is back',
  ]);
  expect(docker.containers()).toHaveLength(1);
  expect(docker.containers()[0]?.pid).not.toBe(first?.pid);
});

test('the command that follows a container is killed: the container does not run on unwatched', async () => {
  const said: string[] = [];
  const launcher = await launch([store], said);
  await up(launcher);
  const [first] = docker.containers();
  process.kill(-(launcher.parts.get('versitygw')?.process?.pid ?? 0), 'SIGKILL');
  await eventually(() => said.includes('versitygw is back'));
  expect(docker.containers().map(({ pid }) => pid)).not.toContain(first?.pid);
  expect(docker.containers()).toHaveLength(1);
});

test('kill, freeze and thaw reach the server inside its container', async () => {
  const launcher = await launch([store]);
  await up(launcher);
  const running = launcher.parts.get('versitygw');
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

test('an image that cannot be pulled ends the start with the remedy, and nothing runs', async () => {
  docker.break('compose pull', 'dial tcp: lookup registry-1.docker.io: no such host');
  const launcher = await launch([store]);
  await expect(up(launcher)).rejects.toMatchObject({
    code: 'CANNOT_DO',
    message: expect.stringMatching(
      /^The image of versitygw cannot be pulled: .*\n.*SERVERS=native[^]*no such host/,
    ),
  });
  await launcher.down();
  expect([names(), listed()]).toEqual([[], []]);
});

test('a container that does not come up ends the start with its log and the remedy', async () => {
  docker.break('compose up', 'Bind for 127.0.0.1:12000 failed: port is already allocated');
  const launcher = await launch([store]);
  await expect(up(launcher)).rejects.toMatchObject({
    code: 'CANNOT_DO',
    message: expect.stringMatching(
      /^versitygw: it died 3 times[^]*already allocated[^]*SERVERS=native/,
    ),
  });
  await launcher.down();
  expect([names(), listed()]).toEqual([[], []]);
});

test('a command that hangs before its container is there does not hold up the end', async () => {
  docker.break('compose up', 'hang');
  const said: string[] = [];
  const launcher = await launch([store], said);
  const started = up(launcher).catch((error: unknown) => error);
  await eventually(() => listed().length === 1);
  await launcher.down();
  expect([said, listed()]).toEqual([[], []]);
  void started; // given up by the stop
});

test('an engine that does not stop a container is told of; the stack goes down all the same', async () => {
  const said: string[] = [];
  const launcher = await launch([store], said);
  await up(launcher);
  docker.break('stop', 'Error response from daemon: cannot stop container: tried to kill it');
  await launcher.down();
  expect(said).toEqual([expect.stringContaining('versitygw is not stopped in order: docker stop')]);
  expect([names(), listed()]).toEqual([[], []]);
});

/** A launcher in a process of its own, so that it can die. */
async function launcherToKill() {
  const file = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const code = `
    import { createLauncher } from ${file('../supervisor/launcher.ts')};
    import { inContainers } from ${file('in-containers.ts')};
    import { versitygw } from ${file('../native/versitygw.ts')};
    const store = { ...versitygw, afterReady: () => Promise.resolve() };
    const stack = ${JSON.stringify(stack)};
    const launcher = await createLauncher({ stack, parts: inContainers([store]), ownPorts: [], say() {} });
    await launcher.bringUp('versitygw', () => {});
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

test('kill -9 of the launcher leaves no container behind', async () => {
  const launcher = await launcherToKill();
  expect(names()).toEqual([nameOf('versitygw')]);
  await launcher.kill();
  await eventually(() => listed().length === 0);
  expect(names()).toEqual([]);
});

test('what a launcher and its watchdog left when both were killed is stopped by the next start', async () => {
  const launcher = await launcherToKill();
  const [entry] = listed();
  const watchdog = await execa('pgrep', ['-f', `watchdog.ts ${processListFile(stack.folder)}`]);
  process.kill(Number(watchdog.stdout.trim()), 'SIGKILL');
  await launcher.kill();
  process.kill(-(entry?.pid ?? 0), 'SIGKILL');
  await eventually(() => entry !== undefined && !isRunning(entry));
  expect(names()).toEqual([nameOf('versitygw')]); // it runs on, followed by nobody

  const said: string[] = [];
  await up(await launch([store], said));
  expect(said).toEqual(['stopping what an earlier run left: versitygw']);
  expect(names()).toEqual([nameOf('versitygw')]);
  expect(docker.calls()).toContain(`stop -t 10 ${nameOf('versitygw')}`);
});

test("the data of a stack is removed with its project, no other stack's", async () => {
  await removeData(stack);
  expect(docker.calls()).toEqual([
    expect.stringMatching(
      new RegExp(`^compose --project-name ${projectOf(stack)} .*compose.yaml down --volumes$`),
    ),
  ]);
});

test('two clones and two stacks are never one project, nor is one whose secrets were made anew', () => {
  const other = openStack('test', mkdtempSync(join(tmpdir(), 'another clone ')));
  const projects = [stack, openStack('dev', join(stack.folder, '..')), other].map(projectOf);
  expect(new Set(projects).size).toBe(3);
  for (const project of projects) expect(project).toMatch(/^trackunit-(dev|test)-[0-9a-f]{8}$/);
});
