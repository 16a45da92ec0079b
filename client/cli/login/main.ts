// `npm run login`: a person logs this terminal in. Out: the login in the user's configuration folder.
import { parseArgs } from 'node:util';
import { TrackunitError } from '../../sdk/index.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { readLoginTarget } from '../read-configuration.ts';
import { printable } from '../report.ts';
import { cachedLogin, keepLogin, logOut } from '../tokens/cached-login.ts';
import { logInByDevice } from '../tokens/device-code.ts';
import { loginFileOf, readLogin } from '../tokens/login-file.ts';

const help = `Logs this terminal in: \`npm run analyze\` then works as that person.

  npm run login                            ends the login before
  npm run login -- --scope analysis.read   may see, but change and send nothing
  npm run login -- --logout                ends the login, here and at the issuer
  npm run -s login -- --token              prints an access token of the login, for curl and scripts

Environment:
  TRACKUNIT_ISSUER     OpenID provider (default: the one of the local stack)
  TRACKUNIT_CLIENT_ID  this program there, a public client (default: trackunit-cli)
  TRACKUNIT_SCOPE      scope asked for (default: analysis)
  XDG_CONFIG_HOME      the login is kept below it (default: ~/.config)`;

async function run(): Promise<void> {
  const given = readOptions();
  if (given.help) {
    console.log(help);
    return;
  }
  const target = await readLoginTarget(process.env);
  const file = loginFileOf(target, process.env);
  if (given.logout) reportLogout(target.issuer, await logOut(file));
  else if (given.token) await printToken(target.issuer, file);
  else await logIn(target, file, given.scope);
}

async function logIn(
  target: Awaited<ReturnType<typeof readLoginTarget>>,
  file: string,
  scope = process.env['TRACKUNIT_SCOPE'] || 'analysis',
): Promise<void> {
  // First: an issuer may know both by one grant, and would end the new login with the old one.
  await logOut(file);
  const login = await logInByDevice({
    ...target,
    scope,
    onCode({ verification_uri, verification_uri_complete, user_code, expires_in }) {
      console.log(printable(`Open ${verification_uri} and enter the code ${user_code}`));
      if (verification_uri_complete !== undefined)
        console.log(printable(`or open ${verification_uri_complete} and compare the code`));
      console.log(`The code counts for ${Math.ceil(expires_in / 60)} min; waiting ...`);
    },
  });
  await keepLogin(file, login);
  console.log(printable(`Logged in as ${login.user} at ${login.issuer}`));
}

async function printToken(issuer: string, file: string): Promise<void> {
  if ((await readLogin(file)) === undefined)
    throw new TrackunitError('NOT_LOGGED_IN', `nobody is logged in at ${issuer}`, {
      remedy: 'Log in: `npm run login`.',
    });
  console.log(await cachedLogin(file)());
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        scope: { type: 'string' },
        logout: { type: 'boolean', default: false },
        token: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function reportLogout(issuer: string, ended: Awaited<ReturnType<typeof logOut>>): void {
  if (ended === undefined) {
    console.log(`Nobody was logged in at ${issuer}`);
    return;
  }
  const { user = 'an unreadable login' } = ended;
  console.log(printable(`Logged out ${user} at ${issuer}`));
  if (!ended.revoked)
    console.log('The issuer could not be told: its tokens count until they end by themselves.');
}

run().catch((error: unknown) => {
  if (error instanceof UsageError) console.error(`${error.message}\nTry --help.`);
  else if (error instanceof TrackunitError)
    console.error(printable(`${error.message}. ${error.remedy}`));
  else console.error(error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
