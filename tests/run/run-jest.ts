import { join } from 'node:path';
import { execa } from 'execa';
import { cloneFolder } from '../../infra/stack.ts';

const flags = [
  '--experimental-vm-modules', // Jest loads ES modules with it
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=TimeoutNegativeWarning', // kafkajs, harmless: see infra/processes.ts
];
const jest = join(cloneFolder, 'node_modules', 'jest', 'bin', 'jest.js');
const endAfterMs = 40 * 60_000;

/** @returns the exit code. */
export async function runJest(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const run = await execa(process.execPath, [...flags, jest, ...args], {
    cwd: cloneFolder,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
    timeout: endAfterMs,
    env,
  });
  if (run.timedOut)
    console.error(`No end after ${endAfterMs / 60_000} minutes: what did a test leave open?`);
  return run.exitCode ?? 1;
}
