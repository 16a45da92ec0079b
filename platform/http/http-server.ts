import { randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import type { Health } from './health.ts';
import type { Logger } from 'pino';
import { Problem } from './problem.ts';

/** A Hono app with what every process answers: `/livez`, `/readyz`, `/metrics`, errors as problems. */
export function createHttpApp(deps: { health: Health; logger: Logger }): Hono {
  const { health } = deps;
  const app = createPublicApp(deps);
  app.get('/livez', (c) => {
    const report = health.live();
    return c.json(report, report.ok ? 200 : 503);
  });
  app.get('/readyz', async (c) => {
    const report = await health.ready();
    return c.json(report, report.ok ? 200 : 503);
  });
  app.get('/metrics', async (c) =>
    c.text(await health.registry.metrics(), 200, { 'content-type': health.registry.contentType }),
  );
  return app;
}

/** The same for a port that is public: nothing that says how the process is. */
export function createPublicApp(deps: { logger: Logger }): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    if (c.res.headers.has('x-hono-already-sent')) return; // a copy of it would be sent again
    c.header('x-content-type-options', 'nosniff'); // what we answer is what it says it is
  });
  app.notFound((c) =>
    answerProblem(c, new Problem(404, 'NO_ROUTE', `no route ${c.req.method} ${c.req.path}`)),
  );
  app.onError((error, c) => {
    if (error instanceof Problem) return answerProblem(c, error);
    if (error instanceof HTTPException)
      return answerProblem(c, new Problem(error.status, 'HTTP', error.message));
    const reference = randomUUID();
    deps.logger.error({ err: error, reference, path: c.req.path }, 'request failed');
    const problem = new Problem(
      500,
      'INTERNAL',
      `internal error: an operator finds it in the log by reference ${reference}`,
    );
    return c.json({ ...problem.toBody(), reference }, 500, problemHeaders);
  });
  return app;
}

const problemHeaders = { 'content-type': 'application/problem+json' };

function answerProblem(c: Context, problem: Problem): Response {
  const headers: Record<string, string> = { ...problemHeaders };
  if (problem.retryAfter !== undefined) headers['retry-after'] = String(problem.retryAfter);
  return c.json(problem.toBody(), problem.status as ContentfulStatusCode, headers);
}

/** Whether the caller is a service of ours. Compared in constant time. */
export function hasInternalToken(c: Context, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const given = Buffer.from(c.req.header('authorization') ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Lets in only callers that carry the internal token. */
export function requireInternalToken(token: string): MiddlewareHandler {
  return async (c, next) => {
    if (!hasInternalToken(c, token))
      throw new Problem(401, 'UNAUTHORIZED', 'the internal bearer token is missing or wrong');
    await next();
  };
}

/** The longest JSON body between services: the longest of them, a claim with its ticket, has 5 KB. */
const maximumJsonBytes = 64 * 1024;

/**
 * Reads a JSON body of the given shape.
 *
 * @throws {Problem} 400 not UTF-8; 413 over 64 KiB; 415 not JSON by its content type, or compressed;
 *   422 no JSON, or with every field that is wrong.
 */
export async function readJson<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const contentType = c.req.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(contentType))
    throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'send content-type: application/json');
  return parseOrProblem(schema, parseJson(await readText(c, maximumJsonBytes)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(422, 'INVALID', `the body is not JSON: ${(error as Error).message}`, {
      errors: { body: ['not JSON'] },
    });
  }
}

/**
 * The body as text, a byte order mark left out. What is not UTF-8 is refused: read with replacement
 * characters it would be another text than the one sent.
 *
 * @throws {Problem} 400 `NOT_UTF8`, or `INCOMPLETE`, seen in the log alone; 413 `TOO_LARGE`, as
 *   soon as that is known; 415 compressed.
 */
