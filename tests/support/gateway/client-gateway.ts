// For tests: a small graph-gateway and store in one process. It speaks the real protocol (the real
// schema, graphql-sse's own handler) and does on command what is hard to provoke in a real one.
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve, type HttpBindings } from '@hono/node-server';
import { buildSchema, graphql, GraphQLError, type GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fetch';
import { Hono, type Context } from 'hono';
import type {
  Analysis,
  AnalysisCompleted,
  AnalysisStarted,
  FailureCode,
  MutationConfirmUploadArgs,
  MutationStartUploadArgs,
} from '../../../contracts/schema.generated.ts';
import { createFeeds, type Feeds } from './feeds.ts';

type Reply = (c: Context) => Response | Promise<Response> | undefined;

export interface TestGateway {
  readonly url: string;
  /** Tokens taken; anything else is answered 401. */
  readonly tokens: Set<string>;
  /** Every request that arrived, in order: its operation, or `PUT`. */
  readonly requests: { operation: string; variables: Record<string, unknown>; token: string }[];
  /** What the store holds, by object key. */
  readonly photos: Map<string, Uint8Array>;
  readonly feeds: Feeds;
  readonly analyses: Analysis[];
  /** The next request of that operation (or `PUT`) gets this answer instead; may be repeated. */
  answerNext(operation: string, reply: Reply): void;
  /** Called after a confirm was answered. */
  onConfirm: (upload: TestUpload) => void;
  /** What was started last. */
  lastUpload(): TestUpload;
  /** How often that operation arrived. */
  count(operation: string): number;
  stop(): Promise<void>;
}

interface TestUpload {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly checksum: string;
  readonly correlationId: string;
  readonly objectKey: string;
}

export async function startTestGateway(): Promise<TestGateway> {
  const schema = buildSchema(
    readFileSync(new URL('../../../contracts/schema.graphql', import.meta.url), 'utf8'),
  );
  const feeds = createFeeds();
  const uploads = new Map<string, TestUpload>();
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
    lastUpload() {
      const upload = [...uploads.values()].at(-1);
      if (upload === undefined) throw new Error('nothing was started');
      return upload;
    },
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
    startUpload({ filename, contentType, bytes, checksum }: MutationStartUploadArgs) {
      if (bytes == null || checksum == null)
        throw refusal(422, 'UPLOAD_NOT_DECLARED', 'bytes and checksum are missing');
      const objectKey = `images/2026/11/23/${randomUUID()}.jpg`;
      const correlationId = randomUUID();
      const uploadId = `ticket-${uploads.size}`;
      uploads.set(uploadId, { correlationId, objectKey, filename, contentType, bytes, checksum });
      return root.renewUpload({ uploadId });
    },
    renewUpload({ uploadId }: { uploadId: string }) {
      const upload = uploads.get(uploadId);
      if (upload === undefined) throw refusal(422, 'INVALID', 'uploadId: not of startUpload');
      const { correlationId, objectKey } = upload;
      const expiresAt = new Date(Date.now() + 300_000).toISOString();
      const putUrl = `${origin}/store/${uploadId}?signature=${randomUUID()}`;
      const headers = Object.entries(signedHeadersOf(upload)).map(([name, value]) => ({
        name,
        value,
      }));
      const place = { uploadId, key: objectKey, objectKey };
      return { correlationId, imageUploadPayload: { ...place, putUrl, headers, expiresAt } };
    },
    confirmUpload({ uploadId, bytes, checksum }: MutationConfirmUploadArgs) {
      const upload = uploads.get(uploadId);
      if (upload === undefined || !gateway.photos.has(upload.objectKey))
        throw refusal(404, 'NOT_UPLOADED', 'nothing uploaded');
      if (upload.bytes !== bytes || upload.checksum !== checksum)
        throw refusal(409, 'CHECKSUM_DIFFERS', 'declared was another one');
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

  app.put('/store/:uploadId', async (c) => {
    gateway.requests.push({ operation: 'PUT', variables: {}, token: '' });
    const reply = await replies.get('PUT')?.shift()?.(c);
    if (reply !== undefined) return reply;
    const upload = uploads.get(c.req.param('uploadId'));
    if (upload === undefined) return storeError(c, 403, 'AccessDenied');
    const signed = Object.entries(signedHeadersOf(upload));
    if (signed.some(([name, value]) => c.req.header(name) !== value))
      return storeError(c, 403, 'SignatureDoesNotMatch');
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (gateway.photos.has(upload.objectKey)) return storeError(c, 412, 'PreconditionFailed');
    if (sha256(body).toString('hex') !== upload.checksum.slice('sha256:'.length))
      return storeError(c, 400, 'BadDigest');
    gateway.photos.set(upload.objectKey, body);
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

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** As tu-ingestion-service signs them. */
const signedHeadersOf = ({ contentType, bytes, checksum }: TestUpload) => ({
  'content-length': String(bytes),
  'content-type': contentType,
  'x-amz-checksum-sha256': Buffer.from(checksum.slice('sha256:'.length), 'hex').toString('base64'),
  'if-none-match': '*',
});

/** As S3 says what is wrong with a PUT. */
export const storeError = (c: Context, status: 400 | 403 | 409 | 412, code: string) =>
  c.body(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`, status);

/** The connection ends without an answer. */
export function cutConnection(c: Context): Response {
  (c.env as HttpBindings).outgoing.destroy();
  return c.body(null, 500);
}

/** As the gateway passes on what tu-ingestion-service refuses. */
const refusal = (status: number, code: string, message: string) =>
  new GraphQLError(message, { extensions: { code, status } });

/** The answer to a mutation that was refused behind the gateway. */
export const refused = (
  field: string,
  status: number,
  code: string,
  more: Readonly<Record<string, unknown>> = {},
) =>
  Response.json({
    data: null,
    errors: [{ message: 'refused', path: [field], extensions: { code, status, ...more } }],
  });

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
