import { setTimeout as pause } from 'node:timers/promises';
import { removeContainer, stopContainer } from '../compose/container.ts';
import { isRunning, startTimeOf } from './process-list.ts';

/** A part as it runs: its process, and the container that the process only follows, if it has one. */
export interface Running {
  readonly pid: number;
  readonly startTime: string;
  readonly container?: string;
}

/** Sends a signal to a process and all its children (each part leads a group of its own). */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** What only follows a container has nothing to finish; told to end while it makes one, it may hang. */
const followerGraceMs = 1_000;

/**
 * SIGTERM to the process, SIGKILL to its whole group when it is not gone in time. A container is
 * stopped by its engine first, and removed at the end: nothing of it is left but its volumes.
 *
 * @throws when the engine does not do it; the process is gone all the same.
 */
export async function stopProcess(entry: Running, graceMs: number): Promise<'stopped' | 'killed'> {
  if (entry.container === undefined) return stopGroup(entry, graceMs);
  const [stopped] = await Promise.allSettled([stopContainer(entry.container, graceMs)]);
  await stopGroup(entry, followerGraceMs);
  await removeContainer(entry.container);
  if (stopped.status === 'rejected') throw stopped.reason;
  return 'stopped';
}

async function stopGroup(entry: Running, graceMs: number): Promise<'stopped' | 'killed'> {
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
