// Launcher, supervision, control API and watchdog on small processes: no server is needed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { createControlApp, type StackReport } from './control-api.ts';
import type { Service, ServiceName } from '../stack/service.ts';
import { openStack, type Stack } from '../stack/stack.ts';
import { freePort } from './preflight.ts';
import { createLauncher, type Launcher } from './launcher.ts';
import type { SupervisedService } from './supervised-service.ts';
import { isRunning, startTimeOf } from '../host/process-handle.js';
import { processListFile, readProcessList } from './process-list.ts';
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
function trialService(
  name: Gateway,
  needs: readonly ServiceName[] = [],
  code = answering,
): Service {
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

async function launch(stack: Stack, services: readonly Service[], said: string[] = []) {
  const launcher = await createLauncher({
    stack,
    services,
    ownPorts: [],
    log: (l) => said.push(l),
  });
  open.push(launcher);
  return launcher;
}

const bringAllUp = (launcher: Launcher) =>
  Promise.all(
    [...launcher.services.keys()].map((name) => launcher.startService(name, () => undefined)),
  );

const listed = (stack: Stack) =>
  readProcessList(processListFile(stack.folder)).flatMap((run) => ('pid' in run ? [run] : []));

const pidOf = (supervised: SupervisedService | undefined) =>
  supervised?.handle && 'pid' in supervised.handle ? supervised.handle.pid : 0;

const greeting = async (stack: Stack, name: Gateway) =>
  (await fetch(`http://127.0.0.1:${stack.ports[name]}`)).text();

test('aborts a service that is stopped while it starts, and reports no fault', async () => {
  const stack = await trialStack();
  const deaf = {
    ...trialService('graph-gateway'),
    ready: () => Promise.reject(new Error('not yet')),
  };
  const launcher = await launch(stack, [deaf, trialService('graph-gateway-2', ['graph-gateway'])]);
  const outcomes = Promise.allSettled([
    launcher.startService('graph-gateway', () => undefined),
    launcher.startService('graph-gateway-2', () => undefined),
  ]);
  await eventually(() => listed(stack).length === 1);
  expect(launcher.stopping).toBe(false);
  await launcher.down();
  expect(launcher.stopping).toBe(true);
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ reason: { name: 'AbortError' } });
});

