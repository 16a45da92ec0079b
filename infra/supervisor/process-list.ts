// `.data/<stack>/processes.json`: everything that runs in a stack, for people, and for the watchdog
// that stops it when its launcher is gone.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ListedProcess {
  readonly name: string;
  readonly pid: number;
  /** When that pid began, as the system says it: tells a process from a later one with its number. */
  readonly startTime: string;
  /** The container that this process follows. It may run on without it, so it counts by itself. */
  readonly container?: string;
  readonly url: string;
  /** The launcher that started it. */
  readonly launcher: { readonly pid: number; readonly startTime: string };
}

export const processListFile = (stackFolder: string) => join(stackFolder, 'processes.json');

/** Empty when nothing was ever started. A half-written list cannot exist: it is written by rename. */
export function readProcessList(file: string): ListedProcess[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ListedProcess[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Replaces what one launcher has listed; what others have listed stays while it may still run. */
export function writeProcessList(
  file: string,
  launcher: ListedProcess['launcher'],
  processes: readonly ListedProcess[],
): void {
  alone(`${file}.lock`, () => {
    const others = readProcessList(file).filter(
      (entry) => entry.launcher.pid !== launcher.pid && mayRun(entry),
    );
    const written = `${file}.${process.pid}`;
    writeFileSync(written, `${JSON.stringify([...others, ...processes], null, 2)}\n`);
    renameSync(written, file);
  });
}

const heldAtMostMs = 1_000;

/** One writer at a time: two launchers may share a list. A lock that is held longer has lost its holder. */
function alone(lock: string, work: () => void): void {
  const deadline = Date.now() + heldAtMostMs;
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx'));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (Date.now() > deadline) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Undefined when there is no such process (or only its zombie). */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // Fields after the command's closing bracket: state first, start time as the 20th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    const answer = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return answer.trim() || undefined;
  } catch {
    return undefined; // ps answers 1 for a process that is gone
  }
}

/** A container whose follower is gone may run on: only its engine knows. */
export const mayRun = (entry: ListedProcess) => entry.container !== undefined || isRunning(entry);

export const isRunning = (entry: { pid: number; startTime: string }) =>
  startTimeOf(entry.pid) === entry.startTime;
