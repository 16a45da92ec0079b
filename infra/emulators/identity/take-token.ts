import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { UserError } from '../../host/user-error.ts';
import { stackNames, type StackName } from '../../../contracts/processes.ts';
import { portsOf } from '../../stack/ports.ts';
import { cloneFolder } from '../../stack/stack.ts';
import { isLoopback } from './check-loopback.ts';
import { clientSecretOf, userNameSchema } from './local-user.ts';

/** A local identity server and the secret that its users' client secrets come from. */
interface LocalIdentity {
  readonly issuer: string;
  readonly secret: string;
}

const identityAt = (stack: StackName) => `http://127.0.0.1:${portsOf(stack).identity}`;

/**
 * The identity server that `OIDC_ISSUER` names (default: stack `dev`), with the secret of
 * `IDENTITY_SECRET`, else of that stack's `secrets.json`.
 *
 * @throws {UserError} for an issuer on another machine: nobody's token can be derived there.
 */
export async function findLocalIdentity(
  environment: NodeJS.ProcessEnv,
  dataFolder = join(cloneFolder, '.data'),
): Promise<LocalIdentity> {
  const issuer = environment['OIDC_ISSUER'] || identityAt('dev');
  if (!isLocalIssuer(issuer))
    throw new UserError(
      `OIDC_ISSUER ${issuer} is not on this machine: its users get tokens by logging in there.`,
    );
  const given = environment['IDENTITY_SECRET'];
  if (given) return { issuer, secret: given };
  const stack = stackNames.find((name) => identityAt(name) === issuer);
  if (stack === undefined)
    throw new UserError(`No stack of this clone has the issuer ${issuer}: set IDENTITY_SECRET.`);
  return { issuer, secret: await readSecret(stack, join(dataFolder, stack, 'secrets.json')) };
}

export const isLocalIssuer = (issuer: string) =>
  URL.canParse(issuer) && isLoopback(new URL(issuer).hostname);

async function readSecret(stack: StackName, file: string): Promise<string> {
  const written = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UserError(`Stack ${stack} has no secrets yet: run \`npm start\` first.`);
  });
  return z.object({ IDENTITY_SECRET: z.string().min(16) }).parse(JSON.parse(written))
    .IDENTITY_SECRET;
}

const answerLimitMs = 5_000;

/**
 * An access token of that user, as the user's own client (RFC 6749 section 4.4).
 *
 * @throws {UserError} not a name; no server; a server that is another issuer, or has another secret.
 */
export async function takeToken(
  { issuer, secret }: LocalIdentity,
  name: string,
  scope = 'analysis',
): Promise<string> {
  const user = userNameSchema.safeParse(name);
  if (!user.success)
    throw new UserError(`invalid user name '${name}': ${user.error.issues[0]?.message ?? ''}.`);
  const options = {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- on loopback alone, see above
    [oauth.allowInsecureRequests]: true,
    signal: AbortSignal.timeout(answerLimitMs),
  };
  const address = new URL(issuer);
  const discovery = await oauth.discoveryRequest(address, options).catch((error: unknown) => {
    throw new UserError(`No OpenID provider answers at ${issuer}: run \`npm start\` first.`, {
      cause: error,
    });
  });
  const server = await oauth
    .processDiscoveryResponse(address, discovery)
    .catch((error: unknown) => {
      throw new UserError(
        `${issuer} is not an OpenID provider of that issuer: check OIDC_ISSUER.`,
        { cause: error },
      );
    });
  const client = { client_id: name };
  try {
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic(clientSecretOf(name, secret)),
      new URLSearchParams({ scope }),
      options,
    );
    return (await oauth.processClientCredentialsResponse(server, client, response)).access_token;
  } catch (error) {
    throw new UserError(
      `${issuer} refused a token for '${name}': its IDENTITY_SECRET differs from the one here.`,
      { cause: error },
    );
  }
}
