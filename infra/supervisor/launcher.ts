// Brings a set of services up in the order of their needs, keeps them up, takes them down again.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AbortError, NotFoundError, UserError } from '../host/user-error.ts';
import type { Report } from '../host/run-tool.ts';
import type { PortName } from '../stack/ports.ts';
import type { Service, ServiceName } from '../stack/service.ts';
import type { Stack } from '../stack/stack.ts';
import { assertPortsFree, assertTools } from './preflight.ts';
import { keepWritten, processListFile, writeProcessList } from './process-list.ts';
import { startTimeOf, type ProcessHandle } from '../host/process-handle.js';
import { stopLeftovers } from './stop-leftovers.ts';
import { supervise } from './supervise.ts';
import type { SupervisedService } from './supervised-service.ts';

export interface Launcher {
  readonly stack: Stack;
  readonly services: ReadonlyMap<ServiceName, SupervisedService>;
  /** True from the first call of {@link down} on. */
  readonly stopping: boolean;
  /**
   * Installs the service if it is missing, waits for what it needs, starts it, resolves when it is ready.
   *
   * @throws {AbortError} everything was stopped before it was.
   */
  readonly startService: (name: ServiceName, report: Report) => Promise<void>;
  /** Stops everything, what needs others first. Never throws: what does not stop is killed. */
  down(): Promise<void>;
}

const watchdogFile = fileURLToPath(new URL('watchdog.ts', import.meta.url));

/**
 * Takes the stack over: stops what a crashed launcher left, checks the ports, sets the watchdog.
 *
 * @throws {UserError} a port is taken.
 */
export async function createLauncher(options: {
  stack: Stack;
  services: readonly Service[];
  /** Ports of the launcher's own. */
  ownPorts: readonly PortName[];
  log: (line: string) => void;
}): Promise<Launcher> {
  const { stack, log } = options;
  const file = processListFile(stack.folder);
  await assertTools(options.services);
  await stopLeftovers(stack, log);
  const ports = [...options.ownPorts, ...options.services.flatMap((service) => service.ports)];
  await assertPortsFree(ports.map((name) => ({ name, port: stack.ports[name] })));

  const self = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
  setWatchdog(file, self);
  const listRuns = () =>
    [...services.values()].flatMap(({ service, handle }) =>
      handle ? [{ name: service.name, ...handle, url: service.url(stack), launcher: self }] : [],
    );
  const changed = keepWritten('process list', () => writeProcessList(file, listRuns()), log);
  const services = new Map(
    options.services.map((service) => [service.name, supervise(service, stack, { changed, log })]),
  );
  const up = new Map(
    options.services.map(({ name }) => [name, Promise.withResolvers<undefined>()]),
  );
  for (const { promise } of up.values()) promise.catch(() => undefined); // thrown by startService itself
  let closing: Promise<void> | undefined;
  const throwIfStopping = (cause?: unknown) => {
    if (closing !== undefined) throw new AbortError('stopped before it was up', { cause });
  };

  return {
    stack,
    services,
    get stopping() {
      return closing !== undefined;
    },
    async startService(name, report) {
      const supervised = findService(services, name);
      const { install, needs } = supervised.service;
      const outcome = up.get(name);
      try {
        if (install?.installed() === false) {
          report(`installing (usually ${install.usually})`);
          await install.run(report, stack);
        }
        const own = needs.filter((need) => up.has(need));
        if (own.length > 0) report(`waiting for ${own.join(', ')}`);
        await Promise.all(own.flatMap((need) => up.get(need)?.promise ?? []));
        throwIfStopping();
        report('starting');
        await supervised.start();
        throwIfStopping();
        await untilHealthy(supervised.service, stack, report);
        outcome?.resolve(undefined);
      } catch (error) {
        outcome?.reject(error);
        throwIfStopping(error);
        throw error;
      }
    },
    down: () => (closing ??= stopAll()),
  };

  async function stopAll(): Promise<void> {
    const gone = new Map<ServiceName, Promise<void>>();
    const stop = (supervised: SupervisedService): Promise<void> => {
      const { name } = supervised.service;
      const known = gone.get(name);
      if (known) return known;
      const users = [...services.values()].filter(({ service }) => service.needs.includes(name));
      const stopping = Promise.all(users.map(stop)).then(() => supervised.stop());
      gone.set(name, stopping);
      return stopping;
    };
    await Promise.all([...services.values()].map(stop));
  }
}

const healthyWithinMs = 30_000;

/** A process is ready without its shared servers; a whole stack is up when it has found them. */
async function untilHealthy(service: Service, stack: Stack, report: Report): Promise<void> {
  const deadline = Date.now() + healthyWithinMs;
  for (;;) {
    try {
      await service.healthy?.(stack);
      return;
    } catch (error) {
      const reason = (error as Error).message;
      report(reason);
      if (Date.now() > deadline)
        throw new UserError(
          `${service.name} is degraded (${reason}): see its log in ${stack.logs}`,
          { cause: error },
        );
    }
    await delay(100);
  }
}

export function findService(
  services: ReadonlyMap<ServiceName, SupervisedService>,
  name: string,
): SupervisedService {
  const found = services.get(name as ServiceName);
  if (found) return found;
  throw new NotFoundError(`unknown service '${name}': ${[...services.keys()].join(', ')}`);
}

function setWatchdog(file: string, self: ProcessHandle): void {
  const args = [watchdogFile, file, String(self.pid), self.startTime];
  const watchdog = spawn(process.execPath, args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'], // the pipe closes when this process ends, however it ends
  });
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
}
