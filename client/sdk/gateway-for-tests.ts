// For tests: a small graph-gateway and store in one process. It speaks the real protocol (the real
// schema, graphql-sse's own handler) and does on command what is hard to provoke in a real one.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { buildSchema, graphql, GraphQLError, type GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fetch';
import { Hono, type Context } from 'hono';
import type {
  Analysis,
  AnalysisCompleted,
  AnalysisStarted,
  FailureCode,
} from '../../contracts/schema.generated.ts';
import { createFeeds, type Feeds } from './feeds-for-tests.ts';

type Reply = (c: Context) => Response | Promise<Response> | undefined;

export interface TestGateway {
  readonly url: string;
  /** Tokens taken; anything else is answered 401. */
  readonly tokens: Set<string>;
  /** Every request that arrived, in order: its operation, or `PUT`. */
  readonly requests: { operation: string; variables: Record<string, unknown>; token: string }[];
  /** What the store holds. */
  readonly photos: Map<string, Uint8Array>;
  readonly feeds: Feeds;
  readonly analyses: Analysis[];
  /** The next request of that operation (or `PUT`) gets this answer instead; may be repeated. */
  answerNext(operation: string, reply: Reply): void;
  /** Called after a confirm was answered. */
  onConfirm: (upload: { correlationId: string; objectKey: string; filename: string }) => void;
  /** How often that operation arrived. */
  count(operation: string): number;
  stop(): Promise<void>;
}

export async function startTestGateway(): Promise<TestGateway> {
  const schema = buildSchema(
    readFileSync(new URL('../../contracts/schema.graphql', import.meta.url), 'utf8'),
  );
  const feeds = createFeeds();
  const uploads = new Map<string, { correlationId: string; objectKey: string; filename: string }>();
  const replies = new Map<string, Reply[]>();
  const app = new Hono();
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const gateway: TestGateway = {
    url: `${origin}/graphql`,
    tokens: new Set(['good']),
    requests: [],
    photos: new Map(),
    feeds,
    analyses: [],
    onConfirm: () => undefined,
    answerNext: (operation, reply) =>
      void replies.set(operation, [...(replies.get(operation) ?? []), reply]),
    count: (wanted) => gateway.requests.filter(({ operation }) => operation === wanted).length,
    async stop() {
      feeds.cut();
      await new Promise((resolve) => {
        server.close(resolve);
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    },
  };

  attachFeeds(schema, feeds);
  const root = {
    ping: () => 'pong',
    startUpload({ filename }: { filename: string }) {
      const objectKey = `images/2026/11/23/${randomUUID()}.jpg`;
      const upload = { correlationId: randomUUID(), objectKey, filename };
      const uploadId = `ticket-${uploads.size}`;
      uploads.set(uploadId, upload);
      const expiresAt = new Date(Date.now() + 300_000).toISOString();
      const putUrl = `${origin}/store/${objectKey}`;
      const imageUploadPayload = { uploadId, key: objectKey, objectKey, putUrl, expiresAt };
      return { correlationId: upload.correlationId, imageUploadPayload };
    },
    confirmUpload({ uploadId, bytes }: { uploadId: string; bytes: number }) {
      const upload = uploads.get(uploadId);
      if (upload === undefined || gateway.photos.get(upload.objectKey)?.length !== bytes)
        throw new GraphQLError('nothing uploaded', {
          extensions: { code: 'OBJECT_MISSING', status: 404 },
        });
      setTimeout(() => gateway.onConfirm(upload), 0);
      return { status: 'Accepted' };
    },
    feedCursors: () => feeds.cursors(),
    analyses: () => ({
      edges: gateway.analyses.map((node) => ({ cursor: node.correlationId, node })),
      pageInfo: { hasNextPage: false, endCursor: null },
    }),
  };
  const streams = createHandler({ schema, authenticate: () => null });

  app.put('/store/*', async (c) => {
    gateway.requests.push({ operation: 'PUT', variables: {}, token: '' });
    const reply = await replies.get('PUT')?.shift()?.(c);
    if (reply !== undefined) return reply;
    if (c.req.header('content-length') === undefined) return c.body(null, 411);
    gateway.photos.set(
      c.req.path.slice('/store/'.length),
      new Uint8Array(await c.req.arrayBuffer()),
    );
    return c.body(null, 200);
  });
  app.post('/graphql', async (c) => {
    const text = await c.req.text();
    const { query, operationName, variables } = JSON.parse(text) as {
      query: string;
      operationName: string;
      variables: Record<string, unknown>;
    };
    const token = (c.req.header('authorization') ?? '').slice('Bearer '.length);
    gateway.requests.push({ operation: operationName, variables, token });
    if (!gateway.tokens.has(token)) return problem(401, 'UNAUTHENTICATED', 'not a known token');
    const reply = await replies.get(operationName)?.shift()?.(c);
    if (reply !== undefined) return reply;
    if (!query.includes('subscription '))
      return c.json(
        await graphql({
          schema,
          source: query,
          rootValue: root,
          variableValues: variables,
          operationName,
        }),
      );
    return streams(
      new Request(c.req.url, {
        method: 'POST',
        headers: c.req.raw.headers,
        body: text,
        signal: AbortSignal.any([c.req.raw.signal, feeds.cutSignal()]),
      }),
    );
  });
  return gateway;
}

/** An answer other than 2xx, as the gateway gives it. */
export const problem = (status: number, code: string, detail: string, retryAfter?: number) =>
  Response.json(
    { errors: [{ message: detail, extensions: { code } }] },
    { status, headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) } },
  );

function attachFeeds(schema: GraphQLSchema, feeds: Feeds): void {
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  for (const field of ['onAnalysisStarted', 'onAnalysisCompleted'] as const) {
    const definition = fields[field];
    if (definition === undefined) throw new Error(`the schema has no ${field}`);
    definition.subscribe = (_root, args: { correlationId?: string; after?: string }) =>
      feeds.subscribe(field, args);
  }
}

export const startedOf = (
  correlationId: string,
  run = 'run-1',
): Omit<AnalysisStarted, 'cursor'> => ({
  eventId: `${correlationId}:${run}:started`,
  correlationId,
  objectKey: 'images/2026/11/23/x.jpg',
  startedAt: '2026-11-23T08:00:00.000Z',
});

export const completedOf = (
  correlationId: string,
  of: { run?: string; brand?: string; failure?: FailureCode } = {},
): Omit<AnalysisCompleted, 'cursor'> => ({
  eventId: `${correlationId}:${of.run ?? 'run-1'}:completed`,
  correlationId,
  objectKey: 'images/2026/11/23/x.jpg',
  success: of.failure === undefined,
  startedAt: '2026-11-23T08:00:00.000Z',
  completedAt: '2026-11-23T08:00:01.000Z',
  failure:
    of.failure === undefined ? null : { code: of.failure, message: 'the photo cannot be decoded' },
  recognitionPayload: of.failure === undefined ? recognitionOf(of.brand ?? 'CAT') : null,
});

export const recognitionOf = (brand: string) => ({
  provider: { name: 'test', apiVersion: 'v1', featureset: ['TEXT_DETECTION'], maxResults: 10 },
  aggregate: {
    brand,
    type: 'excavator',
    model: '320D',
    name: `${brand} 320D`,
    confidence: 0.91,
    isConfident: true,
    brandConfidence: 0.95,
    typeConfidence: 0.91,
    modelConfidence: 0.9,
    typeSource: 'model',
  },
  status: 'identified' as const,
  reasons: [],
  unsupportedFeatures: [],
});
