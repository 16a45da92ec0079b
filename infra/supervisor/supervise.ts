// One part of the stack as it lives: started, watched, restarted after a second, stopped.
import { spawn as spawnChild } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CannotDo } from '../cannot-do.ts';
import { ownVariables } from '../environment.ts';
import type { Part } from '../part.ts';
import type { Stack } from '../stack.ts';
import {
  killContainer,
  pauseContainer,
  removeContainer,
  unpauseContainer,
} from '../compose/container.ts';
import { startTimeOf } from './process-list.ts';
import { signalGroup, stopProcess, type Running } from './stop-process.ts';

export type PartState = 'stopped' | 'starting' | 'ready' | 'restarting' | 'stopping' | 'failed';

export interface RunningPart {
  readonly part: Part;
  readonly state: PartState;
  readonly process: Running | undefined;
  /** How its last process ended: `exit code 0`, `SIGKILL`; undefined before one has. */
  readonly lastEnd: string | undefined;
  /** Resolves when it is ready. @throws when it dies three times before that, or takes too long. */
  start(environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Lets it finish, waits until it is gone, keeps it away until {@link start}. */
  stop(): Promise<void>;
  /** SIGKILL to it and its children, as a crash would; it is restarted after a second. */
  kill(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Resolves when it is ready (again). */
  whenReady(): Promise<void>;
}

export interface Watcher {
  /** A process of the stack has begun or ended. */
  changed(): void;
  /** A line for people: what happened to which part. */
  say(line: string): void;
}

const restartAfterMs = 1_000;
const readyWithinMs = 30_000;
const graceMs = 20_000;
const diesBeforeReady = 3;
const longLogBytes = 20_000_000;

export function supervise(part: Part, stack: Stack, watcher: Watcher): RunningPart {
  const logFile = join(stack.logs, `${part.name}.log`);
  let state: PartState = 'stopped';
  const container = part.container?.(stack);
  const followed = container === undefined ? {} : { container };
  let running: { ended: Promise<string>; process: Running } | undefined;
  let environment: Readonly<Record<string, string>> = {};
  let lastEnd: string | undefined;
  let wanted = false;
  let began = 0; // where in the log the last start stands
  let generation = 0; // of start(): a stop in between makes the older one give up
  let becoming: Promise<void> = Promise.resolve();

  async function spawn(): Promise<void> {
    const launch = await part.prepare(stack);
    if (!wanted) return;
    const log = openSync(logFile, 'a', 0o600);
    writeSync(log, `--- ${new Date().toISOString()} ${part.name} starts\n`);
    const child = spawnChild(launch.command, launch.args, {
      cwd: launch.cwd,
      env: { ...inherited(), ...launch.env, ...environment },
      stdio: ['ignore', log, log],
      detached: true, // a group of its own: Ctrl-C in the terminal reaches the launcher only
    });
    closeSync(log);
    const exited = new Promise<string>((resolve, reject) => {
      child.once('error', reject); // it could not be run at all
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? '?'}`));
    });
    const pid = child.pid;
    if (pid === undefined) {
      await exited;
      return;
    }
    const ended = container === undefined ? exited : exited.then(withoutContainer(container));
    const startTime = startTimeOf(pid) ?? '';
    const mine = { ended, process: { pid, startTime, ...followed } };
    running = mine;
    watcher.changed();
    void ended.then((how) => {
      lastEnd = how;
      if (running !== mine) return;
      running = undefined;
      signalGroup(pid, 'SIGKILL'); // children must not keep its ports
      watcher.changed();
      if (!wanted) return;
      if (state === 'ready') {
        watcher.say(`${part.name} died (${how}); starting it again in 1 s`);
        state = 'restarting';
        becoming = restart();
        becoming.catch((error: unknown) => {
          watcher.say(`${part.name} does not come back: ${(error as Error).message}`);
        });
      }
    });
  }

  const note = (line: string) => {
    appendFileSync(logFile, `--- ${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
  };

  /** A container must not outlive the command that follows it, whichever way that ended. */
  function withoutContainer(name: string) {
    return async (how: string): Promise<string> => {
      await removeContainer(name).catch((error: unknown) => {
        watcher.say(`${part.name} ended, its container perhaps not: ${(error as Error).message}`);
      });
      return how;
    };
  }

  async function restart(): Promise<void> {
    const mine = generation;
    await pause(restartAfterMs);
    if (mine !== generation || !wanted) return;
    await bringUp(Number.POSITIVE_INFINITY);
    if (mine === generation) watcher.say(`${part.name} is back`);
  }

  /** @param tries how often it may die before it is ready; a restart of what once ran never gives up. */
  async function bringUp(tries: number): Promise<void> {
    const mine = generation;
    state = 'starting';
    const deadline = Date.now() + readyWithinMs * tries;
    let deaths = 0;
    let last: unknown;
    await spawn();
    for (;;) {
      if (mine !== generation) return;
      if (running === undefined) {
        if (++deaths >= tries) return fail(`it died ${deaths} times before it was ready`);
        await pause(restartAfterMs);
        if (mine !== generation) return;
        await spawn();
        continue;
      }
      try {
        await part.ready(stack);
        await part.afterReady?.(stack, container, note);
        break;
      } catch (error) {
        last = error;
      }
      if (Date.now() > deadline)
        return fail(`it is not ready in time (${(last as Error).message})`);
      await pause(100);
    }
    if (mine === generation) state = 'ready';
  }

  function fail(reason: string): never {
    state = 'failed';
    const remedy = part.remedy === undefined ? '' : `\n${part.remedy}`;
    throw new CannotDo(
      `${part.name}: ${reason}. The end of ${logFile}:\n${lastLines(logFile, began, 15)}${remedy}`,
    );
  }

  function demandRunning() {
    if (running === undefined) throw new Error(`${part.name} is not running`);
    return running;
  }

  return {
    part,
    get state() {
      return state;
    },
    get process() {
      return running?.process;
    },
    get lastEnd() {
      return lastEnd;
    },
    start(changed) {
      if (wanted && state !== 'failed') return becoming;
      generation += 1;
      wanted = true;
      if (changed !== undefined) environment = changed;
      keepOneOld(logFile);
      began = sizeOf(logFile);
      becoming = bringUp(diesBeforeReady);
      return becoming;
    },
    async stop() {
      generation += 1;
      wanted = false;
      const mine = running;
      if (mine !== undefined) {
        state = 'stopping';
        const how = await stopProcess(mine.process, graceMs).catch((error: unknown) => {
          watcher.say(`${part.name} is not stopped in order: ${(error as Error).message}`);
          return 'not stopped';
        });
        if (how === 'killed') watcher.say(`${part.name} did not stop within 20 s and was killed`);
        await mine.ended;
        if (how === 'stopped')
          await part.afterStop?.(stack).catch((error: unknown) => {
            watcher.say(`${part.name} is stopped, but: ${(error as Error).message}`);
          });
      }
      state = 'stopped';
    },
    async kill() {
      const mine = demandRunning();
      if (container !== undefined) await killContainer(container);
      signalGroup(mine.process.pid, 'SIGKILL');
      await mine.ended;
    },
    async freeze() {
      const { pid } = demandRunning().process;
      if (container === undefined) signalGroup(pid, 'SIGSTOP');
      else await pauseContainer(container);
    },
    async thaw() {
      const { pid } = demandRunning().process;
      if (container === undefined) signalGroup(pid, 'SIGCONT');
      else await unpauseContainer(container);
    },
    whenReady: () => becoming,
  };
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

/** What the launcher itself was given, without the variables that each part gets as its row says. */
function inherited(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of ownVariables) Reflect.deleteProperty(environment, name);
  return environment;
}
