import { setTimeout as delay } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';
import { TrackunitError, UnauthorizedError, UnavailableError } from '../../sdk/index.ts';
import { discover, optionsOf, toTokenError, usableUntil, type Issuer } from './issuer.ts';
import type { Login } from './login-file.ts';

export interface DeviceLogin extends Issuer {
  readonly clientId: string;
  /** Without `openid`, which is asked for in any case. */
  readonly scope: string;
  /** Shows the person where to enter which code. */
  readonly onCode: (code: oauth.DeviceAuthorizationResponse) => void;
  readonly wait?: ((seconds: number) => Promise<unknown>) | undefined;
}

const defaultSeconds = 5; // RFC 8628 section 3.2, also what `slow_down` adds

/**
 * The login of a person whose browser may be elsewhere (RFC 8628).
 *
 * @throws {UnauthorizedError} LOGIN_DENIED, LOGIN_EXPIRED, TOKEN_REFUSED.
 * @throws {UnavailableError} the issuer does not answer at the beginning; later it is asked more rarely.
 */
export async function logInByDevice(request: DeviceLogin): Promise<Login> {
  const server = await discover(request);
  if (server.device_authorization_endpoint === undefined)
    throw new TrackunitError('NO_DEVICE_LOGIN', `${request.issuer} offers no login by code`, {
      remedy: 'Allow the device code grant (RFC 8628) there, or set TRACKUNIT_TOKEN.',
    });
  const client = { client_id: request.clientId };
  const code = await begin(server, client, request);
  request.onCode(code);
  const answer = await poll(server, client, code, request);
  return {
    issuer: request.issuer,
    clientId: request.clientId,
    user: userOf(answer),
    accessToken: answer.access_token,
    usableUntil: usableUntil(answer.expires_in ?? 60),
    refreshToken: answer.refresh_token,
  };
}

async function begin(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  request: DeviceLogin,
): Promise<oauth.DeviceAuthorizationResponse> {
  const offline = server.scopes_supported?.includes('offline_access') ? ' offline_access' : '';
  const scope = new URLSearchParams({ scope: `openid ${request.scope}${offline}` });
  try {
    return await oauth.processDeviceAuthorizationResponse(
      server,
      client,
      await oauth.deviceAuthorizationRequest(
        server,
        client,
        oauth.None(),
        scope,
        optionsOf(request),
      ),
    );
  } catch (error) {
    throw toTokenError(error, request, 'Check TRACKUNIT_CLIENT_ID and the scope.');
  }
}

/** Never asks sooner than the issuer said last, nor after the code has ended. */
async function poll(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  code: oauth.DeviceAuthorizationResponse,
  request: DeviceLogin,
): Promise<oauth.TokenEndpointResponse> {
  const wait = request.wait ?? ((seconds: number) => delay(seconds * 1000));
  let interval = code.interval ?? defaultSeconds;
  for (let left = code.expires_in - interval; left >= 0; left -= interval) {
    await wait(interval);
    try {
      const options = optionsOf(request);
      return await oauth.processDeviceCodeResponse(
        server,
        client,
        await oauth.deviceCodeGrantRequest(server, client, oauth.None(), code.device_code, options),
      );
    } catch (error) {
      const reason = error instanceof oauth.ResponseBodyError ? error.error : undefined;
      if (reason === 'slow_down') interval += defaultSeconds;
      else if (error instanceof UnavailableError) interval *= 2;
      else if (reason === 'access_denied') throw refused('LOGIN_DENIED', 'the login was refused');
      else if (reason === 'expired_token') throw expired();
      else if (reason !== 'authorization_pending')
        throw toTokenError(error, request, 'Log in again: `npm run login`.');
    }
  }
  throw expired();
}

const expired = () => refused('LOGIN_EXPIRED', 'nobody entered the code in time');

const refused = (code: string, message: string) =>
  new UnauthorizedError(403, code, message, { remedy: 'Log in again: `npm run login`.' });

/** As the issuer calls the person; for the screen of this machine only. */
function userOf(answer: oauth.TokenEndpointResponse): string {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const names = [claims?.['preferred_username'], claims?.['email'], claims?.sub];
  const [name] = names.filter((value) => typeof value === 'string');
  return name ?? 'somebody';
}
