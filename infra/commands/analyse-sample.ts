import { join } from 'node:path';
import { execa } from 'execa';
import { cloneFolder, type Stack } from '../stack/stack.ts';

export const samplePhoto = join(cloneFolder, 'client', 'samples', 'cat-320d.jpg');

/** Runs the real client on a photo, its output on this terminal. @returns its exit code. */
export async function analyse(stack: Stack, photo: string): Promise<number> {
  const client = join(cloneFolder, 'client', 'cli', 'main.ts');
  const run = await execa(process.execPath, [client, photo], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
    env: {
      TRACKUNIT_STACK: stack.name,
      // The sample is the stack's own: no login of a person counts, which the last restart may have ended.
      ...(process.env['TRACKUNIT_ISSUER'] ? {} : { XDG_CONFIG_HOME: stack.folder }),
    },
  });
  return run.exitCode ?? 1;
}
