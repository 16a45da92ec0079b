// `npm test`: the checks, and the stories on the real system.
// `npm run test -- path ... [--keep]`: these stories alone, on a stack `test` that is up already, or that
// stays up with `--keep`. `npm run test:all`: project `long` too.
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { execa } from 'execa';
import { UserError } from '../../infra/host/user-error.ts';
import { runCommand, showTasks } from '../../infra/commands/display.ts';
import {
  databaseAdminUrl,
  secretEnvironment,
  secretSettings,
  sharedEnvironment,
} from '../../infra/stack/environment.ts';
import { cloneFolder, openStack } from '../../infra/stack/stack.ts';
import { fetchStackReport } from '../../infra/supervisor/control-client.ts';
import { runJest } from './run-jest.ts';
import { startTestStack, type TestStack } from './start-test-stack.ts';

const usage = `npm test                              the checks and all stories
npm run test -- path ... [--keep]     these stories alone; --keep leaves stack test up
npm run test:all                      project long too

Other arguments are Jest's: -t 'part of a name'.`;

const given = process.argv.slice(2);
const keep = given.includes('--keep');
const all = given.includes('--all');
const args = given.filter((arg) => arg !== '--keep' && arg !== '--all');

/** On a stack that all of them use; the stories of the other projects stop, kill or restart parts of it. */
const sideBySide = ['integration', 'protocol', 'security', 'e2e'];

runCommand(async () => {
  if (given.includes('--help') || given.includes('-h')) {
    console.log(usage);
    return;
  }
  process.exit(args.length === 0 && !keep ? await runEverything() : await runSome());
});

/** The checks need the processor, most stories wait: they run at the same time, and are printed one after the other. */
async function runEverything(): Promise<number> {
  const pid = await runningLauncher();
  if (pid !== undefined)
    throw new UserError(
      `Stack test runs already (process ${pid}): wait for it, or stop it with \`${stopCommand}\`.`,
    );
  const stack = startOwnStack();
  const output = new PassThrough({ highWaterMark: 100_000_000 });
  const parts: Part[] = [];
  const run = timer(parts);
  try {
    await Promise.all([
      run('checks', runChecks).finally(() => output.pipe(process.stdout)),
      (async () => {
        await run('servers', () => up(stack, output));
        await run('serial stories', () =>
          runStories(
            ['--runInBand', '--selectProjects', 'serial', 'faults', ...(all ? ['long'] : [])],
            output,
          ),
        );
        await run('stories side by side', () =>
          runStories(['--maxWorkers', '2', '--selectProjects', ...sideBySide], output),
        );
      })(),
    ]);
    output.end();
    await finished(output);
  } finally {
    await stack.stop();
  }
  console.log(`\n${parts.map(({ line }) => line).join('\n')}`);
  return Math.max(...parts.map(({ code }) => code));
}

interface Part {
  readonly code: number;
  readonly line: string;
}

function timer(parts: Part[]) {
  return async (name: string, work: () => Promise<number>) => {
    const began = Date.now();
    const code = await work();
    const seconds = ((Date.now() - began) / 1_000).toFixed(0);
    parts.push({ code, line: `${code === 0 ? '✔' : '✖'} ${name.padEnd(21)}${seconds} s` });
  };
}

async function up(stack: TestStack, output: PassThrough): Promise<number> {
  let next = Date.now() + 15_000;
  await stack.whenUp((line) => {
    if (Date.now() < next) return;
    next = Date.now() + 15_000;
    output.write(`stack test: ${line}\n`);
  });
  return 0;
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
      '`npm run infra -- restart <service> test` takes the code of today.',
  );
  return true;
}

async function runningLauncher(): Promise<number | undefined> {
  const stack = openStack('test');
  const running = await fetchStackReport(stack);
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

const showUp = (stack: TestStack) =>
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
function runStories(jestArguments: readonly string[], output?: PassThrough): Promise<number> {
  const stack = openStack('test');
  const env = {
    ...sharedEnvironment(stack),
    ...secretEnvironment(stack, secretSettings),
    // Stories make buckets and keys of their own.
    S3_ADMIN_ACCESS_KEY: stack.secrets.S3_ROOT_ACCESS_KEY,
    S3_ADMIN_SECRET_KEY: stack.secrets.S3_ROOT_SECRET_KEY,
    DATABASE_ADMIN_URL: databaseAdminUrl(stack), // and databases
  };
  return runJest(jestArguments, { env, output });
}
