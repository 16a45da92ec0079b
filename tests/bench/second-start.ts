import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { milliseconds, printTable, spreadOf } from '../support/measure/figures.ts';
import { processorSeconds } from '../support/measure/processes.ts';

const runner = fileURLToPath(new URL('../../infra/run.js', import.meta.url));
const startCommand = fileURLToPath(new URL('../../infra/commands/start.ts', import.meta.url));

/** `npm start` on stack `dev`: from the second time on everything is installed and its data there. */
export async function benchSecondStart(): Promise<void> {
  const starts = [await startOnce(), await startOnce(), await startOnce()];
  printTable(
    'Seconds from the start on, and processor time of all that runs then' +
      '\n(aim: from the second start on at most 10 s to the first result)',
    ['start', 'ready', 'first result', 'processor time'],
    starts.map((seconds, index) => [
      `${index + 1}.`,
      ...[seconds.ready, seconds.result, seconds.processor].map((value) => value.toFixed(1)),
    ]),
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

/** Through the runner, as npm does it. */
async function startOnce() {
  const began = performance.now();
  const child = spawn(process.execPath, [runner, startCommand], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let printed = '';
  let ready: number | undefined;
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    const now = (performance.now() - began) / 1_000;
    if (printed.includes('\nUp in ')) ready ??= now;
    if (ready === undefined || !/cat-320d\.jpg: .+\n/.test(printed)) continue;
    const processor = processorSeconds(child.pid ?? 0);
    child.kill('SIGTERM');
    child.stdout.resume();
    await exited;
    return { ready, result: now, processor };
  }
  throw new Error(`npm start ended without a result:\n${printed}`);
}
