// What runs on although its launcher is gone.
import { removeContainers } from '../compose/compose.ts';
import type { Stack } from '../stack/stack.ts';
import { isRunning } from '../host/process-handle.js';
import {
  mayRun,
  processListFile,
  readProcessList,
  writeProcessList,
  type ListedRun,
} from './process-list.ts';
import { stopProcess } from './run-process.ts';

const graceMs = 10_000;

/** Before a start: what a launcher and its watchdog left when both were killed. */
export async function stopLeftovers(stack: Stack, log: (line: string) => void): Promise<void> {
  const file = processListFile(stack.folder);
  const left = readProcessList(file).filter((run) => mayRun(run) && !isRunning(run.launcher));
  if (left.length === 0) return;
  log(`stopping services left by an earlier run: ${left.map(({ name }) => name).join(', ')}`);
  try {
    await stopRuns(left);
    writeProcessList(file, []);
  } catch (error) {
    log(`services left by an earlier run not stopped: ${(error as Error).message}`); // it stays listed
  }
}

/** All at once: the launcher's order would make those wait who only have to go. */
export async function stopRuns(runs: readonly ListedRun[]): Promise<void> {
  const projects = new Set(runs.flatMap((run) => ('project' in run ? [run.project] : [])));
  const outcomes = await Promise.allSettled([
    ...runs.flatMap((run) => ('pid' in run ? [stopProcess(run, graceMs)] : [])),
    ...[...projects].map((project) => removeContainers(project, graceMs)),
  ]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
