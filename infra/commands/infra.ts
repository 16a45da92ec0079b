// `npm run infra -- ...`: the servers alone in the background; the state of a stack; one of its parts.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CannotDo } from '../cannot-do.ts';
import { demandTools } from '../native/install/demand-tools.ts';
import type { StackName } from '../ports.ts';
import { isRunning, startTimeOf } from '../supervisor/process-list.ts';
import { chooseStore, readStoreOption } from '../store/choose-store.ts';
import { chooseWay, type Way } from '../compose/choose-way.ts';
import { assertKeysOfGivenStore, assertKeptStore } from '../store/given-store.ts';
import { openStack, type Stack } from '../stack.ts';
import { askLauncher } from '../supervisor/stack-control.ts';
import type { StoreName } from '../store/store-in-use.ts';
import { isSpare, serversOf } from '../system.ts';
import { runCommand, showTasks } from './display.ts';
import { moveStore } from './move-store.ts';
import { showStatus } from './show-status.ts';
import { isPartVerb, turnPart } from './turn-part.ts';

const keeperFile = fileURLToPath(new URL('../supervisor/keeper.ts', import.meta.url));

const usage = `npm run infra -- <command> [dev|test]

  up                the five servers alone, in the background; --store minio or versitygw:
                    with that object store, from then on
  down              stops them, or the whole stack that runs; their data stays
  status            every part of the running stack, and whether it answers
  stop <part>       lets it finish; it stays away until it is started
  start <part>
  restart <part>
  store move        copies the photos from MinIO to VersityGW, which is the store from then on

<part> is a name that status shows. The stack is dev, that of npm start, where none is named.`;

const ofStack: Readonly<Record<string, (stack: Stack) => Promise<void>>> = {
  down,
  status: showStatus,
};

runCommand(async () => {
  const [verb = '', ...words] = process.argv.slice(2);
  if (verb === '--help' || verb === '-h') {
    console.log(usage);
    return;
  }
  if (isPartVerb(verb)) {
    const [part, ...rest] = words;
    if (part === undefined) throw new CannotDo(usage);
    await turnPart(verb, part, stackNamed(rest));
    return;
  }
  if (verb === 'up') {
    const { words: names, store } = readStoreOption(words);
    await up(openStack(stackNamed(names)), store);
    return;
  }
  if (verb === 'store') {
    const [what, ...rest] = words;
    if (what !== 'move') throw new CannotDo(usage);
    await moveStore(openStack(stackNamed(rest)));
    process.exit();
  }
  const act = ofStack[verb];
  if (act === undefined) throw new CannotDo(usage);
  await act(openStack(stackNamed(words)));
});

function stackNamed([name = 'dev', ...more]: readonly string[]): StackName {
  if (more.length > 0) throw new CannotDo(usage);
  if (name === 'dev' || name === 'test') return name;
  throw new CannotDo(`there is no stack '${name}': dev or test.`);
}

async function up(stack: Stack, store: StoreName | undefined): Promise<void> {
  await demandNotStarted(stack);
  assertKeysOfGivenStore(stack, store);
  const kept = await askLauncher(stack, 'servers-control');
  if (kept) assertKeptStore(stack, store);
  const servers = kept?.parts ?? (await startServers(stack, store));
  await showTasks(
    servers.map(({ name, url }) => ({
      title: `${name} ${url}`,
      task: (report) => waitUntilReady(stack, name, report),
    })),
  );
}

/** Installs what is missing, in sight, then leaves the rest to the keeper. */
async function startServers(
  stack: Stack,
  store: StoreName | undefined,
): Promise<{ name: string; url: string }[]> {
  const way = await chooseWay(console.log);
  await chooseStore(stack, way, store, console.log);
  const servers = serversOf(stack, way).filter(({ name }) => !isSpare(name, stack));
  await demandTools(servers);
  await showTasks(
    servers
      .filter((part) => part.install?.installed() === false)
      .map((part) => ({
        title: `install ${part.name} (usually ${part.install?.usually ?? ''})`,
        task: async (report) => part.install?.run(report, stack),
      })),
  );
  startKeeper(stack, way);
  return servers.map((part) => ({ name: part.name, url: part.url(stack) }));
}

let keeper: { pid: number; startTime: string } | undefined;

const keeperLog = (stack: Stack) => join(stack.logs, 'servers.log');

function startKeeper(stack: Stack, way: Way): void {
  const log = openSync(keeperLog(stack), 'w', 0o600);
  const child = spawn(process.execPath, [keeperFile, stack.name, way], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  const pid = child.pid ?? 0;
  keeper = { pid, startTime: startTimeOf(pid) ?? '' };
}

async function waitUntilReady(stack: Stack, part: string, report: (line: string) => void) {
  for (;;) {
    const entry = (await askLauncher(stack, 'servers-control'))?.parts.find(
      ({ name }) => name === part,
    );
    if (entry?.state === 'ready') return;
    report(entry?.state ?? 'waiting');
    if (keeper && !isRunning(keeper))
      throw new CannotDo(readFileSync(keeperLog(stack), 'utf8').trim());
    await pause(200);
  }
}

async function demandNotStarted(stack: Stack): Promise<void> {
  const whole = await askLauncher(stack, 'control');
  if (whole?.parts.some(({ name }) => name === 'kafka'))
    throw new CannotDo(
      `The whole stack ${stack.name} runs already, its servers too (process ${whole.pid}): ` +
        `use it as it is, or stop it with \`kill ${whole.pid}\`.`,
    );
}

async function down(stack: Stack): Promise<void> {
  const whole = await askLauncher(stack, 'control');
  const ownServers = whole?.parts.some(({ name }) => name === 'kafka') === true;
  const report = ownServers ? whole : await askLauncher(stack, 'servers-control');
  if (report === undefined) {
    console.log(`The servers of stack ${stack.name} are not running.`);
    return;
  }
  const entry = { pid: report.pid, startTime: startTimeOf(report.pid) ?? '' };
  process.kill(report.pid, 'SIGTERM');
  while (isRunning(entry)) await pause(100);
  const stopped = ownServers ? `Stack ${stack.name} is` : `The servers of stack ${stack.name} are`;
  console.log(`${stopped} stopped; their data stays.`);
}
