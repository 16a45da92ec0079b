// `npm run token -- <user>`: prints an access token of that local user, for curl and scripts.
import { UserError } from '../host/user-error.ts';
import { findLocalIdentity, takeToken } from '../emulators/identity/take-token.ts';
import { runCommand } from './display.ts';

runCommand(async () => {
  const [user, ...more] = process.argv.slice(2);
  if (user === undefined || more.length > 0) throw new UserError('usage: npm run token -- <user>');
  console.log(await takeToken(await findLocalIdentity(process.env), user));
});
