import * as oauth from 'oauth4webapi';
import {
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
  type TokenSource,
} from '../sdk/index.ts';

export interface ClientCredentials {
  /** The OpenID provider, by the address that it names itself; its token endpoint is discovered. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default: `analysis`. Entra ID: `api://<application>/.default`. */
  readonly scope?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
}

const answerLimitMs = 10_000;

/**
 * Tokens of a program's own (OAuth 2.0 client credentials). A token is used until 30 s before its
 * end, or until a fifth of its life is left where that is shorter; callers at the same time share
 * one request.
 *
 * @throws {UnauthorizedError} the issuer does not know this client or its secret.
 * @throws {UnavailableError} the issuer does not answer, or its answer is cut off.
 * @throws {UnexpectedAnswerError} what answers is not that issuer, or gives no token.
 */
export function clientCredentials(client: ClientCredentials): TokenSource {
  let server: oauth.AuthorizationServer | undefined;
  let token: { readonly value: string; readonly usableUntil: number } | undefined;
  let underway: Promise<string> | undefined;

  const fetchToken = async () => {
    server ??= await discover(client);
    const { access_token: value, expires_in: seconds = 60 } = await requestToken(client, server);
    const spareMs = Math.min(30_000, seconds * 200);
    token = { value, usableUntil: Date.now() + seconds * 1000 - spareMs };
    return value;
  };
  return async ({ renew } = { renew: false }) => {
    if (!renew && token !== undefined && Date.now() < token.usableUntil) return token.value;
    underway ??= fetchToken().finally(() => (underway = undefined));
    return underway;
  };
}

async function discover(client: ClientCredentials): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(client.issuer);
  const response = await oauth.discoveryRequest(issuer, optionsOf(client));
  try {
    return await oauth.processDiscoveryResponse(issuer, response);
  } catch (error) {
    throw new UnexpectedAnswerError('NO_ISSUER', `${issuer.href}: ${(error as Error).message}`, {
      remedy: 'Set the address that the OpenID provider names itself: `issuer` of its discovery.',
      cause: error,
    });
  }
}

async function requestToken(
  client: ClientCredentials,
  server: oauth.AuthorizationServer,
): Promise<oauth.TokenEndpointResponse> {
  const id = { client_id: client.clientId };
  const secret = oauth.ClientSecretBasic(client.clientSecret);
  const scope = new URLSearchParams({ scope: client.scope ?? 'analysis' });
  try {
    return await oauth.processClientCredentialsResponse(
      server,
      id,
      await oauth.clientCredentialsGrantRequest(server, id, secret, scope, optionsOf(client)),
    );
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    const isRefusal =
      error instanceof oauth.ResponseBodyError ||
      error instanceof oauth.WWWAuthenticateChallengeError;
    if (!isRefusal)
      throw new UnexpectedAnswerError(
        'TOKEN_INVALID',
        `invalid answer of ${client.issuer}: expected an access token (${reasonOf(error)})`,
        { remedy: 'Check the address of the issuer, and for a proxy before it.', cause: error },
      );
    const message = `${client.issuer} refused a token (${reasonOf(error)})`;
    throw new UnauthorizedError(403, 'TOKEN_REFUSED', message, {
      remedy: 'Check client id, secret and scope.',
      cause: error,
    });
  }
}

const optionsOf = ({ issuer, fetch: reach = fetch }: ClientCredentials) => ({
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- a local issuer speaks plain http
  [oauth.allowInsecureRequests]: new URL(issuer).protocol === 'http:',
  signal: () => AbortSignal.timeout(answerLimitMs),
  async [oauth.customFetch](url: string, init: object): Promise<Response> {
    let response: Response;
    try {
      response = await reach(url, init);
      await assertComplete(response.clone());
    } catch (error) {
      throw unreachable(issuer, error);
    }
    if (response.status === 429 || response.status >= 500) throw unreachable(issuer);
    return response;
  },
});

/** Reads it to its end. @throws for one that is cut off, also where its connection ends in order. */
async function assertComplete(response: Response): Promise<void> {
  const text = await response.text();
  if (response.ok && /json/.test(response.headers.get('content-type') ?? '')) JSON.parse(text);
}

const unreachable = (issuer: string, cause?: unknown) =>
  new UnavailableError('ISSUER_UNREACHABLE', `no complete answer from the issuer ${issuer}`, {
    remedy: 'Check the address of the issuer and the network; is it running?',
    cause,
  });

/** In the issuer's own words, which stand in the body or in the challenge of a 401. */
function reasonOf(error: unknown): string {
  const { error: code, error_description: description } =
    error instanceof oauth.ResponseBodyError
      ? error
      : error instanceof oauth.WWWAuthenticateChallengeError
        ? (error.cause[0]?.parameters ?? {})
        : { error: (error as Error).message };
  return [code, description].filter((text) => text !== undefined).join(': ');
}
