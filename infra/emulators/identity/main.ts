// identity, before step 1: the OpenID provider of a local stack. In: names. Out: access tokens (RS256).
import { processSettings } from '../../../contracts/settings.ts';
import { runService } from '../../../platform/service.ts';
import { createApp } from './app.ts';
import { checkLoopback } from './check-loopback.ts';
import { openIdentityKeys } from './identity-keys.ts';

const name = 'identity';

runService({
  name,
  settings: processSettings(
    name,
    ...(['OIDC_ISSUER', 'OIDC_AUDIENCE', 'IDENTITY_SECRET', 'IDENTITY_KEYS_FILE'] as const),
    ...(['IDENTITY_TOKEN_SECONDS', 'IDENTITY_DEVICE_CODE_SECONDS'] as const),
    ...(['IDENTITY_REDIRECT_URIS'] as const),
  ),
  async start({ config }) {
    checkLoopback(config.HOST, config.PORT, config.OIDC_ISSUER);
    const keys = await openIdentityKeys(config.IDENTITY_KEYS_FILE);
    return {
      app: (deps) =>
        createApp({
          ...deps,
          issuer: config.OIDC_ISSUER,
          audience: config.OIDC_AUDIENCE,
          secret: config.IDENTITY_SECRET,
          keys,
          tokenSeconds: config.IDENTITY_TOKEN_SECONDS,
          deviceCodeSeconds: config.IDENTITY_DEVICE_CODE_SECONDS,
          redirectUris: config.IDENTITY_REDIRECT_URIS,
        }),
    };
  },
});
