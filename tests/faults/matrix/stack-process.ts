// Stack `test` with a launcher that is a process of its own, so that it can be killed like any other.
import { bringUp } from '../../../infra/commands/bring-up.ts';
import { runCommand } from '../../../infra/commands/display.ts';
import { openStack } from '../../../infra/stack.ts';

runCommand(async () => {
  await bringUp(openStack('test'), console.log, { way: 'native' });
  process.send?.('up');
});