test('starts what others need first, stops it last, and lists what runs', async () => {
  const stack = await trialStack();
  const stopped: string[] = [];
  const noted = (service: Service): Service => ({
    ...service,
    afterStop: () => Promise.resolve(void stopped.push(service.name)),
  });
  const launcher = await launch(stack, [
    noted(trialService('graph-gateway', ['graph-gateway-2'])),
    noted(trialService('graph-gateway-2')),
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

test('restarts a process that ended, after a second, and logs it', async () => {
  const stack = await trialStack();
  const said: string[] = [];
  const launcher = await launch(stack, [trialService('graph-gateway')], said);
  await bringAllUp(launcher);
  const running = launcher.services.get('graph-gateway');
  const before = pidOf(running);
  await running?.kill();
  expect(running?.state).toBe('restarting');
  await running?.whenReady();
  expect(pidOf(running)).not.toBe(before);
  expect(said).toEqual([
    'graph-gateway ended (SIGKILL): restarting in 1 s',
    'graph-gateway restarted',
  ]);
});

test('names a process that cannot start, with the end of its log', async () => {
  const stack = await trialStack();
  const broken = trialService('graph-gateway', [], 'throw new Error("no such table")');
  const launcher = await launch(stack, [broken]);
  await expect(bringAllUp(launcher)).rejects.toThrow(
    /graph-gateway: ended 3 times[^]*no such table/,
  );
});

test('refuses a taken port before anything runs', async () => {
  const stack = await trialStack();
  const first = await launch(stack, [trialService('graph-gateway')]);
  await bringAllUp(first);
  await expect(launch(stack, [trialService('graph-gateway')])).rejects.toThrow(
    /port \d+ \(graph-gateway\) is taken/,
  );
});

test('stops, starts with another environment and freezes a service over the control API, which needs the token', async () => {
  const stack = await trialStack();
  const launcher = await launch(stack, [trialService('graph-gateway')]);
  await bringAllUp(launcher);
  const app = createControlApp(launcher);
  const order = (
    action: string,
    environment?: Record<string, string>,
    token = stack.secrets.CONTROL_TOKEN,
  ) =>
    app.request(`/services/graph-gateway/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(environment === undefined ? {} : { environment }),
    });

  expect((await order('stop', undefined, 'a-wrong-token')).status).toBe(401);
  const stopped = (await (await order('stop')).json()) as StackReport;
  expect(stopped.services).toMatchObject([{ name: 'graph-gateway', state: 'stopped', pid: null }]);
  await expect(greeting(stack, 'graph-gateway')).rejects.toThrow();

  await order('start', { GREETING: 'good morning' });
  expect(await greeting(stack, 'graph-gateway')).toBe('good morning');
  await order('restart');
  expect(await greeting(stack, 'graph-gateway')).toBe('hello');

  const faults = async () => {
    const headers = { authorization: `Bearer ${stack.secrets.CONTROL_TOKEN}` };
    return (await (await app.request('/faults', { headers })).json()) as unknown;
  };
  expect(await faults()).toEqual({});
  await order('freeze');
  const url = `http://127.0.0.1:${stack.ports['graph-gateway']}`;
  await expect(fetch(url, { signal: AbortSignal.timeout(500) })).rejects.toThrow();
  expect(await faults()).toMatchObject({
    'graph-gateway': { state: 'unresponsive', reason: expect.stringContaining('timeout') },
  });
  await order('thaw');
  expect(await greeting(stack, 'graph-gateway')).toBe('hello');
});

test('reports a service as degraded while a server that it uses is unavailable', async () => {
  const stack = await trialStack();
  const missing: string[] = [];
  const healthy = () =>
    missing.length === 0 ? Promise.resolve() : Promise.reject(new Error(missing.join()));
  const launcher = await launch(stack, [{ ...trialService('graph-gateway'), healthy }]);
  await bringAllUp(launcher);
  const app = createControlApp(launcher);
  const faults = async () => {
    const headers = { authorization: `Bearer ${stack.secrets.CONTROL_TOKEN}` };
    return (await (await app.request('/faults', { headers })).json()) as unknown;
  };
  expect(await faults()).toEqual({});
  missing.push('rabbitmq: unavailable');
  expect(await faults()).toEqual({
    'graph-gateway': { state: 'degraded', reason: 'rabbitmq: unavailable' },
  });
});

test('restarts a service whose files could not be written at first, and says why it was late', async () => {
  const stack = await trialStack();
  const lines: string[] = [];
  const service = trialService('graph-gateway');
  let full = false;
  const prepare = (of: Stack, log: (line: string) => void) => {
    if (full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    return service.prepare(of, log);
  };
  const launcher = await launch(stack, [{ ...service, prepare }], lines);
  await bringAllUp(launcher);
  full = true;
  await launcher.services.get('graph-gateway')?.kill();
  await eventually(() => lines.some((line) => line.includes('not started: ENOSPC')));
  full = false;
  await eventually(() => lines.includes('graph-gateway restarted'));
  expect(await greeting(stack, 'graph-gateway')).toBe('hello');
});

test('lives on when neither its list of processes nor a log can be written', async () => {
  const stack = await trialStack();
  const lines: string[] = [];
  const launcher = await launch(stack, [trialService('graph-gateway')], lines);
  await bringAllUp(launcher);
  // A folder in the place of a file is refused to root too.
  rmSync(processListFile(stack.folder));
  mkdirSync(join(processListFile(stack.folder), 'in the way'), { recursive: true });
  await launcher.services.get('graph-gateway')?.kill();
  await eventually(() => lines.includes('graph-gateway restarted'));
  expect(lines.filter((line) => line.startsWith('process list not written'))).toHaveLength(1);
  rmSync(processListFile(stack.folder), { recursive: true });
});

test('starts a process with options of Node, here its debugger, until the next restart', async () => {
  const stack = await trialStack();
  const launcher = await launch(stack, [trialService('graph-gateway')]);
  await bringAllUp(launcher);
  const gateway = launcher.services.get('graph-gateway');
  const port = await freePort();
  const debuggers = async () =>
    (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as unknown;
  await gateway?.stop();
  await gateway?.start({ nodeOptions: [`--inspect=127.0.0.1:${port}`] });
  expect(await debuggers()).toMatchObject([{ type: 'node' }]);
  await gateway?.stop();
  await gateway?.start({});
  await expect(debuggers()).rejects.toThrow();
});

test('leaves nothing behind when the launcher is killed, children of its processes included', async () => {
  const stack = await trialStack();
  const launcherFile = fileURLToPath(new URL('launcher.ts', import.meta.url));
  const code = `
    import { createLauncher } from ${JSON.stringify(launcherFile)};
    const stack = ${JSON.stringify(stack)};
    const service = { name: 'graph-gateway', role: 'process', needs: [], ports: ['graph-gateway'],
      url: () => 'http://127.0.0.1:' + stack.ports['graph-gateway'],
      prepare: () => ({ command: process.execPath, args: ['-e', ${JSON.stringify(answering)}],
        cwd: stack.folder, env: { PORT: String(stack.ports['graph-gateway']) } }),
      ready: async () => { await fetch(service.url()); } };
    const launcher = await createLauncher({ stack, services: [service], ownPorts: [], log() {} });
    await launcher.startService('graph-gateway', () => {});
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

test('keeps a log for each process', async () => {
  const stack = await trialStack();
  const talking = `console.log('one line'); ${answering}`;
  const launcher = await launch(stack, [trialService('graph-gateway', [], talking)]);
  await bringAllUp(launcher);
  const file = join(stack.logs, 'graph-gateway.log');
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toMatch(/graph-gateway starts\none line\n$/);
});
