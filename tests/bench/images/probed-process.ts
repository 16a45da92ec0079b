import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoopReport } from './loop-probe.ts';

const probe = new URL('./loop-probe.ts', import.meta.url).href;

/** A process of ours that reports on its event loop. Its standard output is piped. */
export function startProbed(
  main: URL,
  options: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): ChildProcess {
  return fork(fileURLToPath(main), options.args ?? [], {
    env: { ...process.env, ...options.env },
    execArgv: ['--disable-warning=TimeoutNegativeWarning', '--import', probe],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

/** The longest since the last time it was asked. */
export async function reportOf(child: ChildProcess): Promise<LoopReport> {
  const answer = once(child, 'message');
  child.send('report');
  const [report] = (await answer) as [LoopReport];
  return report;
}
