import Provider, {
  interactionPolicy,
  type ClientMetadata,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { isLoopback } from './check-loopback.ts';
import type { IdentityKeys } from './identity-keys.ts';
import { deviceFlow, whoIsAtTheTerminal } from './device-flow.ts';
import {
  appClientId,
  clientSecretOf,
  cliClientId,
  isUserName,
  operatorName,
  webClientId,
} from './local-user.ts';
import { errorPage, pageHeaders } from './pages.ts';
import { createSessionStore } from './session-store.ts';

export interface ProviderSettings {
  /** `iss` of its tokens; on loopback, without a path. */
  readonly issuer: string;
  readonly audience: string;
  /** Secret of the stack; every user's client secret is derived from it. */
  readonly secret: string;
  readonly keys: IdentityKeys;
  readonly tokenSeconds: number;
  /** How long a person has to enter the code of a terminal and to log in. */
  readonly deviceCodeSeconds: number;
  /** Loopback addresses that a browser may return to; any port of them counts (RFC 8252). */
  readonly redirectUris: readonly string[];
}

const scope = 'analysis analysis.read';
const operatorScope = 'operator';
const hour = 60 * 60;

/**
 * An OpenID provider for one machine: any name logs in without a password, so it must never be reached
 * from elsewhere. Its tokens are like those of a real issuer: RS256, audience, scope, expiry.
 */
export function createProvider(settings: ProviderSettings): Provider {
  const { audience, tokenSeconds, deviceCodeSeconds } = settings;
  const provider = new Provider(settings.issuer, {
    adapter: createSessionStore((id) => clientOf(id, settings)),
    jwks: { keys: settings.keys.signing },
    cookies: { keys: [...settings.keys.cookies] },
    responseTypes: ['code'],
    scopes: ['openid'],
    claims: { openid: ['sub'] },
    findAccount: (_ctx, id) =>
      isUserName(id) ? { accountId: id, claims: () => ({ sub: id }) } : undefined,
    features: {
      devInteractions: { enabled: false }, // replaced by a login page that checks the name
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow,
      revocation: {
        enabled: true, // of refresh tokens: an access token ends by itself
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, _resource, client) => ({
          audience,
          scope: client.clientId === operatorName ? operatorScope : scope,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    interactions: {
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
      policy: loginThenConsent(audience),
    },
    loadExistingGrant: grantEverything(audience),
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // A terminal stays logged in when the browser that let it in changes its user.
    expiresWithSession: (ctx) => ctx.oidc.client?.clientId !== cliClientId,
    clientBasedCORS: (_ctx, origin) => isLoopbackOrigin(origin),
    async renderError(ctx, out) {
      ctx.set(pageHeaders);
      ctx.type = 'html';
      ctx.body = String(await errorPage(out.error, out.error_description));
    },
    ttl: {
      AccessToken: tokenSeconds,
      ClientCredentials: tokenSeconds,
      AuthorizationCode: 60,
      DeviceCode: deviceCodeSeconds,
      IdToken: hour,
      Interaction: hour,
      RefreshToken: 24 * hour,
      Grant: 24 * hour,
      Session: 24 * hour,
    },
  });
  return provider;
}

/** Every name is a client; our page, an app of somebody else and the terminal have one each for all users. */
function clientOf(id: string, settings: ProviderSettings): ClientMetadata | undefined {
  if (id === webClientId || id === appClientId)
    return {
      client_id: id,
      application_type: 'native', // what allows http and any port on loopback
      token_endpoint_auth_method: 'none', // a public client: PKCE stands in for the secret
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: [...settings.redirectUris],
    };
  if (id === cliClientId)
    return {
      client_id: id,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      response_types: [],
      redirect_uris: [],
    };
  if (!isUserName(id)) return undefined;
  return {
    client_id: id,
    client_secret: clientSecretOf(id, settings.secret),
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  };
}

/**
 * An app of somebody else asks for consent, once for each scope. For a terminal it is given on the page of
 * its code; to the page that is our own there is none to give.
 */
function loginThenConsent(audience: string) {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  policy.add(
    new interactionPolicy.Prompt(
      { name: 'consent', requestable: true },
      new interactionPolicy.Check('app', 'an app of somebody else asks for consent', ({ oidc }) => {
        if (oidc.client?.clientId !== appClientId || oidc.result?.consent !== undefined)
          return false;
        const granted = oidc.entities.Grant?.getResourceScope(audience).split(' ') ?? [];
        return scopesOf(oidc).some((asked) => !granted.includes(asked));
      }),
    ),
  );
  policy.get('login')?.checks.add(whoIsAtTheTerminal);
  return policy;
}

function grantEverything(audience: string) {
  return async ({ oidc }: KoaContextWithOIDC) => {
    const { client, session } = oidc;
    if (client === undefined || session?.accountId === undefined) return undefined;
    // Each terminal has a grant of its own: a logout ends none but its own.
    const isTerminal = client.clientId === cliClientId;
    const known = isTerminal ? undefined : session.grantIdFor(client.clientId);
    const found = known === undefined ? undefined : await oidc.provider.Grant.find(known);
    const isApp = client.clientId === appClientId;
    if (isApp ? oidc.result?.consent === undefined : found !== undefined) return found;
    const grant =
      found ?? new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid');
    grant.addResourceScope(audience, isApp ? scopesOf(oidc).join(' ') : scope);
    await grant.save();
    return grant;
  };
}

/** What is asked for of our own scopes. */
const scopesOf = ({ params }: KoaContextWithOIDC['oidc']): string[] => {
  const asked = typeof params?.['scope'] === 'string' ? params['scope'].split(' ') : [];
  return scope.split(' ').filter((one) => asked.includes(one));
};

const isLoopbackOrigin = (origin: string) =>
  URL.canParse(origin) && isLoopback(new URL(origin).hostname);
