// graph-gateway, steps 1, 2, 4, 8, 15. In: GraphQL; streams graph.subs.*. Out: calls to ingestion; SSE.
import { pick, processPorts } from '../contracts/settings.ts';
import { rabbitTopology, streamQueues } from '../contracts/topology.ts';
import { readConfig } from '../platform/config.ts';
import { createHealth } from '../platform/health.ts';
import { listen } from '../platform/http/http-server.ts';
import { createLogger } from '../platform/logger.ts';
import { runProcess, stopInOrder } from '../platform/process.ts';
import { connectRabbit } from '../platform/rabbitmq/rabbitmq.ts';
import { createRestClient } from '../platform/http/rest-client.ts';
import { createApp } from './app.ts';
import { Feed } from './feed/feed.ts';
import { NewestRuns } from './feed/newest-runs.ts';
import { issuerKeys } from './auth/issuer-keys.ts';
import { createMutationLimit } from './limit-mutations.ts';
import { createUploadLimit } from './limit-uploads.ts';
import { limitSettings } from './limits.ts';
import { createMetrics } from './metrics.ts';
import { createOpenStreams } from './graphql/open-streams.ts';
import { connectRedis } from './redis.ts';
import { createTokenVerifier } from './auth/verify-token.ts';

const logger = createLogger('graph-gateway', process.env['LOG_LEVEL']);

runProcess(logger, async () => {
  const config = readConfig({
    ...pick('HOST', 'PORT', 'LOG_LEVEL', 'INTERNAL_TOKEN', 'INGESTION_URL', 'ORCHESTRATOR_URL'),
    ...pick('OIDC_ISSUER', 'OIDC_AUDIENCE', 'OIDC_OWNER_CLAIMS', 'CORS_ORIGINS'),
    ...pick('RABBITMQ_URL', 'FEED_WINDOW', 'FEED_BYTES'),
    ...pick('MUTATIONS_PER_MINUTE', 'UPLOADS_PER_DAY', 'UPLOAD_BYTES_PER_DAY', 'REDIS_URL'),
    ...pick('STREAM_DRAIN'),
    ...limitSettings,
  });
  logger.level = config.LOG_LEVEL;

  const rabbit = connectRabbit({
    url: config.RABBITMQ_URL,
    name: 'graph-gateway',
    topology: rabbitTopology,
    logger,
  });
  const health = createHealth({
    required: {
      draining: () => {
        if (streams.draining) throw new Error('leaving');
      },
    },
    shared: {
      rabbitmq: () => {
        if (rabbit.state !== 'connected') throw new Error(rabbit.state);
      },
      feeds: () => {
        if (!feeds.started.caughtUp || !feeds.completed.caughtUp) throw new Error('catching up');
      },
    },
  });
  const metrics = createMetrics(health.registry);
  const streams = createOpenStreams({ limits: config, metrics });
  const redis = config.REDIS_URL === undefined ? undefined : connectRedis(config.REDIS_URL, logger);
  const mutations = createMutationLimit({
    perMinute: config.MUTATIONS_PER_MINUTE,
    redis,
    onRejected: () => metrics.mutationsRejected(),
  });
  const uploads = createUploadLimit({
    uploadsPerDay: config.UPLOADS_PER_DAY,
    bytesPerDay: config.UPLOAD_BYTES_PER_DAY,
    redis,
    onRejected: (code) => metrics.uploadsRejected(code),
  });

  const feedParts = {
    rabbit,
    runs: new NewestRuns(),
    windowMs: config.FEED_WINDOW,
    counters: metrics.feed,
    logger,
    now: Date.now,
  };
  const feeds = {
    // a result is about three times as long as a start
    started: new Feed('started', streamQueues.started, {
      ...feedParts,
      bytes: config.FEED_BYTES * 0.25,
    }),
    completed: new Feed('completed', streamQueues.completed, {
      ...feedParts,
      bytes: config.FEED_BYTES * 0.75,
    }),
  };
  metrics.watch({ openStreams: () => streams.size, feeds: [feeds.started, feeds.completed] });

  const internal = { internalToken: config.INTERNAL_TOKEN };
  const app = createApp({
    verifyToken: createTokenVerifier({
      issuer: config.OIDC_ISSUER,
      audience: config.OIDC_AUDIENCE,
      ownerClaims: config.OIDC_OWNER_CLAIMS,
      keys: issuerKeys(config.OIDC_ISSUER),
    }),
    ingestion: createRestClient({
      name: 'tu-ingestion-service',
      baseUrl: config.INGESTION_URL,
      ...internal,
    }),
    orchestrator: createRestClient({
      name: 'svc-analysis-orchestrator',
      baseUrl: config.ORCHESTRATOR_URL,
      ...internal,
    }),
    feeds,
    streams,
    mutations,
    uploads,
    limits: config,
    metrics,
    corsOrigins: config.CORS_ORIGINS,
    health,
    logger,
  });
  const server = await listen(app, {
    host: config.HOST,
    port: config.PORT ?? processPorts.gateway,
  });
  logger.info({ port: server.port }, 'listening');

  stopInOrder(
    logger,
    { name: 'streams', stop: () => streams.drain(config.STREAM_DRAIN) },
    { name: 'http', stop: () => server.stop() },
    {
      name: 'feeds',
      stop: async () => {
        await Promise.all([feeds.started.stop(), feeds.completed.stop()]);
      },
    },
    { name: 'rabbitmq', stop: () => rabbit.close() },
    { name: 'redis', stop: () => Promise.resolve(redis?.stop()) },
  );
});
