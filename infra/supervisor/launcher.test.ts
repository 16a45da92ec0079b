// Launcher, supervision, control door and watchdog on small processes of its own: no server is needed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { createControlApp, type StackReport } from './control.ts';
import type { Part, PartName } from '../part.ts';
import { openStack, type Stack } from '../stack.ts';
import { freePort } from '../../tests/support/harness/process.ts';
import { createLauncher, type Launcher } from './launcher.ts';
import { isRunning, processListFile, readProcessList, startTimeOf } from './process-list.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

const open: Launcher[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((launcher) => launcher.down()));
});

/** A stack in a folder of its own whose gateways stand on free ports. */
async function trialStack(): Promise<Stack> {
  const stack = openStack('test', mkdtempSync(join(tmpdir(), 'launcher ')));
  const ports = { ...stack.ports };
  for (const name of ['graph-gateway', 'graph-gateway-2', 'graph-gateway-3'] as const)
    ports[name] = await freePort();
  return { ...stack, ports };
}

/** A process that answers on its port and has a child, as many real ones do. */
const answering = `
  require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  require('http').createServer((q, s) => s.end(process.env.GREETING ?? 'hello'))
    .listen(Number(process.env.PORT), '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));`;

type Gateway = 'graph-gateway' | 'graph-gateway-2' | 'graph-gateway-3';
function trialPart(name: Gateway, needs: readonly PartName[] = [], code = answering): Part {
  const url = (stack: Stack) => `http://127.0.0.1:${stack.ports[name]}`;
  return {
    name,
    role: 'process',
    needs,
    ports: [name],
    url,
    prepare: (stack) => ({
      command: process.execPath,
      args: ['-e', code],
      cwd: stack.folder,
      env: { PORT: String(stack.ports[name]) },
    }),
    ready: async (stack) => {
      await fetch(url(stack), { signal: AbortSignal.timeout(2_000) });
    },
  };
}

async function launch(stack: Stack, parts: readonly Part[], said: string[] = []) {
  const launcher = await createLauncher({ stack, parts, ownPorts: [], say: (l) => said.push(l) });
  open.push(launcher);
  return launcher;
}

const bringAllUp = (launcher: Launcher) =>
  Promise.all([...launcher.parts.keys()].map((name) => launcher.bringUp(name, () => undefined)));

const listed = (stack: Stack) => readProcessList(processListFile(stack.folder));

const greeting = async (stack: Stack, name: Gateway) =>
  (await fetch(`http://127.0.0.1:${stack.ports[name]}`)).text();

test('what is stopped on its way up is no fault of the part that was to start', async () => {
  const stack = await trialStack();
  const deaf = { ...trialPart('graph-gateway'), ready: () => Promise.reject(new Error('not yet')) };
  const launcher = await launch(stack, [deaf, trialPart('graph-gateway-2', ['graph-gateway'])]);
  const outcomes = Promise.allSettled([
    launcher.bringUp('graph-gateway', () => undefined),
    launcher.bringUp('graph-gateway-2', () => undefined),
  ]);
  await eventually(() => listed(stack).length === 1);
  expect(launcher.stopping).toBe(false);
  await launcher.down();
  expect(launcher.stopping).toBe(true);
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ reason: { name: 'StoppedMeanwhile' } });
});

test('starts what is needed first, stops it last, and lists what runs', async () => {
  const stack = await trialStack();
  const stopped: string[] = [];
  const noted = (part: Part): Part => ({
    ...part,
    afterStop: () => Promise.resolve(void stopped.push(part.name)),
  });
  const launcher = await launch(stack, [
    noted(trialPart('graph-gateway', ['graph-gateway-2'])),
    noted(trialPart('graph-gateway-2')),
  ]);
  await bringAllUp(launcher);
  const order = listed(stack).toSorted((a, b) => Number(a.startTime) - Number(b.startTime));
  expect(order.map(({ name }) => name)).toEqual(['graph-gateway-2', 'graph-gateway']);
  expect(listed(stack).every(isRunning)).toBe(true);
  await launcher.down();
  expect(stopped).toEqual(['graph-gateway', 'graph-gateway-2']);
  expect(listed(stack)).toEqual([]);
  expect(order.some(isRunning)).toBe(false);
});

test('a process that dies is started again after a second, and the log says so', async () => {
  const stack = await trialStack();
  const said: string[] = [];
  const launcher = await launch(stack, [trialPart('graph-gateway')], said);
  await bringAllUp(launcher);
  const running = launcher.parts.get('graph-gateway');
  const before = running?.process?.pid ?? 0;
  await running?.kill();
  expect(running?.state).toBe('restarting');
  await running?.whenReady();
  expect(running?.process?.pid).not.toBe(before);
  expect(said).toEqual([
    'graph-gateway died (SIGKILL); starting it again in 1 s',
    'graph-gateway is back',
  ]);
});

