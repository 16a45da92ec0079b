// What of a stack runs, and whether it answers.
import { fetchStackReport, fetchUnresponsive } from '../supervisor/control-client.ts';
import type { ServiceName } from '../service.ts';
import type { Stack } from '../stack.ts';
import { isSpare } from '../system.ts';

export async function showStatus(stack: Stack): Promise<void> {
  const report = await fetchStackReport(stack);
  if (report === undefined) {
    console.log(`Stack ${stack.name} is not running.`);
    return;
  }
  const unresponsive = await fetchUnresponsive(stack);
  for (const { name, state, url, pid } of report.services) {
    const spare = state === 'stopped' && isSpare(name as ServiceName, stack);
    const reason = unresponsive[name];
    const shown = spare ? 'spare' : reason === undefined ? state : 'silent';
    const row = [name.padEnd(28), shown.padEnd(11), String(pid ?? '-').padEnd(8), url].join(' ');
    console.log(reason === undefined ? row : `${row}  (${reason})`);
  }
}
