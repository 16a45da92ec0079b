// `npm run ops -- ...`: the operator's commands, at the servers of the local stack where the
// environment names no others. TRACKUNIT_STACK=test: those of the tests. `keys` belong to the stack itself.
import { join } from 'node:path';
import { execa } from 'execa';
import { isLocalIssuer, takeToken } from '../emulators/identity/take-token.ts';
import { operatorName } from '../emulators/identity/local-user.ts';
import { UserError } from '../host/user-error.ts';
import { secretEnvironment, sharedEnvironment } from '../stack/environment.ts';
import { isStackName, stackNames } from '../../contracts/processes.ts';
import { cloneFolder, openStack, type Stack } from '../stack/stack.ts';
import { runCommand } from './display.ts';
import { rotateKeys } from './rotate-keys.ts';

/** What the orchestrator does for operators. */
const throughDoor = (subject: string | undefined, verb: string | undefined) =>
  subject === 'audit' ||
  subject === 'register' ||
  subject === 'corrections' ||
  (subject === 'analyses' && (verb === 'cancel' || verb === 'redo'));

function takeOperatorToken(stack: Stack): Promise<string> {
  const issuer = sharedEnvironment(stack)['OIDC_ISSUER'] ?? '';
  const secret = secretEnvironment(stack, ['IDENTITY_SECRET'])['IDENTITY_SECRET'];
  if (secret === undefined || !isLocalIssuer(issuer))
    throw new UserError(
      'OPERATOR_TOKEN is missing: an access token of your issuer, with scope operator.',
    );
  return takeToken({ issuer, secret }, operatorName, 'operator');
}

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
  const token = process.env['OPERATOR_TOKEN'] || process.env['OPERATOR_TOKEN_FILE'];
  const operator =
    token === undefined && throughDoor(subject, words[0])
      ? { OPERATOR_TOKEN: await takeOperatorToken(stack) }
      : {};
  const program = join(cloneFolder, 'operations', 'main.ts');
  const run = await execa(process.execPath, [program, ...process.argv.slice(2)], {
    stdio: 'inherit',
    reject: false,
    env: {
      ...sharedEnvironment(stack),
      ...secretEnvironment(stack, ['RABBITMQ_URL']),
      ...operator,
    },
  });
  process.exit(run.exitCode ?? 1);
});
