// `npm test [-- jest arguments]`: the checks, then the stories on real servers with ports and data of their own.
import { execa } from 'execa';
import { secretEnvironment, secretSettings, sharedEnvironment } from '../environment.ts';
import { chooseWay } from '../compose/choose-way.ts';
import { cloneFolder, type Stack } from '../stack.ts';
import { bringUp } from './bring-up.ts';
import { jestArguments, runChecks } from './checks.ts';
import { runCommand } from './display.ts';
import { freshTestStack } from './fresh-stack.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

runCommand(async () => {
  const checked = await runChecks();
  const way = await chooseWay(console.log);
  const stack = await freshTestStack(way);
  const launcher = await bringUp(stack, console.log, { way });
  let told: number;
  try {
    told = await withTemporaryFolder((env) => runStories(stack, process.argv.slice(2), env));
  } finally {
    await launcher.down();
  }
  process.exit(Math.max(checked, told));
});

const projects = ['integration', 'protocol', 'security', 'e2e', 'faults'];
const endAfterMs = 40 * 60_000;

/** A story finds the servers as a process of ours would: by the addresses in its environment. */
async function runStories(
  stack: Stack,
  args: readonly string[],
  env: { TMPDIR: string },
): Promise<number> {
  const stories = ['--selectProjects', ...projects, '--runInBand', ...args];
  const run = await execa(process.execPath, [...jestArguments, ...stories], {
    cwd: cloneFolder,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
    timeout: endAfterMs,
    env: {
      ...env,
      ...sharedEnvironment(stack, {}),
      ...secretEnvironment(stack, {}, secretSettings),
      // Stories make buckets and keys of their own.
      S3_ADMIN_ACCESS_KEY: stack.secrets.S3_ROOT_ACCESS_KEY,
      S3_ADMIN_SECRET_KEY: stack.secrets.S3_ROOT_SECRET_KEY,
    },
  });
  if (run.timedOut)
    console.error(`No end after ${endAfterMs / 60_000} minutes: what did a story leave open?`);
  return run.exitCode ?? 1;
}
