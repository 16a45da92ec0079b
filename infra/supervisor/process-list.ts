// `.data/<stack>/processes.json`: what the launcher of a stack has started, for people, and for whoever
// stops it when that launcher is gone. Written by the launcher alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { isRunning, type ProcessHandle } from '../host/process-handle.js';
import type { RunHandle } from '../stack/service.ts';

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

/** A container may run on: only its engine knows. */
export const mayRun = (run: RunHandle): boolean => 'project' in run || isRunning(run);

const againAfterMs = 5_000;

/** A full disk is reported once and ends nothing. @returns what writes a file now, and after a failure again until it is written. */
export function keepWritten(
  what: string,
  write: () => void,
  log: (line: string) => void,
  delayMs = againAfterMs,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const attempt = () => {
    try {
      write();
      if (timer !== undefined) log(`${what} written again`);
      clearTimeout(timer);
      timer = undefined;
    } catch (error) {
      if (timer === undefined)
        log(`${what} not written: ${(error as Error).message}; trying again`);
      clearTimeout(timer);
      timer = setTimeout(attempt, delayMs).unref();
    }
  };
  return attempt;
}