test('a process that cannot start is named with the end of its log', async () => {
  const stack = await trialStack();
  const broken = trialPart('graph-gateway', [], 'throw new Error("no such table")');
  const launcher = await launch(stack, [broken]);
  await expect(bringAllUp(launcher)).rejects.toThrow(
    /graph-gateway: it died 3 times[^]*no such table/,
  );
});

test('a port that is taken stops the start before anything runs', async () => {
  const stack = await trialStack();
  const first = await launch(stack, [trialPart('graph-gateway')]);
  await bringAllUp(first);
  await expect(launch(stack, [trialPart('graph-gateway')])).rejects.toThrow(
    /port \d+ \(graph-gateway\) is taken by process \d+/,
  );
});

test('the control door stops, starts with another environment, freezes, and needs the token', async () => {
  const stack = await trialStack();
  const launcher = await launch(stack, [trialPart('graph-gateway')]);
  await bringAllUp(launcher);
  const app = createControlApp(launcher);
  const order = (
    action: string,
    environment?: Record<string, string>,
    token = stack.secrets.CONTROL_TOKEN,
  ) =>
    app.request(`/parts/graph-gateway/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(environment === undefined ? {} : { environment }),
    });

  expect((await order('stop', undefined, 'a-wrong-token')).status).toBe(401);
  const stopped = (await (await order('stop')).json()) as StackReport;
  expect(stopped.parts).toMatchObject([{ name: 'graph-gateway', state: 'stopped', pid: null }]);
  await expect(greeting(stack, 'graph-gateway')).rejects.toThrow();

  await order('start', { GREETING: 'good morning' });
  expect(await greeting(stack, 'graph-gateway')).toBe('good morning');
  await order('restart');
  expect(await greeting(stack, 'graph-gateway')).toBe('hello');

  const silent = async () => {
    const headers = { authorization: `Bearer ${stack.secrets.CONTROL_TOKEN}` };
    return (await (await app.request('/silent-parts', { headers })).json()) as unknown;
  };
  expect(await silent()).toEqual({});
  await order('freeze');
  const url = `http://127.0.0.1:${stack.ports['graph-gateway']}`;
  await expect(fetch(url, { signal: AbortSignal.timeout(500) })).rejects.toThrow();
  expect(await silent()).toMatchObject({ 'graph-gateway': expect.stringContaining('timeout') });
  await order('thaw');
  expect(await greeting(stack, 'graph-gateway')).toBe('hello');
});

test('kill -9 of the launcher leaves nothing behind, children of its processes included', async () => {
  const stack = await trialStack();
  const launcherFile = fileURLToPath(new URL('launcher.ts', import.meta.url));
  const code = `
    import { createLauncher } from ${JSON.stringify(launcherFile)};
    const stack = ${JSON.stringify(stack)};
    const part = { name: 'graph-gateway', role: 'process', needs: [], ports: ['graph-gateway'],
      url: () => 'http://127.0.0.1:' + stack.ports['graph-gateway'],
      prepare: () => ({ command: process.execPath, args: ['-e', ${JSON.stringify(answering)}],
        cwd: stack.folder, env: { PORT: String(stack.ports['graph-gateway']) } }),
      ready: async () => { await fetch(part.url()); } };
    const launcher = await createLauncher({ stack, parts: [part], ownPorts: [], say() {} });
    await launcher.bringUp('graph-gateway', () => {});
    console.log('up');
    setInterval(() => {}, 1000);`;
  const launcher = execa(process.execPath, ['--input-type=module', '-e', code], { reject: false });
  await eventually(() => listed(stack).length > 0);
  await eventually(() =>
    greeting(stack, 'graph-gateway').then(
      () => true,
      () => false,
    ),
  );
  const [entry] = listed(stack);
  const child = childOf(entry?.pid ?? 0);
  expect(child).toMatchObject({ pid: expect.any(Number) });

  launcher.kill('SIGKILL');
  await launcher;
  await eventually(() => listed(stack).length === 0);
  await eventually(() => ![entry, child].some((left) => left && isRunning(left)));
});

function childOf(pid: number): { pid: number; startTime: string } | undefined {
  const answer = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  const child = Number(answer.trim().split('\n')[0]);
  return child > 0 ? { pid: child, startTime: startTimeOf(child) ?? '' } : undefined;
}

test('logs are kept per process', async () => {
  const stack = await trialStack();
  const talking = `console.log('one line'); ${answering}`;
  const launcher = await launch(stack, [trialPart('graph-gateway', [], talking)]);
  await bringAllUp(launcher);
  const file = join(stack.logs, 'graph-gateway.log');
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toMatch(/graph-gateway starts\none line\n$/);
});
