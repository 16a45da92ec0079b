import { createApp } from '../../../gateway/app.ts';
import { limitSettings } from '../../../gateway/limits.ts';
import { createMetrics } from '../../../gateway/metrics.ts';
import { createOpenStreams } from '../../../gateway/graphql/open-streams.ts';
import { readConfig } from '../../../platform/config.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { listen } from '../../../platform/http/http-server.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { nowhere, openFeeds, ownerIn } from './feeds-in-memory.ts';
import type { ServedStreams } from './payload.ts';

/** The gateway as it is, from the message of the stream to the socket. */
export async function serveGateway(): Promise<ServedStreams> {
  const health = createHealth({});
  const metrics = createMetrics(health.registry);
  const limits = readConfig(limitSettings, {});
  const { feeds, prepare } = await openFeeds(metrics);
  const app = createApp({
    verifyToken: (authorization) =>
      Promise.resolve({ owner: ownerIn(authorization), expiresAt: Date.now() + 3_600_000 }),
    ingestion: nowhere,
    orchestrator: nowhere,
    feeds,
    streams: createOpenStreams({ limits, metrics }),
    mutations: { take: () => Promise.resolve() },
    uploads: { take: () => Promise.resolve() },
    limits,
    metrics,
    corsOrigins: [],
    health,
    logger: silentLogger(),
  });
  const { port } = await listen(app, { host: '127.0.0.1', port: 0 });
  return { port, prepare };
}
