import type { Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Health } from '../platform/http/health.ts';
import { createHttpApp } from '../platform/http/http-server.ts';
import type { Logger } from '../platform/logger.ts';
import { Problem } from '../platform/http/problem.ts';
import type { RestClient } from '../platform/http/rest-client.ts';
import { createGraphQLHandler } from './graphql/handle-graphql.ts';
import { createSseHandler } from './graphql/handle-sse.ts';
import { feedUnavailable } from './feed/cursor.ts';
import type { Feed } from './feed/feed.ts';
import type { MutationLimit } from './limit-mutations.ts';
import type { UploadLimit } from './limit-uploads.ts';
import type { Limits } from './limits.ts';
import { createDocuments } from './graphql/load-document.ts';
import { createErrorMask, problemExtensions } from './graphql/mask-errors.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { OpenStreams } from './graphql/open-streams.ts';
import { createResolvers } from './resolvers.ts';
import { createSchema } from './graphql/schema.ts';
import type { VerifyToken } from './auth/verify-token.ts';

const paths = ['/graphql', '/graphql/stream'];

export interface GatewayDeps {
  verifyToken: VerifyToken;
  ingestion: RestClient;
  orchestrator: RestClient;
  feeds: { started: Feed; completed: Feed };
  streams: OpenStreams;
  metrics: GatewayMetrics;
  mutations: MutationLimit;
  uploads: UploadLimit;
  limits: Limits;
  /** Origins of browsers that may call. */
  corsOrigins: readonly string[];
  health: Health;
  logger: Logger;
}

/** graph-gateway: GraphQL over HTTP and over SSE on one address. */
export function createApp(deps: GatewayDeps): Hono {
  const schema = createSchema(createResolvers(deps));
  const load = createDocuments(schema, deps.limits);
  const mask = createErrorMask(deps.logger);
  const feeds = Object.values(deps.feeds);
  const handle = createGraphQLHandler({
    schema,
    load,
    mask,
    verifyToken: deps.verifyToken,
    handleSse: createSseHandler({
      ...deps,
      schema,
      mask,
      blockedMs: deps.limits.STREAM_WRITE_TIMEOUT,
    }),
    streams: deps.streams,
    mutations: deps.mutations,
    requestBytes: deps.limits.REQUEST_BYTES,
    assertFeedsAvailable: () => {
      if (feeds.some((feed) => !feed.caughtUp)) throw feedUnavailable();
    },
    onRejected: (code) => deps.metrics.rejected(code),
  });

  const app = createHttpApp(deps);
  for (const path of paths) {
    app.use(path, crossOrigin(deps.corsOrigins));
    app.all(path, async (c) => {
      try {
        return await handle(c);
      } catch (error) {
        if (error instanceof Problem) return problemResponse(c, error);
        throw error; // the app logs it with a reference
      }
    });
  }
  return app;
}

const crossOrigin = (origins: readonly string[]) =>
  cors({
    origin: [...origins],
    allowMethods: ['GET', 'POST', 'OPTIONS'],
    allowHeaders: ['Authorization', 'Content-Type'],
    exposeHeaders: ['Retry-After'],
    maxAge: 600,
  });

/** A refusal before any GraphQL has its status, and a body in the shape that GraphQL clients read. */
function problemResponse(c: Context, problem: Problem): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  if (problem.retryAfter !== undefined) headers['retry-after'] = String(problem.retryAfter);
  if (problem.status === 401) headers['www-authenticate'] = 'Bearer';
  if (problem.status === 403)
    headers['www-authenticate'] = 'Bearer error="insufficient_scope", scope="analysis"';
  if (problem.status === 405) headers['allow'] = 'GET, POST';
  const error = { message: problem.message, extensions: problemExtensions(problem) };
  return c.json({ errors: [error] }, problem.status as ContentfulStatusCode, headers);
}
