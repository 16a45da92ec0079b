import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHealth } from '../../../platform/http/health.ts';
import { listen, type ListenOptions } from '../../../platform/http/http-server.ts';
import { silentLogger, type Logger } from '../../../platform/logger.ts';
import { freePort } from '../../../infra/supervisor/preflight.ts';
import { createApp } from '../../../infra/emulators/identity/app.ts';
import { openIdentityKeys } from '../../../infra/emulators/identity/identity-keys.ts';

export const audience = 'urn:trackunit:analysis';
export const secret = 'the-secret-of-a-test-stack';

/** An identity server on a free port, its keys in a folder of its own. */
export async function startIdentity({
  tokenSeconds = 60,
  deviceCodeSeconds = 60,
  logger = silentLogger(),
  listening = {},
}: {
  tokenSeconds?: number;
  deviceCodeSeconds?: number;
  logger?: Logger;
  listening?: ListenOptions;
} = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'identity-'));
  const keysFile = join(folder, 'identity-keys.json');
  const health = createHealth({});
  const port = await freePort(); // the issuer stands in every token, so it is needed before the server
  const issuer = `http://127.0.0.1:${port}`;
  const app = createApp({
    issuer,
    audience,
    secret,
    keys: await openIdentityKeys(keysFile),
    tokenSeconds,
    deviceCodeSeconds,
    redirectUris: ['http://127.0.0.1/', 'http://localhost/callback'],
    health,
    logger,
  });
  const server = await listen(app, { host: '127.0.0.1', port }, listening);
  return {
    app,
    issuer,
    port,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
