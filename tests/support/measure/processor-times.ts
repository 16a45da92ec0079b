import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { processorSeconds } from './processes.ts';

/** Seconds of processor time so far, by process of the stack; `all` is their sum. */
export async function processorTimes(stack: StackControl): Promise<ReadonlyMap<string, number>> {
  const { user, system } = process.cpuUsage();
  const times = new Map([['this bench', (user + system) / 1e6]]);
  for (const { name, pid } of await stack.services())
    if (pid !== null) times.set(name, processorSeconds(pid));
  return times.set(
    'all',
    [...times.values()].reduce((sum, seconds) => sum + seconds, 0),
  );
}
