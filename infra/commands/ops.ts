// `npm run ops -- ...`: the operator's commands, at the servers of the local stack where the
// environment names no others. TRACKUNIT_STACK=test: those of the tests. `keys` belong to the stack itself.
import { join } from 'node:path';
import { execa } from 'execa';
import { UserError } from '../host/user-error.ts';
import { secretEnvironment, sharedEnvironment } from '../stack/environment.ts';
import { isStackName, stackNames } from '../../contracts/processes.ts';
import { cloneFolder, openStack } from '../stack/stack.ts';
import { runCommand } from './display.ts';
import { rotateKeys } from './rotate-keys.ts';

runCommand(async () => {
  const name = process.env['TRACKUNIT_STACK'] || 'dev';
  if (!isStackName(name))
    throw new UserError(`invalid TRACKUNIT_STACK '${name}': ${stackNames.join(' or ')}.`);
  const stack = openStack(name);
  const [subject, ...words] = process.argv.slice(2);
  if (subject === 'keys') {
    await rotateKeys(stack, words);
    return;
  }
  const program = join(cloneFolder, 'operations', 'main.ts');
  const run = await execa(process.execPath, [program, ...process.argv.slice(2)], {
    stdio: 'inherit',
    reject: false,
    env: {
      ...sharedEnvironment(stack),
      ...secretEnvironment(stack, ['RABBITMQ_URL']),
    },
  });
  process.exit(run.exitCode ?? 1);
});
