// `npm test`: the checks while the servers come up, then the stories on the real system.
// `npm run test -- path ... [--keep]`: these stories alone, on a stack `test` that is up already, or that
// stays up with `--keep`. `npm run test:all`: project `long` too.
import { execa } from 'execa';
import { CannotDo } from '../../infra/cannot-do.ts';
import { runCommand, showTasks } from '../../infra/commands/display.ts';
import { secretEnvironment, secretSettings, sharedEnvironment } from '../../infra/environment.ts';
import { cloneFolder, openStack } from '../../infra/stack.ts';
import { askLauncher } from '../../infra/supervisor/stack-control.ts';
import { runJest } from './run-jest.ts';
import { startTestStack } from './start-test-stack.ts';

const given = process.argv.slice(2);
const keep = given.includes('--keep');
const all = given.includes('--all');
const args = given.filter((arg) => arg !== '--keep' && arg !== '--all');

/** On a stack that all of them use; the stories of the other projects stop, kill or restart parts of it. */
const sideBySide = ['integration', 'protocol', 'security', 'e2e'];

runCommand(async () => {
  process.exit(args.length === 0 && !keep ? await runEverything() : await runSome());
});

async function runEverything(): Promise<number> {
  const pid = await runningLauncher();
  if (pid !== undefined)
    throw new CannotDo(
      `Stack test runs already (process ${pid}): wait for it, or stop it with \`${stopCommand}\`.`,
    );
  const stack = startOwnStack();
  try {
    const checked = await runChecks();
    await showUp(stack);
    const together = await runStories(['--maxWorkers', '2', '--selectProjects', ...sideBySide]);
    const alone = await runStories([
      ...['--runInBand', '--selectProjects', 'serial', 'faults'],
      ...(all ? ['long'] : []),
    ]);
    return Math.max(checked, together, alone);
  } finally {
    await stack.stop();
  }
}

async function runSome(): Promise<number> {
  const stories = ['--runInBand', ...args, '--ignoreProjects', 'unit'];
  if (await useRunningStack()) return runStories(stories);
  if (keep) {
    const stack = startTestStack({ detached: true });
    await showUp(stack);
    console.log(`Stack test stays up; \`${stopCommand}\` stops it.`);
    return runStories(stories);
  }
  const stack = startOwnStack();
  try {
    await showUp(stack);
    return await runStories(stories);
  } finally {
    await stack.stop();
  }
}

const stopCommand = 'npm run infra -- down test';

async function useRunningStack(): Promise<boolean> {
  const pid = await runningLauncher();
  if (pid === undefined) return false;
  console.log(
    `Using stack test as it is up (process ${pid}), with the code of when it was started: ` +
      '`npm run infra -- restart <part> test` takes the code of today.',
  );
  return true;
}

async function runningLauncher(): Promise<number | undefined> {
  const stack = openStack('test');
  const running =
    (await askLauncher(stack, 'control')) ?? (await askLauncher(stack, 'servers-control'));
  return running?.pid;
}

/** One that is stopped in order, however this process is asked to end. */
function startOwnStack() {
  const stack = startTestStack({ detached: false });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      console.log('stopping everything ...');
      void stack.stop().then(() => process.exit(signal === 'SIGINT' ? 130 : 143));
    });
  return stack;
}

const showUp = (stack: ReturnType<typeof startTestStack>) =>
  showTasks([{ title: 'stack test', task: (report) => stack.whenUp(report) }]);

async function runChecks(): Promise<number> {
  const run = await execa('npm', ['run', '--silent', 'check'], {
    cwd: cloneFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
    reject: false,
  });
  return run.exitCode ?? 1;
}

/** A story finds the servers as a process of ours would: by the addresses in its environment. */
function runStories(jestArguments: readonly string[]): Promise<number> {
  const stack = openStack('test');
  return runJest(jestArguments, {
    ...sharedEnvironment(stack, {}),
    ...secretEnvironment(stack, {}, secretSettings),
    // Stories make buckets and keys of their own.
    S3_ADMIN_ACCESS_KEY: stack.secrets.S3_ROOT_ACCESS_KEY,
    S3_ADMIN_SECRET_KEY: stack.secrets.S3_ROOT_SECRET_KEY,
  });
}
