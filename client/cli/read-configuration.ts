import { readFile } from 'node:fs/promises';
import { TrackunitError, type TokenSource } from '../sdk/index.ts';
import { UsageError } from './command-line/usage-error.ts';
import { cachedLogin } from './tokens/cached-login.ts';
import { clientCredentials } from './tokens/client-credentials.ts';
import { loginFileOf, readLogin } from './tokens/login-file.ts';

export interface Configuration {
  readonly url: string;
  readonly token: TokenSource;
}

/** What the launcher of a local stack writes for its clients (mode 0600). */
interface LocalClient {
  readonly url: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Where the gateway is and how to get tokens: from the environment, else from the login of a person
 * (`npm run login`), else from the local stack that runs. What a local issuer gave goes to addresses of this
 * machine only.
 *
 * @throws {UsageError} a value is invalid, or others are missing beside it.
 * @throws {TrackunitError} nothing is given and no local stack runs; a login that cannot be read.
 */
export async function readConfiguration(
  environment: NodeJS.ProcessEnv,
  urlGiven: string | undefined,
): Promise<Configuration> {
  const url =
    urlGiven === undefined ? readUrl(environment, 'TRACKUNIT_URL') : checkUrl('--url', urlGiven);
  const token = tokenOf(environment);
  if (token !== undefined) return { url: url ?? 'http://127.0.0.1:4000/graphql', token };

  const target = await readLoginTarget(environment);
  if (url !== undefined && !isThisMachine(url) && isThisMachine(target.issuer))
    throw new UsageError(
      `no token for ${url}: set TRACKUNIT_TOKEN, or TRACKUNIT_ISSUER, _CLIENT_ID and _CLIENT_SECRET.`,
    );
  const file = loginFileOf(target, environment);
  const { local } = target;
  if ((await readLogin(file)) !== undefined)
    return { url: url ?? local?.url ?? 'http://127.0.0.1:4000/graphql', token: cachedLogin(file) };
  if (local === undefined)
    throw new UsageError(
      `nobody is logged in at ${target.issuer}: \`npm run login\`. For client credentials TRACKUNIT_ISSUER, ` +
        'TRACKUNIT_CLIENT_ID and TRACKUNIT_CLIENT_SECRET go together.',
    );
  return { url: url ?? local.url, token: clientCredentials(local) };
}

/**
 * Where a person logs in: the issuer of the environment, else the one of the local stack.
 *
 * @throws {UsageError} an address is invalid. @throws {TrackunitError} NO_STACK.
 */
export async function readLoginTarget(environment: NodeJS.ProcessEnv) {
  const clientId = given(environment, 'TRACKUNIT_CLIENT_ID') ?? 'trackunit-cli';
  const issuer = readUrl(environment, 'TRACKUNIT_ISSUER');
  if (issuer !== undefined) return { issuer, clientId, local: undefined };
  const local = await readLocalClient(given(environment, 'TRACKUNIT_STACK') ?? 'dev');
  return { issuer: local.issuer, clientId, local };
}

function tokenOf(environment: NodeJS.ProcessEnv): TokenSource | undefined {
  const token = given(environment, 'TRACKUNIT_TOKEN');
  if (token !== undefined) return () => Promise.resolve(token);
  const [issuer, clientId, clientSecret] = [
    readUrl(environment, 'TRACKUNIT_ISSUER'),
    given(environment, 'TRACKUNIT_CLIENT_ID'),
    given(environment, 'TRACKUNIT_CLIENT_SECRET'),
  ];
  if (clientSecret === undefined) return undefined; // a person's, if anybody's
  if (issuer === undefined || clientId === undefined)
    throw new UsageError(
      'TRACKUNIT_ISSUER, TRACKUNIT_CLIENT_ID and TRACKUNIT_CLIENT_SECRET go together.',
    );
  return clientCredentials({
    issuer,
    clientId,
    clientSecret,
    scope: given(environment, 'TRACKUNIT_SCOPE'),
  });
}

async function readLocalClient(stack: string): Promise<LocalClient> {
  if (!/^[a-z]+$/.test(stack))
    throw new UsageError(`invalid TRACKUNIT_STACK '${stack}': expected dev or test.`);
  const file = new URL(`../../.data/${stack}/client.json`, import.meta.url);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LocalClient;
  } catch (error) {
    throw new TrackunitError('NO_STACK', `no local stack '${stack}' has been started here`, {
      remedy: 'Start it with `npm start`, or set TRACKUNIT_URL and TRACKUNIT_TOKEN (see --help).',
      cause: error,
    });
  }
}

/** An empty variable counts as absent. */
const given = (environment: NodeJS.ProcessEnv, name: string) => {
  const value = environment[name];
  return value === '' ? undefined : value;
};

function readUrl(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = given(environment, name);
  return text === undefined ? undefined : checkUrl(name, text);
}

function checkUrl(name: string, text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new UsageError(`invalid ${name} '${text}': expected an address with http:// or https://.`);
}

const isThisMachine = (url: string) =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
