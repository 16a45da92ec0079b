// What a process holds at a moment, as proc(5) tells it (Linux).
import { readdirSync, readFileSync } from 'node:fs';

export interface Memory {
  readonly megabytes: number;
  readonly peakMegabytes: number;
}

/** Resident memory of one process. @throws when it is gone. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024;
  return { megabytes: megabytes('VmRSS'), peakMegabytes: megabytes('VmHWM') };
}

/** What a Node process of ours has in use of its heap, garbage included, MB; NaN where nobody tells. */
export async function heapInUse(url: string): Promise<number> {
  if (!url.startsWith('http')) return Number.NaN;
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const [, bytes] = /^nodejs_heap_size_used_bytes (\S+)$/m.exec(await answer.text()) ?? [];
  return Number(bytes) / 2 ** 20;
}

/** Open files, sockets and pipes of one process. @throws when it is gone. */
export const openFilesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
