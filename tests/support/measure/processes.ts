// What a process uses, as proc(5) says it (Linux).
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100; // USER_HZ

/** Resident memory of one process, now and at its highest; 0 when it has ended. */
export function memoryOf(pid: number): { megabytes: number; peakMegabytes: number } {
  const status = read(`${pid}/status`);
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { megabytes: megabytes('VmRSS'), peakMegabytes: megabytes('VmHWM') };
}

/** Open files, sockets and pipes of one process. @throws when it has ended. */
export const openFilesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

export function childrenOf(pid: number): number[] {
  const threads = list(`${pid}/task`); // a child is listed with the thread that started it
  return threads.flatMap((thread) =>
    read(`${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

/** Seconds of processor time that the process and all below it have used so far. */
export function processorSeconds(pid: number): number {
  const stat = read(`${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name may hold blanks
  const [user = 0, system = 0] = [fields[11], fields[12]].map((ticks) => Number(ticks ?? 0));
  return childrenOf(pid).reduce(
    (sum, child) => sum + processorSeconds(child),
    (user + system) / ticksPerSecond,
  );
}

const read = (path: string): string => orElse('', () => readFileSync(`/proc/${path}`, 'utf8'));
const list = (path: string): string[] => orElse([], () => readdirSync(`/proc/${path}`));

function orElse<Value>(ended: Value, look: () => Value): Value {
  try {
    return look();
  } catch {
    return ended;
  }
}