export async function readText(c: Context, maximumBytes: number): Promise<string> {
  if ((c.req.header('content-encoding') ?? 'identity') !== 'identity')
    throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'send the body without content-encoding');
  const tooLarge = () =>
    new Problem(413, 'TOO_LARGE', `the body is too large: send at most ${maximumBytes} bytes`);
  const length = Number(c.req.header('content-length') ?? Number.NaN);
  if (length > maximumBytes) throw tooLarge();
  // `raw` is a second request, which an open subscription would hold on to: only where it must be.
  const hasLength = !Number.isNaN(length) && c.req.header('transfer-encoding') === undefined;
  const reading = hasLength
    ? c.req.arrayBuffer()
    : readChunks(c.req.raw.body, maximumBytes, tooLarge);
  const bytes = await reading.catch((error: unknown) => {
    if (error instanceof Problem) throw error;
    throw new Problem(400, 'INCOMPLETE', 'the connection ended before the body', { cause: error });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Problem(400, 'NOT_UTF8', 'the body is not UTF-8', { cause: error });
  }
}

async function readChunks(
  body: ReadableStream<Uint8Array> | null,
  maximumBytes: number,
  tooLarge: () => Problem,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maximumBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws {Problem} 422 with every field that is wrong. */
export function parseOrProblem<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors: Record<string, string[]> = {};
  for (const issue of parsed.error.issues)
    (errors[issue.path.join('.') || 'body'] ??= []).push(issue.message);
  const summary = Object.entries(errors).map(([field, faults]) => `${field}: ${faults.join(', ')}`);
  throw new Problem(422, 'INVALID', summary.join('; '), { errors });
}

export interface RunningServer {
  readonly port: number;
  /** Refuses new connections, lets requests in progress finish, then closes their connections. */
  stop(): Promise<void>;
}

/** An address or a Host of which no request can be made: no app has seen it. */
function answerUnreadable(error: unknown): Response | undefined {
  if (!(error instanceof RequestError)) return undefined; // answered 500
  const problem = new Problem(400, 'BAD_REQUEST', `invalid request: ${error.message}`);
  return Response.json(problem.toBody(), { status: problem.status, headers: problemHeaders });
}

export interface ListenOptions {
  /** How long a request may take to arrive, its body included; then 408. */
  readonly requestMs?: number;
  /** How often that is checked. */
  readonly checkEveryMs?: number;
}

/** Longer than proxies keep a connection idle (nginx 60 s, Caddy 120 s): they close it, not we in mid-request. */
const idleMs = 125_000;
const leftoverMs = 3_000;

/** Listens on the address given; rejects when the port is taken. */
export async function listen(
  app: { fetch: Hono['fetch'] },
  address: { host: string; port: number },
  { requestMs = 30_000, checkEveryMs = 5_000 }: ListenOptions = {},
): Promise<RunningServer> {
  const answer = getRequestListener(app.fetch, { errorHandler: answerUnreadable });
  const responses = new Set<ServerResponse>();
  // Node's own bound of five minutes would let a few slow callers hold a process's connections.
  const timeouts = {
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: checkEveryMs,
    keepAliveTimeout: idleMs,
  };
  const server: Server = createServer(timeouts, (request, response) => {
    responses.add(response);
    response.once('close', () => responses.delete(response));
    if (!server.listening) closeConnectionAfter(response);
    void answer(request, response);
  });
  // Clients keep connections alive: while they send requests over them, `close` alone never ends.
  const closeConnectionAfter = (response: ServerResponse) => {
    response.shouldKeepAlive = false; // says `Connection: close`, unless its head is on its way
    response.once('close', () => setImmediate(() => server.closeIdleConnections()));
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      responses.forEach(closeConnectionAfter);
      // A connection on which half a request has come counts as busy; it has had its time.
      const leftover = setInterval(() => {
        if (responses.size === 0) server.closeAllConnections();
      }, leftoverMs);
      await closed;
      clearInterval(leftover);
    },
  };
}
