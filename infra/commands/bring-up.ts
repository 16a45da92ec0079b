// What `npm start`, `npm run demo` and `npm test` have in common: a whole stack, up and down.
import { execa } from 'execa';
import { setTimeout as delay } from 'node:timers/promises';
import { writeClientFile } from '../emulators/identity/client-file.ts';
import { chooseRuntime } from '../compose/choose-runtime.ts';
import { type Runtime, cloneFolder, type Stack } from '../stack/stack.ts';
import type { Service } from '../stack/service.ts';
import { assertGivenServers } from '../stack/given-servers.ts';
import { chooseStore } from '../store/choose-store.ts';
import { assertKeysOfGivenStore } from '../store/given-store.ts';
import { endOldKeysHourly } from '../store/provision-own-store.ts';
import type { StoreName } from '../stack/store-in-use.ts';
import { serveControlApi } from '../supervisor/control-api.ts';
import { fetchStackReport } from '../supervisor/control-client.ts';
import { assertFreeDisk } from '../supervisor/preflight.ts';
import { createLauncher, type Launcher } from '../supervisor/launcher.ts';
import { isRunning, startTimeOf } from '../host/process-handle.js';
import { fitsSources } from '../bundle.ts';
import { pageFitsSources } from '../page.ts';
import { isOnDemand, processesOf, serversOf } from '../system.ts';
import { UserError } from '../host/user-error.ts';
import { showTasks } from './display.ts';

interface BringUpOptions {
  /** How the servers run, where that is decided already. */
  readonly runtime?: Runtime | undefined;
  /** The object store to run; else the one that holds the stack's photos. */
  readonly store?: StoreName | undefined;
  /** The servers without the processes of ours. */
  readonly serversOnly?: boolean | undefined;
}

/**
 * Everything of the stack up and ready. Ctrl-C and SIGTERM stop what was started; so does a fault on
 * the way up.
 *
 * @throws {UserError} the stack runs already, a port is taken, something cannot be installed.
 */
export async function bringUp(
  stack: Stack,
  log: (line: string) => void,
  options: BringUpOptions = {},
): Promise<Launcher> {
  await assertNotRunning(stack, log);
  assertKeysOfGivenStore(stack, options.store);
  await assertFreeDisk(stack.folder);
  await assertGivenServers(stack, log);
  const servers = await chooseServers(stack, log, options);
  const processes = options.serversOnly ? [] : processesOf(stack);
  const launcher = await createLauncher({
    stack,
    services: [...servers, ...processes],
    ownPorts: ['control'],
    log,
  });
  stopOnSignal(launcher, log);
  try {
    if (!options.serversOnly) writeClientFile(stack);
    await serveControlApi(launcher);
    await showTasks(tasksOf(launcher));
  } catch (error) {
    await launcher.down();
    throw error;
  }
  endOldKeysHourly(launcher, log);
  return launcher;
}

/** Nothing is chosen when every server is elsewhere. */
async function chooseServers(
  stack: Stack,
  log: (line: string) => void,
  options: BringUpOptions,
): Promise<readonly Service[]> {
  if (serversOf(stack, 'native').length === 0) return [];
  const runtime = options.runtime ?? (await chooseRuntime(log));
  await chooseStore(stack, runtime, options.store, log);
  return serversOf(stack, runtime);
}

function tasksOf({ stack, services, startService }: Launcher) {
  const all = [...services.values()].map(({ service }) => service);
  const onDemandServers = all.filter(
    ({ name, install }) => isOnDemand(name, stack) && install?.installed() === false,
  );
  const started = all.filter(({ name }) => !isOnDemand(name, stack));
  const bundled = started.some(({ name }) => name === needsBundle) ? bundleWorkflows() : undefined;
  bundled?.catch(() => undefined); // shown by its own task
  const hasGateway = started.some(({ name }) => name === 'graph-gateway');
  return [
    ...onDemandServers.map(({ name, install }) => ({
      title: `${name.padEnd(26)} (installed, started on demand)`,
      task: async (report: (line: string) => void) => install?.run(report, stack),
    })),
    ...started.map((service) => ({
      title: `${service.name.padEnd(26)} ${service.url(stack)}`,
      task: async (report: (line: string) => void) => {
        if (service.name === needsBundle) await bundled;
        await startService(service.name, report);
      },
    })),
    ...(bundled ? [{ title: 'workflow bundle', task: () => bundled }] : []),
    ...(hasGateway ? [{ title: 'page', task: buildPage }] : []),
  ];
}

const needsBundle = 'svc-analysis-orchestrator';

async function bundleWorkflows(): Promise<void> {
  if (!(await fitsSources())) await build('infra/bundle.ts', 'the workflow bundle');
}

async function buildPage(): Promise<void> {
  if (!(await pageFitsSources())) await build('infra/page.ts', 'the page');
}

/** In a process of its own: what builds takes its memory along when it ends. */
async function build(program: string, what: string): Promise<void> {
  const run = await execa(process.execPath, [program], {
    cwd: cloneFolder,
    all: true,
    reject: false,
  });
  if (run.failed) throw new Error(`${what} cannot be built:\n${run.all}`);
}

const npmEndNoticedMs = 1_000; // a launcher notices the end of its npm half a second late

/** One that is stopping is waited for. @throws {UserError} one that stays. */
async function assertNotRunning(stack: Stack, log: (line: string) => void): Promise<void> {
  let running = await fetchStackReport(stack);
  if (running?.stopping === false) {
    await delay(npmEndNoticedMs);
    running = await fetchStackReport(stack);
  }
  if (running?.stopping) {
    log(`stack ${stack.name} is being stopped by process ${running.pid}: waiting for it ...`);
    await untilEnded(running.pid);
  } else if (running)
    throw new UserError(
      `Stack ${stack.name} is already running (process ${running.pid}, see \`npm run infra -- status ${stack.name}\`): ` +
        `use it as it is, or stop it with \`npm run infra -- down ${stack.name}\`.`,
    );
}

export async function untilEnded(pid: number): Promise<void> {
  const entry = { pid, startTime: startTimeOf(pid) ?? '' };
  while (isRunning(entry)) await delay(100);
}

/** The first signal stops everything in order; a second one changes nothing. */
export function stopOnSignal(launcher: Launcher, log: (line: string) => void): void {
  let stopping = false;
  const stop = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => {
    if (stopping) return;
    stopping = true;
    log('stopping all services ...');
    void launcher.down().then(() => {
      log('stopped');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}
