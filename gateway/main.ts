// graph-gateway, steps 1, 2, 4, 8, 15. In: GraphQL; streams graph.subs.*. Out: calls to ingestion; SSE.
import { processSettings } from '../contracts/settings.ts';
import { rabbitTopology, streamQueues } from '../contracts/topology.ts';
import { createRestClient } from '../platform/http/rest-client.ts';
import { connectRabbit } from '../platform/rabbitmq/rabbitmq.ts';
import { runService } from '../platform/service.ts';
import { createApp } from './app.ts';
import { issuerKeys } from './auth/issuer-keys.ts';
import { createTokenVerifier } from './auth/verify-token.ts';
import { Feed } from './feed/feed.ts';
import { NewestRuns } from './feed/newest-runs.ts';
import { createOpenStreams } from './graphql/open-streams.ts';
import { createMutationLimit } from './limit-mutations.ts';
import { createUploadLimit } from './limit-uploads.ts';
import { limitSettings } from './limits.ts';
import { createMetrics } from './metrics.ts';
import { connectRedis } from './redis.ts';

const name = 'graph-gateway';

runService({
  name,
  settings: {
    ...processSettings(
      name,
      ...(['INTERNAL_TOKEN', 'INGESTION_URL', 'ORCHESTRATOR_URL', 'RABBITMQ_URL'] as const),
      ...(['OIDC_ISSUER', 'OIDC_AUDIENCE', 'OIDC_OWNER_CLAIMS', 'CORS_ORIGINS'] as const),
      ...(['REPLAY_WINDOW', 'REPLAY_BUFFER_BYTES', 'STREAM_DRAIN', 'REDIS_URL'] as const),
      ...(['MUTATIONS_PER_MINUTE', 'UPLOADS_PER_DAY', 'UPLOAD_BYTES_PER_DAY'] as const),
    ),
    ...limitSettings,
  },
  start({ config, logger, registry }) {
    const rabbit = connectRabbit({
      url: config.RABBITMQ_URL,
      name,
      topology: rabbitTopology,
      logger,
    });
    const metrics = createMetrics(registry);
    const streams = createOpenStreams({ limits: config, metrics });
    const redis =
      config.REDIS_URL === undefined ? undefined : connectRedis(config.REDIS_URL, logger);
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

    const feedDeps = {
      rabbit,
      runs: new NewestRuns(),
      windowMs: config.REPLAY_WINDOW,
      counters: metrics.feed,
      logger,
      now: Date.now,
    };
    const feeds = {
      // a result is about three times as long as a start
      started: new Feed('started', streamQueues.started, {
        ...feedDeps,
        bytes: config.REPLAY_BUFFER_BYTES * 0.25,
      }),
      completed: new Feed('completed', streamQueues.completed, {
        ...feedDeps,
        bytes: config.REPLAY_BUFFER_BYTES * 0.75,
      }),
    };
    metrics.watch({ openStreams: () => streams.size, feeds: [feeds.started, feeds.completed] });

    const restClient = (service: string, baseUrl: string) =>
      createRestClient({ name: service, baseUrl, internalToken: config.INTERNAL_TOKEN });
    return {
      checks: {
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
            if (!feeds.started.caughtUp || !feeds.completed.caughtUp)
              throw new Error('catching up');
          },
        },
      },
      app: (deps) =>
        createApp({
          ...deps,
          verifyToken: createTokenVerifier({
            issuer: config.OIDC_ISSUER,
            audience: config.OIDC_AUDIENCE,
            ownerClaims: config.OIDC_OWNER_CLAIMS,
            keys: issuerKeys(config.OIDC_ISSUER),
          }),
          ingestion: restClient('tu-ingestion-service', config.INGESTION_URL),
          orchestrator: restClient('svc-analysis-orchestrator', config.ORCHESTRATOR_URL),
          feeds,
          streams,
          mutations,
          uploads,
          limits: config,
          metrics,
          corsOrigins: config.CORS_ORIGINS,
        }),
      drain: [{ name: 'streams', stop: () => streams.drain(config.STREAM_DRAIN) }],
      stop: [
        {
          name: 'feeds',
          stop: () => Promise.all([feeds.started.stop(), feeds.completed.stop()]),
        },
        { name: 'rabbitmq', stop: () => rabbit.close() },
        { name: 'redis', stop: () => Promise.resolve(redis?.stop()) },
      ],
    };
  },
});
