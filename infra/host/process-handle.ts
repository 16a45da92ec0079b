// One process of this machine, told from a later one with its pid by the time it began.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessHandle {
  readonly pid: number;
  /** As the system says it. */
  readonly startTime: string;
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

export const isRunning = ({ pid, startTime }: ProcessHandle): boolean =>
  startTimeOf(pid) === startTime;

/** Sends a signal to a process and all its children (each service leads a group of its own). */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
