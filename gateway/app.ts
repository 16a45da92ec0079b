import type { Context, Hono, MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { createPublicApp } from '../platform/http/http-server.ts';
import { Problem } from '../platform/http/problem.ts';
import type { Logger } from '../platform/logger.ts';
import { serveGraphiql } from './graphiql/serve-graphiql.ts';
import { problemExtensions } from './graphql/mask-errors.ts';
import { servePage, type PageDeps } from './page/serve-page.ts';

const paths = ['/graphql', '/graphql/stream'];

/** graph-gateway: GraphQL over HTTP and over SSE on one address; exports on another; the page on the rest. */
export function createApp(deps: {
  handleGraphQL: (c: Context) => Promise<Response>;
  exportAnalyses: (c: Context) => Promise<Response>;
  /** Origins of browsers that may call. */
  corsOrigins: readonly string[];
  /** Whether browsers get GraphiQL. */
  graphiql: boolean;
  page: PageDeps;
  logger: Logger;
}): Hono {
  const app = createPublicApp(deps);
  for (const path of paths) {
    app.use(path, neverStored, crossOrigin(deps.corsOrigins));
    if (deps.graphiql && path === '/graphql') serveGraphiql(app);
    app.all(path, async (c) => {
      try {
        return await deps.handleGraphQL(c);
      } catch (error) {
        if (error instanceof Problem) return problemResponse(c, error);
        throw error; // the app logs it with a reference
      }
    });
  }
  app.use('/export', neverStored, crossOrigin(deps.corsOrigins));
  app.all('/export', async (c) => {
    try {
      return await deps.exportAnalyses(c);
    } catch (error) {
      if (error instanceof Problem) c.header('www-authenticate', challengeOf(c, error));
      throw error; // the app answers it as a problem
    }
  });
  servePage(app, deps.page);
  return app;
}

/** Any header may come along: clients add names, versions and trace contexts, and none gives a right. */
const crossOrigin = (origins: readonly string[]) =>
  cors({
    origin: [...origins],
    allowMethods: ['GET', 'POST', 'OPTIONS'],
    exposeHeaders: ['Retry-After', 'Content-Disposition'],
    maxAge: 600,
  });

/** Answers belong to one caller, and stand in the head before a stream begins. */
const neverStored: MiddlewareHandler = async (c, next) => {
  c.header('cache-control', 'no-store');
  c.header('vary', 'Origin');
  await next();
};

/** A refusal before any GraphQL has its status, and a body in the shape that GraphQL clients read. */
function problemResponse(c: Context, problem: Problem): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  if (problem.retryAfter !== undefined) headers['retry-after'] = String(problem.retryAfter);
  const challenge = challengeOf(c, problem);
  if (challenge !== undefined) headers['www-authenticate'] = challenge;
  if (problem.status === 405) headers['allow'] = 'GET, POST';
  const error = { message: problem.message, extensions: problemExtensions(problem) };
  return c.json({ errors: [error] }, problem.status as ContentfulStatusCode, headers);
}

/** What is wrong with the token (RFC 6750). */
function challengeOf(c: Context, { status }: Problem): string | undefined {
  if (status === 403) return 'Bearer error="insufficient_scope", scope="analysis"';
  if (status !== 401) return undefined;
  return c.req.header('authorization') === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
}
