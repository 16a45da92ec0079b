// What of a stack runs, and whether it answers.
import { askLauncher, askSilentParts } from '../supervisor/stack-control.ts';
import type { PartName } from '../part.ts';
import type { Stack } from '../stack.ts';
import { isSpare } from '../system.ts';

export async function showStatus(stack: Stack): Promise<void> {
  let running = false;
  for (const door of ['control', 'servers-control'] as const) {
    const report = await askLauncher(stack, door);
    if (report === undefined) continue;
    running = true;
    const silent = await askSilentParts(stack, door);
    for (const { name, state, url, pid } of report.parts) {
      const spare = state === 'stopped' && isSpare(name as PartName, stack);
      const reason = silent[name];
      const shown = spare ? 'spare' : reason === undefined ? state : 'silent';
      const row = [name.padEnd(28), shown.padEnd(11), String(pid ?? '-').padEnd(8), url].join(' ');
      console.log(reason === undefined ? row : `${row}  (${reason})`);
    }
  }
  if (!running) console.log(`Stack ${stack.name} is not running.`);
}
