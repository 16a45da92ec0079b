// `npm run infra -- up | down | status [dev|test]`: the servers alone, in the background.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CannotDo } from '../cannot-do.ts';
import { demandTools } from '../install/demand-tools.ts';
import type { StackName } from '../ports.ts';
import { isRunning, startTimeOf } from '../run/process-list.ts';
import { chooseWay, type Way } from '../servers/choose-way.ts';
import { openStack, type Stack } from '../stack.ts';
import { askLauncher } from '../stack-control.ts';
import { serversOf } from '../system.ts';
import { runCommand, showTasks } from './display.ts';

const keeperFile = fileURLToPath(new URL('../keeper.ts', import.meta.url));

const verbs: Readonly<Record<string, (stack: Stack) => Promise<void>>> = { up, down, status };

runCommand(async () => {
  const [verb = '', name = 'dev'] = process.argv.slice(2);
  const act = verbs[verb];
  if (act === undefined)
    throw new CannotDo('usage: npm run infra -- up | down | status [dev|test]');
  if (!(name === 'dev' || name === 'test'))
    throw new CannotDo(`there is no stack '${name}': dev or test.`);
  await act(openStack(name satisfies StackName));
});

async function up(stack: Stack): Promise<void> {
  await demandNotStarted(stack);
  const kept = await askLauncher(stack, 'servers-control');
  const servers = kept?.parts ?? (await startServers(stack));
  await showTasks(
    servers.map(({ name, url }) => ({
      title: `${name} ${url}`,
      task: (report) => waitUntilReady(stack, name, report),
    })),
  );
}

/** Installs what is missing, in sight, then leaves the rest to the keeper. */
async function startServers(stack: Stack): Promise<{ name: string; url: string }[]> {
  const way = await chooseWay(console.log);
  const servers = serversOf(stack, way);
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
  await demandNotStarted(stack);
  const report = await askLauncher(stack, 'servers-control');
  if (report === undefined) {
    console.log(`The servers of stack ${stack.name} are not running.`);
    return;
  }
  const entry = { pid: report.pid, startTime: startTimeOf(report.pid) ?? '' };
  process.kill(report.pid, 'SIGTERM');
  while (isRunning(entry)) await pause(100);
  console.log(`The servers of stack ${stack.name} are stopped; their data stays.`);
}

async function status(stack: Stack): Promise<void> {
  const reports = [
    await askLauncher(stack, 'control'),
    await askLauncher(stack, 'servers-control'),
  ].flatMap((report) => report?.parts ?? []);
  if (reports.length === 0) console.log(`Stack ${stack.name} is not running.`);
  for (const { name, state, url, pid } of reports)
    console.log([name.padEnd(28), state.padEnd(11), String(pid ?? '-').padEnd(8), url].join(' '));
}
