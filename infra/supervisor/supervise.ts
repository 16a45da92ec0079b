// One service of the stack as it lives: started, watched, restarted after a second, stopped.
import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../host/user-error.ts';
import type { Run, RunHandle, Service, StartOptions } from '../stack/service.ts';
import type { Stack } from '../stack/stack.ts';
import { runProcess } from './run-process.ts';

type ServiceState = 'stopped' | 'starting' | 'ready' | 'restarting' | 'stopping' | 'failed';

export interface SupervisedService {
  readonly service: Service;
  readonly state: ServiceState;
  /** Undefined while it does not run. */
  readonly handle: RunHandle | undefined;
  /** How its last run ended: `exit code 0`, `SIGKILL`; undefined before one has. */
  readonly lastEnd: string | undefined;
  /** Resolves when it is ready. @throws when it ends three times before that, or takes too long. */
  start(options?: ServiceOptions): Promise<void>;
  /** Lets it finish, waits until it is gone; it stays stopped until {@link start}. */
  stop(): Promise<void>;
  /** SIGKILL to it and its children, as a crash would; it is restarted after a second. */
  kill(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Resolves when it is ready (again). */
  whenReady(): Promise<void>;
}

export interface ServiceOptions {
  /** Added to the usual environment, until the next start that brings its own. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Options of Node before the file that it runs (processes of ours only). */
  readonly nodeOptions?: readonly string[] | undefined;
}

export interface Watcher {
  /** A run of the service has begun or ended. */
  changed(): void;
  /** A line for people: what happened to which service. */
  log(line: string): void;
}

const restartAfterMs = 1_000;
const readyTimeoutMs = 30_000;
const graceMs = 20_000;
const triesBeforeReady = 3;
const rotatedLogBytes = 20_000_000;

export function supervise(service: Service, stack: Stack, watcher: Watcher): SupervisedService {
  const { name } = service;
  const logFile = join(stack.logs, `${name}.log`);
  let state: ServiceState = 'stopped';
  let running: Run | undefined;
  let options: ServiceOptions = {};
  let lastEnd: string | undefined;
  let start = new AbortController(); // aborted when the last start is not wanted any more
  let spawning: Promise<void> = Promise.resolve();
  let logOffset = 0; // where in the log the last start stands
  let readiness: Promise<void> = Promise.resolve();
  start.abort();

  const note = (line: string) => {
    try {
      appendFileSync(logFile, `--- ${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
    } catch (error) {
      watcher.log(`log of ${name} not written: ${(error as Error).message}`); // a full disk ends nothing
    }
  };

  async function spawnRun(signal: AbortSignal): Promise<void> {
    const { environment = {}, nodeOptions = [] } = options;
    note(`${name} starts`);
    const run = await startRun(service, stack, { logFile, environment, signal }, nodeOptions);
    if (run === undefined) return;
    running = run;
    watcher.changed();
    void run.ended.then((how) => {
      lastEnd = how;
      if (running !== run) return;
      running = undefined;
      watcher.changed();
      if (signal.aborted || state !== 'ready') return;
      watcher.log(`${name} ended (${how}): restarting in 1 s`);
      state = 'restarting';
      readiness = restart(signal);
      readiness.catch((error: unknown) => {
        watcher.log(`${name} not restarted: ${(error as Error).message}`);
      });
    });
  }

  async function restart(signal: AbortSignal): Promise<void> {
    const aborted = () => signal.aborted;
    await delay(restartAfterMs);
    if (aborted()) return;
    await bringUp(Number.POSITIVE_INFINITY, signal);
    if (!aborted()) watcher.log(`${name} restarted`);
  }

  /** @param tries how often it may end before it is ready; a restart of what once ran never gives up. */
  async function bringUp(tries: number, signal: AbortSignal): Promise<void> {
    state = 'starting';
    const aborted = () => signal.aborted;
    const deadline = Date.now() + readyTimeoutMs * tries;
    let ends = 0;
    const spawnNext = async () => {
      try {
        await (spawning = spawnRun(signal));
      } catch (error) {
        if (Number.isFinite(tries)) throw error; // a restart of what once ran never gives up
        if (ends === 0)
          watcher.log(`${name} not started: ${(error as Error).message}; trying again`);
      }
    };
    await spawnNext();
    for (;;) {
      if (aborted()) return;
      if (running === undefined) {
        if (++ends >= tries) return fail(`ended ${ends} times before it was ready`);
        await delay(restartAfterMs);
        if (aborted()) return;
        await spawnNext();
        continue;
      }
      let reason: string;
      try {
        await service.ready(stack);
        await service.afterReady?.(stack, note);
        break;
      } catch (error) {
        reason = (error as Error).message;
      }
      if (Date.now() > deadline) return fail(`not ready in time (${reason})`);
      await delay(100);
    }
    if (!aborted()) state = 'ready';
  }

  function fail(reason: string): never {
    state = 'failed';
    const remedy = service.remedy === undefined ? '' : `\n${service.remedy}`;
    throw new UserError(
      `${name}: ${reason}. The end of ${logFile}:\n${lastLines(logFile, logOffset, 15)}${remedy}`,
    );
  }

  function assertRunning(): Run {
    if (running === undefined) throw new Error(`${name} not running: start it first`);
    return running;
  }

  return {
    service,
    get state() {
      return state;
    },
    get handle() {
      return running?.handle;
    },
    get lastEnd() {
      return lastEnd;
    },
    start(changed) {
      if (!start.signal.aborted && state !== 'failed') return readiness;
      start.abort();
      start = new AbortController();
      if (changed !== undefined) options = changed;
      rotateLog(logFile);
      logOffset = sizeOf(logFile);
      readiness = bringUp(triesBeforeReady, start.signal);
      return readiness;
    },
    async stop() {
      start.abort();
      await spawning.catch(() => undefined);
      const run = running;
      if (run !== undefined) {
        state = 'stopping';
        const how = await run.stop(graceMs).catch((error: unknown) => {
          watcher.log(`${name} not stopped: ${(error as Error).message}`);
          return 'not stopped';
        });
        if (how === 'killed')
          watcher.log(`${name} killed: not stopped within ${graceMs / 1_000} s`);
        if (how !== 'not stopped') await run.ended;
        if (how === 'stopped')
          await service.afterStop?.(stack).catch((error: unknown) => {
            watcher.log(`${name} stopped, its cleanup failed: ${(error as Error).message}`);
          });
        if (running === run) running = undefined;
        watcher.changed();
      }
      state = 'stopped';
    },
    async kill() {
      const run = assertRunning();
      await run.kill();
      await run.ended;
    },
    freeze: async () => assertRunning().freeze(),
    thaw: async () => assertRunning().thaw(),
    whenReady: () => readiness,
  };
}

async function startRun(
  service: Service,
  stack: Stack,
  options: StartOptions,
  nodeOptions: readonly string[],
): Promise<Run | undefined> {
  if (service.start !== undefined) return service.start(stack, options);
  const launch = await service.prepare(stack);
  if (options.signal.aborted) return undefined;
  return runProcess({ ...launch, args: [...nodeOptions, ...launch.args] }, options);
}

/** Logs do not grow for ever: a long one becomes `<name>.before.log` at the next start. */
function rotateLog(logFile: string): void {
  if (sizeOf(logFile) > rotatedLogBytes)
    renameSync(logFile, logFile.replace(/\.log$/, '.before.log'));
}

/** @param from bytes of the log that belong to an earlier start. */
function lastLines(file: string, from: number, count: number): string {
  if (!existsSync(file)) return '(no log)';
  const log = readFileSync(file).subarray(from).toString();
  return log.trimEnd().split('\n').slice(-count).join('\n');
}

const sizeOf = (file: string) => (existsSync(file) ? statSync(file).size : 0);
