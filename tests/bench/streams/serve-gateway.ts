import { isCaughtUp } from '../../../gateway/feed/feeds.ts';
import { createGateway, gatewaySettings } from '../../../gateway/gateway.ts';
import { readConfig } from '../../../platform/config.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { listen } from '../../../platform/http/http-server.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { feedBytes, nowhere, openStreamsInMemory, ownerIn, until } from './feeds-in-memory.ts';
import type { ServedStreams } from './payload.ts';

/** The gateway as it is, from the message of the stream to the socket. */
export async function serveGateway(): Promise<ServedStreams> {
  const { registry } = createHealth({});
  const { rabbit, prepare } = openStreamsInMemory();
  const logger = silentLogger();
  const gateway = createGateway({
    config: { ...readConfig(gatewaySettings, {}), REPLAY_BUFFER_BYTES: feedBytes },
    verifyToken: (authorization) =>
      Promise.resolve({
        owner: ownerIn(authorization),
        expiresAt: Date.now() + 3_600_000,
        readOnly: true,
      }),
    ingestion: nowhere,
    orchestrator: nowhere,
    register: { ...nowhere, open: nowhere.call },
    mediaAccess: nowhere,
    rabbit,
    registry,
    logger,
  });
  await until(() => isCaughtUp(gateway.feeds));
  const app = gateway.publicApp({ logger });
  const { port } = await listen(app, { host: '127.0.0.1', port: 0 });
  return { port, prepare };
}
