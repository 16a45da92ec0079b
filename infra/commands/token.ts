// `npm run token -- <user>`: prints an access token of that local user, for curl and scripts.
import { UserError } from '../host/user-error.ts';
import { findLocalIdentity, takeToken } from '../emulators/identity/take-token.ts';
import { runCommand } from './display.ts';
import { parseOptions } from './options.ts';

const usage = 'usage: npm run token -- <user>';

runCommand(async () => {
  const [user, ...more] = parseOptions(process.argv.slice(2), {}, usage).positionals;
  if (user === undefined || more.length > 0) throw new UserError(usage);
  console.log(await takeToken(await findLocalIdentity(process.env), user));
});
