import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CannotDo } from '../../cannot-do.ts';
import { portsOf, stackOffsets, type StackName } from '../../ports.ts';
import { cloneFolder } from '../../stack.ts';
import { isLoopback } from './check-loopback.ts';
import { clientSecretOf, userNameSchema } from './local-user.ts';

/** A local identity server and the secret that its users' client secrets come from. */
export interface LocalIdentity {
  readonly issuer: string;
  readonly secret: string;
}

const identityAt = (stack: StackName) => `http://127.0.0.1:${portsOf(stack).identity}`;

/**
 * The identity server that `OIDC_ISSUER` names (default: stack `dev`), with the secret of
 * `IDENTITY_SECRET`, else of that stack's `secrets.json`.
 *
 * @throws {CannotDo} for an issuer on another machine: nobody's token can be derived there.
 */
export async function findLocalIdentity(
  environment: NodeJS.ProcessEnv,
  dataFolder = join(cloneFolder, '.data'),
): Promise<LocalIdentity> {
  const issuer = environment['OIDC_ISSUER'] || identityAt('dev');
  if (!URL.canParse(issuer) || !isLoopback(new URL(issuer).hostname))
    throw new CannotDo(
      `${issuer} is no local identity server: tokens of its users come from its own login.`,
    );
  const given = environment['IDENTITY_SECRET'];
  if (given) return { issuer, secret: given };
  const stack = (Object.keys(stackOffsets) as StackName[]).find(
    (name) => identityAt(name) === issuer,
  );
  if (stack === undefined)
    throw new CannotDo(`${issuer} belongs to no stack of this clone: set IDENTITY_SECRET.`);
  return { issuer, secret: await readSecret(stack, join(dataFolder, stack, 'secrets.json')) };
}

async function readSecret(stack: StackName, file: string): Promise<string> {
  const written = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CannotDo(`Stack ${stack} was never started here: npm start, then again.`);
  });
  return z.object({ IDENTITY_SECRET: z.string().min(16) }).parse(JSON.parse(written))
    .IDENTITY_SECRET;
}

const tokenAnswerSchema = z.object({ access_token: z.string() });
const discoverySchema = z.object({ issuer: z.string(), token_endpoint: z.url() });
const answerLimitMs = 5_000;

/**
 * An access token of that user, as the user's own client (RFC 6749 section 4.4).
 *
 * @throws {CannotDo} not a name; no server; a server that is another issuer, or has another secret.
 */
export async function takeToken(identity: LocalIdentity, name: string): Promise<string> {
  const user = userNameSchema.safeParse(name);
  if (!user.success)
    throw new CannotDo(`'${name}' is no user: ${user.error.issues[0]?.message ?? ''}.`);
  const { issuer } = identity;
  const discovered = discoverySchema.safeParse(
    await answerOf(issuer, `${issuer}/.well-known/openid-configuration`),
  );
  if (!discovered.success || discovered.data.issuer !== issuer)
    throw new CannotDo(`What answers at ${issuer} is another server.`);

  // A name may hold an @: RFC 6749 section 2.3.1 wants it form-encoded.
  const credentials = `${encodeURIComponent(name)}:${clientSecretOf(name, identity.secret)}`;
  const answer = await answerOf(issuer, discovered.data.token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(credentials)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'analysis' }),
  });
  const token = tokenAnswerSchema.safeParse(answer);
  if (token.success) return token.data.access_token;
  throw new CannotDo(`${issuer} gives no token: it has another secret than IDENTITY_SECRET here.`);
}

async function answerOf(issuer: string, address: string, init: RequestInit = {}): Promise<unknown> {
  try {
    const response = await fetch(address, { ...init, signal: AbortSignal.timeout(answerLimitMs) });
    return await response.json();
  } catch (error) {
    throw new CannotDo(`No OpenID provider answers at ${issuer}: npm start, then again.`, {
      cause: error,
    });
  }
}
