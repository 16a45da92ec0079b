// identity, before step 1: the OpenID provider of a local stack. In: names. Out: access tokens (RS256).
import { pick } from '../../../contracts/settings.ts';
import { readConfig } from '../../../platform/config.ts';
import { createHealth } from '../../../platform/health.ts';
import { listen } from '../../../platform/http/http-server.ts';
import { createLogger } from '../../../platform/logger.ts';
import { runProcess, stopInOrder } from '../../../platform/process.ts';
import { createApp } from './app.ts';
import { checkLoopback } from './check-loopback.ts';
import { openIdentityKeys } from './identity-keys.ts';

const logger = createLogger('identity');

runProcess(logger, async () => {
  const config = readConfig(
    pick(
      ...(['HOST', 'PORT', 'LOG_LEVEL', 'OIDC_ISSUER', 'OIDC_AUDIENCE'] as const),
      ...(['IDENTITY_SECRET', 'IDENTITY_KEYS_FILE', 'IDENTITY_TOKEN_SECONDS'] as const),
      'IDENTITY_REDIRECT_URIS',
    ),
  );
  logger.level = config.LOG_LEVEL;
  const port = config.PORT ?? Number(new URL(config.OIDC_ISSUER).port);
  checkLoopback(config.HOST, port, config.OIDC_ISSUER);
  const app = createApp({
    issuer: config.OIDC_ISSUER,
    audience: config.OIDC_AUDIENCE,
    secret: config.IDENTITY_SECRET,
    keys: await openIdentityKeys(config.IDENTITY_KEYS_FILE),
    tokenSeconds: config.IDENTITY_TOKEN_SECONDS,
    redirectUris: config.IDENTITY_REDIRECT_URIS,
    health: createHealth({}),
    logger,
  });
  const server = await listen(app, { host: config.HOST, port });
  stopInOrder(logger, { name: 'http', stop: () => server.stop() });
  logger.info({ port: server.port, issuer: config.OIDC_ISSUER }, 'listening');
});
