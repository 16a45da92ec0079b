import { UnauthorizedError, UnavailableError, UnexpectedAnswerError } from './errors.ts';
import type { TokenSource } from './transport.ts';

export interface ClientCredentials {
  /** The OpenID provider; its token endpoint is discovered. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default: `analysis`. Entra ID: `api://<application>/.default`. */
  readonly scope?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/**
 * Tokens of a program's own (OAuth 2.0 client credentials). A token is used until 30 s before its
 * end, or until a fifth of its life is left where that is shorter; callers at the same time share
 * one request.
 *
 * @throws {UnauthorizedError} the issuer does not know this client or its secret.
 * @throws {UnavailableError} the issuer does not answer.
 */
export function clientCredentials(client: ClientCredentials): TokenSource {
  let endpoint: string | undefined;
  let token: { readonly value: string; readonly usableUntil: number } | undefined;
  let underway: Promise<string> | undefined;

  const take = async () => {
    endpoint ??= await discover(client);
    const { access_token: value, expires_in: seconds } = await requestToken(client, endpoint);
    const spareMs = Math.min(30_000, seconds * 200);
    token = { value, usableUntil: Date.now() + seconds * 1000 - spareMs };
    return value;
  };
  return async ({ renew } = { renew: false }) => {
    if (!renew && token !== undefined && Date.now() < token.usableUntil) return token.value;
    underway ??= take().finally(() => (underway = undefined));
    return underway;
  };
}

async function discover(client: ClientCredentials): Promise<string> {
  const address = `${client.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await ask(client, address, {});
  const endpoint = (await bodyOf(response))['token_endpoint'];
  if (response.ok && typeof endpoint === 'string') return endpoint;
  throw new UnexpectedAnswerError('NO_ISSUER', `${client.issuer} is no OpenID provider`, {
    remedy: 'Check the address of the issuer.',
  });
}

async function requestToken(
  client: ClientCredentials,
  endpoint: string,
): Promise<{ access_token: string; expires_in: number }> {
  const credentials = [client.clientId, client.clientSecret].map(formEncode).join(':');
  const response = await ask(client, endpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(credentials)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: client.scope ?? 'analysis',
    }).toString(),
  });
  const { access_token, expires_in, error, error_description } = await bodyOf(response);
  if (response.ok && typeof access_token === 'string')
    return { access_token, expires_in: typeof expires_in === 'number' ? expires_in : 60 };
  const reason = [error, error_description].filter((part) => typeof part === 'string').join(': ');
  throw new UnauthorizedError(403, 'TOKEN_REFUSED', `${client.issuer} gives no token (${reason})`, {
    remedy: 'Check client id, secret and scope.',
  });
}

async function ask(
  { fetch: reach = fetch, issuer }: ClientCredentials,
  address: string,
  init: RequestInit,
): Promise<Response> {
  const away = (cause?: unknown) =>
    new UnavailableError('ISSUER_UNREACHABLE', `no answer from the issuer ${issuer}`, {
      remedy: 'Check the address of the issuer and the network; is it running?',
      cause,
    });
  let response: Response;
  try {
    response = await reach(address, { ...init, signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    throw away(error);
  }
  if (response.status === 429 || response.status >= 500) throw away();
  return response;
}

const bodyOf = async (response: Response) =>
  (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;

/** RFC 6749 section 2.3.1: both parts are form-encoded before they are joined. */
const formEncode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
