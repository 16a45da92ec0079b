import { setTimeout as pause } from 'node:timers/promises';
import { isRunning, startTimeOf } from './process-list.ts';

/** Sends a signal to a process and all its children (each part leads a group of its own). */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** SIGTERM to the process, SIGKILL to its whole group when it is not gone in time. */
export async function stopProcess(
  entry: { pid: number; startTime: string },
  graceMs: number,
): Promise<'stopped' | 'killed'> {
  if (!isRunning(entry)) {
    // Its children may live on. While they do, the system gives its number to nobody else.
    if (startTimeOf(entry.pid) === undefined) signalGroup(entry.pid, 'SIGKILL');
    return 'stopped';
  }
  signalGroup(entry.pid, 'SIGCONT'); // a frozen one could not hear the next
  process.kill(entry.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (isRunning(entry)) {
    if (Date.now() > deadline) {
      signalGroup(entry.pid, 'SIGKILL');
      return 'killed';
    }
    await pause(50);
  }
  signalGroup(entry.pid, 'SIGKILL'); // children that its end did not take along
  return 'stopped';
}
