// One service of the stack as it lives: started, watched, restarted after a second, stopped.
import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../host/user-error.ts';
import type { Run, RunHandle, Service, StartOptions } from '../stack/service.ts';
import type { Stack } from '../stack/stack.ts';
import { runProcess } from './run-process.ts';

export type ServiceState = 'stopped' | 'starting' | 'ready' | 'restarting' | 'stopping' | 'failed';

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
const readyWithinMs = 30_000;
const graceMs = 20_000;
const triesBeforeReady = 3;
const longLogBytes = 20_000_000;

export function supervise(service: Service, stack: Stack, watcher: Watcher): SupervisedService {
  const { name } = service;
  const logFile = join(stack.logs, `${name}.log`);
  let state: ServiceState = 'stopped';
  let running: Run | undefined;
  let options: ServiceOptions = {};
  let lastEnd: string | undefined;
  let given = new AbortController(); // aborted when the last start is not wanted any more
  let beginning: Promise<void> = Promise.resolve();
  let logBegan = 0; // where in the log the last start stands
  let becoming: Promise<void> = Promise.resolve();
  given.abort();

  const note = (line: string) => {
    appendFileSync(logFile, `--- ${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
  };

  async function begin(signal: AbortSignal): Promise<void> {
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
      becoming = restart(signal);
      becoming.catch((error: unknown) => {
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
    const deadline = Date.now() + readyWithinMs * tries;
    let ends = 0;
    await (beginning = begin(signal));
    for (;;) {
      if (aborted()) return;
      if (running === undefined) {
        if (++ends >= tries) return fail(`ended ${ends} times before it was ready`);
        await delay(restartAfterMs);
        if (aborted()) return;
        await (beginning = begin(signal));
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
      `${name}: ${reason}. The end of ${logFile}:\n${lastLines(logFile, logBegan, 15)}${remedy}`,
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
      if (!given.signal.aborted && state !== 'failed') return becoming;
      given.abort();
      given = new AbortController();
      if (changed !== undefined) options = changed;
      keepOneOld(logFile);
      logBegan = sizeOf(logFile);
      becoming = bringUp(triesBeforeReady, given.signal);
      return becoming;
    },
    async stop() {
      given.abort();
      await beginning.catch(() => undefined);
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
    whenReady: () => becoming,
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
function keepOneOld(logFile: string): void {
  if (sizeOf(logFile) > longLogBytes) renameSync(logFile, logFile.replace(/\.log$/, '.before.log'));
}

/** @param from bytes of the log that belong to an earlier start. */
function lastLines(file: string, from: number, count: number): string {
  if (!existsSync(file)) return '(no log)';
  const log = readFileSync(file).subarray(from).toString();
  return log.trimEnd().split('\n').slice(-count).join('\n');
}

const sizeOf = (file: string) => (existsSync(file) ? statSync(file).size : 0);
