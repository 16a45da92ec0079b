// Brings a set of parts up in the order of their needs, keeps them up, takes them down again.
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CannotDo } from '../cannot-do.ts';
import type { Report } from '../native/install/install-once.ts';
import type { Part, PartName } from '../part.ts';
import type { PortName } from '../ports.ts';
import type { Stack } from '../stack.ts';
import { demandTools } from '../native/install/demand-tools.ts';
import { demandFreePorts } from './ports-taken.ts';
import {
  isRunning,
  mayRun,
  processListFile,
  readProcessList,
  startTimeOf,
  writeProcessList,
} from './process-list.ts';
import { stopProcess } from './stop-process.ts';
import { supervise, type RunningPart } from './supervise.ts';

export interface Launcher {
  readonly stack: Stack;
  readonly parts: ReadonlyMap<PartName, RunningPart>;
  /** True from the first call of {@link down} on. */
  readonly stopping: boolean;
  /**
   * Installs the part if it is missing, waits for what it needs, starts it, resolves when it is ready.
   *
   * @throws {StoppedMeanwhile} everything was stopped before it was.
   */
  bringUp(name: PartName, report: Report): Promise<void>;
  /** Stops everything, what needs others first. Never throws for a part that is stubborn: it is killed. */
  down(): Promise<void>;
}

const watchdogFile = fileURLToPath(new URL('watchdog.ts', import.meta.url));

/**
 * Takes the stack over: stops what a crashed launcher left, checks the ports, sets the watchdog.
 *
 * @throws {CannotDo} a port is taken.
 */
export async function createLauncher(options: {
  stack: Stack;
  parts: readonly Part[];
  /** Ports of the launcher's own. */
  ownPorts: readonly PortName[];
  say: (line: string) => void;
}): Promise<Launcher> {
  const { stack, say } = options;
  const file = processListFile(stack.folder);
  await demandTools(options.parts);
  await stopLeftovers(stack, say);
  const ports = [...options.ownPorts, ...options.parts.flatMap((part) => part.ports)];
  await demandFreePorts(ports.map((name) => ({ name, port: stack.ports[name] })));

  const self = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
  setWatchdog(file, self);
  const changed = () => {
    const processes = [...parts.values()].flatMap(({ part, process: running }) =>
      running ? [{ name: part.name, ...running, url: part.url(stack), launcher: self }] : [],
    );
    writeProcessList(file, self, processes);
  };
  const parts = new Map(
    options.parts.map((part) => [part.name, supervise(part, stack, { changed, say })]),
  );
  const up = new Map(options.parts.map((part) => [part.name, Promise.withResolvers<undefined>()]));
  for (const { promise } of up.values()) promise.catch(() => undefined); // told by bringUp itself
  let closing: Promise<void> | undefined;
  const demandWanted = (cause?: unknown) => {
    if (closing !== undefined) throw new StoppedMeanwhile('stopped before it was up', { cause });
  };

  return {
    stack,
    parts,
    get stopping() {
      return closing !== undefined;
    },
    async bringUp(name, report) {
      const running = partNamed(parts, name);
      const outcome = up.get(name);
      try {
        if (running.part.install?.installed() === false) {
          report(`installing (usually ${running.part.install.usually})`);
          await running.part.install.run(report, stack);
        }
        const needs = running.part.needs.filter((need) => up.has(need));
        if (needs.length > 0) report(`waits for ${needs.join(', ')}`);
        await Promise.all(needs.flatMap((need) => up.get(need)?.promise ?? []));
        demandWanted();
        report('starting');
        await running.start();
        demandWanted();
        await untilSettled(running.part, stack, report);
        outcome?.resolve(undefined);
      } catch (error) {
        outcome?.reject(error);
        demandWanted(error);
        throw error;
      }
    },
    down: () => (closing ??= stopAll()),
  };

  async function stopAll(): Promise<void> {
    const gone = new Map<PartName, Promise<void>>();
    const stop = (running: RunningPart): Promise<void> => {
      const known = gone.get(running.part.name);
      if (known) return known;
      const users = [...parts.values()].filter(({ part }) =>
        part.needs.includes(running.part.name),
      );
      const stopping = Promise.all(users.map(stop)).then(() => running.stop());
      gone.set(running.part.name, stopping);
      return stopping;
    };
    await Promise.all([...parts.values()].map(stop));
  }
}

/** No fault: somebody has stopped it on its way up. */
export class StoppedMeanwhile extends Error {
  override readonly name = 'StoppedMeanwhile';
}

const settledWithinMs = 30_000;

/** A process is ready without its shared servers; a whole stack is up when it has found them. */
async function untilSettled(part: Part, stack: Stack, report: Report): Promise<void> {
  const deadline = Date.now() + settledWithinMs;
  for (;;) {
    try {
      await part.settled?.(stack);
      return;
    } catch (error) {
      const reason = (error as Error).message;
      report(reason);
      if (Date.now() > deadline)
        throw new CannotDo(
          `${part.name} does not reach what it needs (${reason}); its log: ${stack.logs}`,
          {
            cause: error,
          },
        );
    }
    await pause(100);
  }
}

export function partNamed(parts: ReadonlyMap<PartName, RunningPart>, name: string): RunningPart {
  const running = parts.get(name as PartName);
  if (running) return running;
  throw new CannotDo(`there is no '${name}' here, only ${[...parts.keys()].join(', ')}`);
}

/** What runs on although its launcher is gone and no watchdog stopped it (both were killed). */
export async function stopLeftovers(stack: Stack, say: (line: string) => void): Promise<void> {
  const file = processListFile(stack.folder);
  const left = readProcessList(file).filter((entry) => mayRun(entry) && !isRunning(entry.launcher));
  if (left.length === 0) return;
  say(`stopping what an earlier run left: ${left.map(({ name }) => name).join(', ')}`);
  // All are waited for: a late removal would hit the container of the next start, which has its name.
  const outcomes = await Promise.allSettled(left.map((entry) => stopProcess(entry, 10_000)));
  const fault = outcomes.find((outcome) => outcome.status === 'rejected');
  if (fault !== undefined) {
    say(`not all of it is stopped: ${(fault.reason as Error).message}`); // they stay listed
    return;
  }
  for (const { launcher } of left) writeProcessList(file, launcher, []);
}

function setWatchdog(file: string, self: { pid: number; startTime: string }): void {
  const args = [watchdogFile, file, String(self.pid), self.startTime];
  const watchdog = spawn(process.execPath, args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'], // the pipe closes when this process ends, however it ends
  });
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
}
