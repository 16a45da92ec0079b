import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { cloneFolder } from '../../infra/stack/stack.ts';

const flags = [
  '--experimental-vm-modules', // Jest loads ES modules with it
  '--disable-warning=ExperimentalWarning',
];
const jest = join(cloneFolder, 'node_modules', 'jest', 'bin', 'jest.js');
const endAfterMs = 40 * 60_000;

/**
 * @param output where its output goes instead of this process's own.
 * @returns the exit code.
 */
export async function runJest(
  args: readonly string[],
  { env = {}, output }: { env?: Record<string, string>; output?: Writable | undefined } = {},
): Promise<number> {
  const running = execa(process.execPath, [...flags, jest, ...args], {
    cwd: cloneFolder,
    stdin: 'ignore',
    stdout: output ? 'pipe' : 'inherit',
    stderr: output ? 'pipe' : 'inherit',
    all: true,
    buffer: false,
    reject: false,
    timeout: endAfterMs,
    env: { ...env, ...(output && process.stdout.isTTY && { FORCE_COLOR: '1' }) },
  });
  if (output) running.all.pipe(output, { end: false });
  const run = await running;
  if (run.timedOut)
    console.error(`No end after ${endAfterMs / 60_000} minutes: what did a test leave open?`);
  return run.exitCode ?? 1;
}
