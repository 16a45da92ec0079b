import { fileURLToPath } from 'node:url';
import type { Registry } from 'prom-client';
import { pick } from '../contracts/settings.ts';
import type { Config } from '../platform/config.ts';
import type { RestClient, StreamingRestClient } from '../platform/http/rest-client.ts';
import type { Logger } from '../platform/logger.ts';
import type { RabbitConnection } from '../platform/rabbitmq/rabbitmq.ts';
import type { Service } from '../platform/service.ts';
import { createApp } from './app.ts';
import type { VerifyToken } from './auth/verify-token.ts';
import type { FeedDeps } from './feed/feed.ts';
import { createExportHandler } from './export-analyses.ts';
import { assertCaughtUp, feedsOf, isCaughtUp, openFeeds, type StreamQueues } from './feed/feeds.ts';
import { createGraphQLHandler } from './graphql/handle-graphql.ts';
import { createSseHandler } from './graphql/handle-sse.ts';
import { createDocuments } from './graphql/load-document.ts';
import { createErrorMask } from './graphql/mask-errors.ts';
import { createOpenStreams } from './graphql/open-streams.ts';
import { createSchema } from './graphql/schema.ts';
import { createMutationLimit, createRedoLimit } from './limits/limit-mutations.ts';
import { createUploadLimit } from './limits/limit-uploads.ts';
import { limitSettings } from './limits/limits.ts';
import type { RedisCounters } from './limits/redis.ts';
import { createMetrics } from './metrics.ts';
import { createTrustedDocuments } from './graphql/trusted-documents.ts';
import { createPhotoLoader } from './photos/read-photos.ts';
import { createQueueLoader } from './queue/read-queue.ts';
import { createResolvers } from './resolvers.ts';

export const gatewaySettings = {
  ...pick('CORS_ORIGINS', 'REPLAY_WINDOW', 'REPLAY_BUFFER_BYTES', 'STREAM_DRAIN'),
  ...pick('OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_SCOPE', 'S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT'),
  ...limitSettings,
};

const builtPage = fileURLToPath(new URL('../dist/web', import.meta.url));

export interface GatewayDeps {
  config: Config<typeof gatewaySettings>;
  verifyToken: VerifyToken;
  ingestion: RestClient;
  orchestrator: RestClient;
  register: StreamingRestClient;
  mediaAccess: RestClient;
  rabbit: RabbitConnection;
  /** Default: the streams of the topology. */
  queues?: StreamQueues | undefined;
  /** Counts for all replicas together; without it each counts by itself. */
  redis?: RedisCounters | undefined;
  registry: Registry;
  logger: Logger;
  /** Where the built page lies, if not where `infra/page.ts` puts it. */
  pageFolder?: string | undefined;
  /** For tests. */
  feed?: Partial<Pick<FeedDeps, 'now' | 'markerTimeoutMs'>> | undefined;
}

/** One replica between its connections and its HTTP server: feeds, limits, schema, handlers. */
export function createGateway(deps: GatewayDeps) {
  const { config, logger, rabbit } = deps;
  const metrics = createMetrics(deps.registry);
  const streams = createOpenStreams({ limits: config, counters: metrics });
  const feeds = openFeeds(
    {
      rabbit,
      logger,
      windowMs: config.REPLAY_WINDOW,
      bytes: config.REPLAY_BUFFER_BYTES,
      counters: metrics.feed,
      now: Date.now,
      ...deps.feed,
    },
    deps.queues,
  );
  metrics.watch({ openStreams: () => streams.size, feeds: feedsOf(feeds) });

  const uploads = createUploadLimit({
    uploadsPerDay: config.UPLOADS_PER_DAY,
    bytesPerDay: config.UPLOAD_BYTES_PER_DAY,
    redis: deps.redis,
    onRejected: metrics.uploadsRejected,
  });
  const mutations = createMutationLimit({
    perMinute: config.MUTATIONS_PER_MINUTE,
    redis: deps.redis,
    onRejected: metrics.mutationsRejected,
  });
  const redos = createRedoLimit({
    perHour: config.REDOS_PER_HOUR,
    redis: deps.redis,
    onRejected: metrics.redosRejected,
  });
  const schema = createSchema(createResolvers({ ...deps, feeds, metrics, uploads, redos }));
  const mask = createErrorMask(logger);
  const handleGraphQL = createGraphQLHandler({
    schema,
    mask,
    resolveDocument: createTrustedDocuments(
      config.TRUSTED_DOCUMENTS,
      config.TRUSTED_DOCUMENTS_FILE,
    ),
    load: createDocuments(schema, config),
    verifyToken: deps.verifyToken,
    handleSse: createSseHandler({
      schema,
      mask,
      logger,
      onSent: metrics.sent,
      writeTimeoutMs: config.STREAM_WRITE_TIMEOUT,
    }),
    streams,
    mutations,
    createPhotoLoader: () => createPhotoLoader(deps.mediaAccess),
    createQueueLoader: (owner) => createQueueLoader({ register: deps.register, logger }, owner),
    maximumBytes: config.REQUEST_BYTES,
    assertFeedsAvailable: () => assertCaughtUp(feeds),
    onRejected: metrics.rejected,
  });

  return {
    feeds,
    streams,
    checks: {
      required: {
        draining: () => {
          if (streams.draining) throw new Error('draining: this replica is shutting down');
        },
      },
      shared: {
        rabbitmq: () => {
          if (rabbit.state !== 'connected') throw new Error(rabbit.state);
        },
        feeds: () => {
          if (!isCaughtUp(feeds))
            throw new Error('catching up: the streams are not read to their ends');
        },
      },
    },
    publicApp: (http) =>
      createApp({
        ...http,
        handleGraphQL,
        exportAnalyses: createExportHandler({
          register: deps.register,
          verifyToken: deps.verifyToken,
        }),
        corsOrigins: config.CORS_ORIGINS,
        graphiql: config.INTROSPECTION,
        page: {
          folder: deps.pageFolder ?? builtPage,
          configuration: {
            issuer: config.OIDC_ISSUER,
            clientId: config.OIDC_CLIENT_ID,
            scope: config.OIDC_SCOPE,
          },
          storeOrigin: config.S3_PUBLIC_ENDPOINT ?? config.S3_ENDPOINT,
        },
      }),
    drain: [{ name: 'streams', stop: () => streams.drain(config.STREAM_DRAIN) }],
    stop: [{ name: 'feeds', stop: () => Promise.all(feedsOf(feeds).map((feed) => feed.stop())) }],
  } satisfies Service & Record<string, unknown>;
}
