import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { printTable } from './figures.ts';

const startCommand = fileURLToPath(new URL('../../infra/commands/start.ts', import.meta.url));

/** `npm start` twice on stack `dev`: the second one finds everything installed and its data there. */
export async function benchSecondStart(): Promise<void> {
  const seconds = [await secondsToUp(), await secondsToUp()];
  printTable(
    'Start to ready (aim: second start at most 20 s)',
    ['start', 'seconds'],
    seconds.map((value, index) => [`${index + 1}.`, value.toFixed(1)]),
  );
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
