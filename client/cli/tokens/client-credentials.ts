import * as oauth from 'oauth4webapi';
import type { TokenSource } from '../../sdk/index.ts';
import { discover, optionsOf, toTokenError, usableUntil, type Issuer } from './issuer.ts';

export interface ClientCredentials extends Issuer {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default: `analysis`. Entra ID: `api://<application>/.default`. */
  readonly scope?: string | undefined;
}

/**
 * Tokens of a program's own (OAuth 2.0 client credentials). Callers at the same time share one request.
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
    token = { value, usableUntil: usableUntil(seconds) };
    return value;
  };
  return async ({ renew } = { renew: false }) => {
    if (!renew && token !== undefined && Date.now() < token.usableUntil) return token.value;
    underway ??= fetchToken().finally(() => (underway = undefined));
    return underway;
  };
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
    throw toTokenError(error, client, 'Check client id, secret and scope.');
  }
}
