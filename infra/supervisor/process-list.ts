// `.data/<stack>/processes.json`: what the launcher of a stack has started, for people, and for whoever
// stops it when that launcher is gone. Written by the launcher alone.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { RunHandle } from '../service.ts';

/** When that pid began, as the system says it, tells a process from a later one with its number. */
export type ProcessHandle = Extract<RunHandle, { pid: number }>;

export type ListedRun = RunHandle & {
  readonly name: string;
  readonly url: string;
  /** The launcher that started it. */
  readonly launcher: ProcessHandle;
};

export const processListFile = (stackFolder: string) => join(stackFolder, 'processes.json');

/** Empty when nothing was ever started. */
export function readProcessList(file: string): ListedRun[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ListedRun[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export function writeProcessList(file: string, runs: readonly ListedRun[]): void {
  writeFileAtomic.sync(file, `${JSON.stringify(runs, null, 2)}\n`);
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

/** A container may run on: only its engine knows. */
export const isRunning = (entry: RunHandle): boolean =>
  'project' in entry || startTimeOf(entry.pid) === entry.startTime;

/** Sends a signal to a process and all its children (each service leads a group of its own). */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
