// Stack `test` until SIGTERM, or until the process that started it has ended.
// In: `node tests/run/test-stack.ts [--keep-data] [--detached]`. Out: the message `up`.
import { bringUp } from '../../infra/commands/bring-up.ts';
import { runCommand } from '../../infra/commands/display.ts';
import { chooseRuntime } from '../../infra/compose/choose-runtime.ts';
import { openStack } from '../../infra/stack/stack.ts';
import { freshTestStack } from '../support/fresh-test-stack.ts';

const options = process.argv.slice(2);

runCommand(async () => {
  const runtime = await chooseRuntime(console.log);
  const stack = options.includes('--keep-data') ? openStack('test') : await freshTestStack(runtime);
  const stop = () => process.kill(process.pid, 'SIGTERM');
  if (!options.includes('--detached')) process.once('disconnect', stop);
  await bringUp(stack, console.log, { runtime });
  process.send?.('up');
});
