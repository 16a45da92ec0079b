import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { milliseconds, printTable, spreadOf } from '../support/measure/figures.ts';

const runner = fileURLToPath(new URL('../../infra/run.js', import.meta.url));
const startCommand = fileURLToPath(new URL('../../infra/commands/start.ts', import.meta.url));

/** `npm start` twice on stack `dev`: the second one finds everything installed and its data there. */
export async function benchSecondStart(): Promise<void> {
  const seconds = [await secondsToUp(), await secondsToUp()];
  printTable(
    'Start to ready (aim: second start at most 20 s)',
    ['start', 'seconds'],
    seconds.map((value, index) => [`${index + 1}.`, value.toFixed(1)]),
  );
  printTable(
    'An empty script through the runner, when nothing has changed (aim: below 200 ms)',
    ['', 'p50', 'p95'],
    [
      ['through the runner', ...inTurns(() => spawnSync(process.execPath, [runner, '-e', '']))],
      ['an empty Node beside it', ...inTurns(() => spawnSync(process.execPath, ['-e', '']))],
    ],
  );
}

function inTurns(act: () => unknown): string[] {
  const took = Array.from({ length: 20 }, () => {
    const began = performance.now();
    act();
    return performance.now() - began;
  });
  const { p50, p95 } = spreadOf(took);
  return [milliseconds(p50), milliseconds(p95)];
}

async function secondsToUp(): Promise<number> {
  const child = spawn(process.execPath, [startCommand], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    const up = /Up in ([\d.]+) s/.exec(printed)?.[1];
    if (up === undefined) continue;
    child.kill('SIGTERM');
    child.stdout.resume();
    await exited;
    return Number(up);
  }
  throw new Error(`npm start ended before it was up:\n${printed}`);
}
