// How a run of a service begins: in its own way, or as a process of this machine with a group and a log of its own.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { variableNames } from '../stack/environment.ts';
import type { Launch, Run, Service, StartOptions } from '../stack/service.ts';
import type { Stack } from '../stack/stack.ts';
import { isRunning, signalGroup, startTimeOf, type ProcessHandle } from '../host/process-handle.js';

/** @returns undefined when it is not wanted any more. @throws when it cannot be run at all: no such command, not allowed. */
export async function startRun(
  service: Service,
  stack: Stack,
  options: StartOptions,
  nodeOptions: readonly string[],
): Promise<Run | undefined> {
  if (service.start !== undefined) return service.start(stack, options);
  const launch = await service.prepare(stack, options.log);
  if (options.signal.aborted) return undefined;
  return runProcess({ ...launch, args: [...nodeOptions, ...launch.args] }, options);
}

async function runProcess(
  launch: Launch,
  { logFile, environment }: Pick<StartOptions, 'logFile' | 'environment'>,
): Promise<Run> {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(launch.command, launch.args, {
    cwd: launch.cwd,
    env: { ...inherited(), ...launch.env, ...environment },
    stdio: ['ignore', log, log],
    detached: true, // a group of its own: Ctrl-C in the terminal reaches the launcher only
  });
  closeSync(log);
  const exited = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? '?'}`));
  });
  const pid = child.pid;
  if (pid === undefined) throw await exited.catch((error: unknown) => error);
  const { stopSignal } = launch;
  const handle = {
    ...{ pid, startTime: startTimeOf(pid) ?? '' },
    ...(stopSignal !== undefined && { stopSignal }),
  };
  const ended = exited.then((how) => {
    signalGroup(pid, 'SIGKILL'); // children must not keep its ports
    return how;
  });
  return {
    handle,
    ended,
    stop: (graceMs) => stopProcess(handle, graceMs),
    kill: () => signalAsync(pid, 'SIGKILL'),
    freeze: () => signalAsync(pid, 'SIGSTOP'),
    thaw: () => signalAsync(pid, 'SIGCONT'),
  };
}

/** What the launcher itself was given, without the variables that each service gets as its row says. */
function inherited(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of variableNames) Reflect.deleteProperty(environment, name);
  return environment;
}

function signalAsync(pid: number, signal: NodeJS.Signals): Promise<void> {
  signalGroup(pid, signal);
  return Promise.resolve();
}

/** SIGTERM or its own signal to the process, SIGKILL to its whole group when it is not gone in time. */
export async function stopProcess(
  entry: ProcessHandle & Pick<Launch, 'stopSignal'>,
  graceMs: number,
): Promise<'stopped' | 'killed'> {
  if (!isRunning(entry)) {
    // Its children may live on. While they do, the system gives its number to nobody else.
    if (startTimeOf(entry.pid) === undefined) signalGroup(entry.pid, 'SIGKILL');
    return 'stopped';
  }
  signalGroup(entry.pid, 'SIGCONT'); // a frozen one could not receive the next
  process.kill(entry.pid, entry.stopSignal ?? 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (isRunning(entry)) {
    if (Date.now() > deadline) {
      signalGroup(entry.pid, 'SIGKILL');
      return 'killed';
    }
    await delay(50);
  }
  signalGroup(entry.pid, 'SIGKILL'); // children that its end did not take along
  return 'stopped';
}
