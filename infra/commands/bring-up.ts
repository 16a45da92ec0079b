// What `npm start`, `npm run demo` and `npm test` have in common: a whole stack, up and down.
import { execa } from 'execa';
import { setTimeout as pause } from 'node:timers/promises';
import { CannotDo } from '../cannot-do.ts';
import { writeClientFile } from '../client-file.ts';
import { openControl } from '../supervisor/control.ts';
import type { Part } from '../part.ts';
import { createLauncher, type Launcher } from '../supervisor/launcher.ts';
import { isRunning, startTimeOf } from '../supervisor/process-list.ts';
import { chooseStore } from '../store/choose-store.ts';
import { chooseWay, type Way } from '../compose/choose-way.ts';
import { endOldKeysHourly } from '../store/provision-own-store.ts';
import { assertKeysOfGivenStore, assertKeptStore } from '../store/given-store.ts';
import { askLauncher } from '../supervisor/stack-control.ts';
import { cloneFolder, type Stack } from '../stack.ts';
import type { StoreName } from '../store/store-in-use.ts';
import { isSpare, processesOf, serversOf } from '../system.ts';
import { showTasks } from './display.ts';

export interface Wish {
  /** How the servers run, where that is decided already. */
  readonly way?: Way | undefined;
  /** The object store to run; else the one that holds the stack's photos. */
  readonly store?: StoreName | undefined;
}

/**
 * Everything of the stack up and ready. Servers that `npm run infra -- up` keeps are used as they are.
 * Ctrl-C and SIGTERM stop what was started; so does a fault on the way up.
 *
 * @throws {CannotDo} the stack runs already, a port is taken, something cannot be installed.
 */
export async function bringUp(
  stack: Stack,
  say: (line: string) => void,
  wish: Wish = {},
): Promise<Launcher> {
  await demandNotRunning(stack, say);
  assertKeysOfGivenStore(stack, wish.store);
  const kept = await askLauncher(stack, 'servers-control');
  if (kept) {
    say(`Using the servers that \`npm run infra -- up\` keeps (process ${kept.pid}).`);
    assertKeptStore(stack, wish.store);
  }
  const own = kept ? [] : await ownServers(stack, say, wish);
  const launcher = await createLauncher({
    stack,
    parts: [...own, ...processesOf(stack)],
    ownPorts: ['control'],
    say,
  });
  stopOnSignal(launcher, say);
  try {
    writeClientFile(stack);
    await openControl(launcher, 'control');
    if (kept) await keptServersReady(stack);
    await showTasks(tasksOf(launcher));
  } catch (error) {
    await launcher.down();
    throw error;
  }
  endOldKeysHourly(launcher, say);
  return launcher;
}

/** Nothing is asked when every server is elsewhere. */
async function ownServers(stack: Stack, say: (line: string) => void, wish: Wish) {
  const native = serversOf(stack, 'native');
  if (native.length === 0) return [];
  const way = wish.way ?? (await chooseWay(say));
  await chooseStore(stack, way, wish.store, say);
  return serversOf(stack, way);
}

function tasksOf(launcher: Launcher) {
  const bundled = bundleWorkflows();
  bundled.catch(() => undefined); // told by its own task
  const all = [...launcher.parts.values()].map(({ part }) => part);
  const parts = all.filter(({ name }) => !isSpare(name, launcher.stack));
  const spareServers = all.filter(
    ({ name, install }) => isSpare(name, launcher.stack) && install?.installed() === false,
  );
  return [
    ...spareServers.map(({ name, install }) => ({
      title: `${name.padEnd(26)} (installed for tests, not started)`,
      task: async (report: (line: string) => void) => install?.run(report, launcher.stack),
    })),
    ...parts.map((part) => ({
      title: titleOf(part, launcher.stack),
      task: async (report: (line: string) => void) => {
        if (part.name === 'svc-analysis-orchestrator') await bundled;
        await launcher.bringUp(part.name, report);
      },
    })),
    { title: 'workflow bundle', task: () => bundled },
  ];
}

const titleOf = (part: Part, stack: Stack) => `${part.name.padEnd(26)} ${part.url(stack)}`;

async function bundleWorkflows(): Promise<void> {
  const run = await execa(process.execPath, ['infra/bundle.ts'], {
    cwd: cloneFolder,
    all: true,
    reject: false,
  });
  if (run.failed) throw new Error(`the workflow bundle cannot be built:\n${run.all}`);
}

const npmEndNoticedMs = 1_000; // a launcher notices the end of its npm half a second late

/** One that is stopping is waited for. @throws {CannotDo} one that stays. */
async function demandNotRunning(stack: Stack, say: (line: string) => void): Promise<void> {
  let running = await askLauncher(stack, 'control');
  if (running?.stopping === false) {
    await pause(npmEndNoticedMs);
    running = await askLauncher(stack, 'control');
  }
  if (running?.stopping) {
    say(`waiting until the one before (process ${running.pid}) has stopped everything ...`);
    const entry = { pid: running.pid, startTime: startTimeOf(running.pid) ?? '' };
    while (isRunning(entry)) await pause(100);
  } else if (running)
    throw new CannotDo(
      `Stack ${stack.name} runs already (process ${running.pid}, see \`npm run infra -- status ${stack.name}\`): ` +
        `use it as it is, or stop it with \`kill ${running.pid}\`.`,
    );
}

async function keptServersReady(stack: Stack): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const report = await askLauncher(stack, 'servers-control');
    const late = report?.parts.filter(({ state }) => state !== 'ready') ?? [];
    if (report && late.length === 0) return;
    if (Date.now() > deadline)
      throw new CannotDo(
        `The servers of \`npm run infra -- up\` are not ready (${late.map(({ name }) => name).join(', ')}): ` +
          'run `npm run infra -- down`, then try again.',
      );
    await pause(200);
  }
}

/** The first signal stops everything in order; a second one changes nothing. */
export function stopOnSignal(launcher: Launcher, say: (line: string) => void): void {
  let stopping = false;
  const stop = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => {
    if (stopping) return;
    stopping = true;
    say('stopping everything ...');
    void launcher.down().then(() => {
      say('stopped');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}
