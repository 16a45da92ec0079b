// `npm test [-- jest arguments]`: the checks, then the stories on real servers with ports and data of their own.
import { rmSync } from 'node:fs';
import { execa } from 'execa';
import { CannotDo } from '../cannot-do.ts';
import { stopLeftovers } from '../run/launcher.ts';
import { secretEnvironment, secretSettings, sharedEnvironment } from '../environment.ts';
import { askLauncher } from '../stack-control.ts';
import { cloneFolder, openStack, type Stack } from '../stack.ts';
import { bringUp } from './bring-up.ts';
import { jestArguments, runChecks } from './checks.ts';
import { runCommand } from './display.ts';

runCommand(async () => {
  const checked = await runChecks();
  const stack = await freshStack();
  const launcher = await bringUp(stack, console.log);
  let told: number;
  try {
    told = await runStories(stack, process.argv.slice(2));
  } finally {
    await launcher.down();
  }
  process.exit(Math.max(checked, told));
});

/** What earlier tests left in the servers must not answer for these. */
async function freshStack(): Promise<Stack> {
  const before = openStack('test');
  const running =
    (await askLauncher(before, 'control')) ?? (await askLauncher(before, 'servers-control'));
  if (running)
    throw new CannotDo(
      `Stack test runs already (process ${running.pid}): wait for it, or stop it with \`kill ${running.pid}\`.`,
    );
  await stopLeftovers(before, console.log);
  rmSync(before.folder, { recursive: true, force: true });
  return openStack('test');
}

/** A story finds the servers as a process of ours would: by the addresses in its environment. */
async function runStories(stack: Stack, args: readonly string[]): Promise<number> {
  const stories = ['--selectProjects', 'stories', '--runInBand', ...args];
  const run = await execa(process.execPath, [...jestArguments, ...stories], {
    cwd: cloneFolder,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
    env: { ...sharedEnvironment(stack, {}), ...secretEnvironment(stack, {}, secretSettings) },
  });
  return run.exitCode ?? 1;
}
