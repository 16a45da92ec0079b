// A gateway and store for tests of clients: the real schema and graphql-sse's own handler, but it
// misbehaves on command as a real gateway hardly ever does (gateway-harness.ts starts that one).
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { buildSchema, graphql, GraphQLError, type GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fetch';
import { Hono, type Context } from 'hono';
import type {
  Analysis,
  MutationConfirmUploadArgs,
  MutationStartUploadArgs,
} from '../../../contracts/schema.generated.ts';
import { problem, storeError } from './scripted-answers.ts';
import { createTestFeeds, type TestFeeds } from './test-feeds.ts';

type Reply = (c: Context) => Response | Promise<Response> | undefined;

export interface TestGateway {
  readonly url: string;
  /** Accepted tokens; any other is answered 401. */
  readonly tokens: Set<string>;
  /** Every request that arrived, in order: its operation, or `PUT`. */
  readonly requests: { operation: string; variables: Record<string, unknown>; token: string }[];
  /** What the store holds, by object key. */
  readonly photos: Map<string, Uint8Array>;
  readonly feeds: TestFeeds;
  readonly analyses: Analysis[];
  /** Scripts the answer to the next request of that operation (or `PUT`); answers queue up. */
  answerNext(operation: string, reply: Reply): void;
  /** Called after a confirm was answered. */
  onConfirm: (upload: TestUpload) => void;
  /** The upload started last. */
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
  const feeds = createTestFeeds();
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
      if (upload === undefined) throw new Error('lastUpload: start an upload first');
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
        throw refusal(422, 'UPLOAD_NOT_DECLARED', 'bytes, checksum: missing');
      const objectKey = `images/2026/11/23/${randomUUID()}.jpg`;
      const correlationId = randomUUID();
      const uploadId = `upload-${uploads.size}`;
      uploads.set(uploadId, { correlationId, objectKey, filename, contentType, bytes, checksum });
      return root.renewUpload({ uploadId });
    },
    renewUpload({ uploadId }: { uploadId: string }) {
      const upload = uploads.get(uploadId);
      if (upload === undefined)
        throw refusal(422, 'INVALID', 'uploadId: unknown; pass one of startUpload');
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
        throw refusal(404, 'NOT_UPLOADED', 'upload the photo first');
      if (upload.bytes !== bytes || upload.checksum !== checksum)
        throw refusal(409, 'CHECKSUM_DIFFERS', 'bytes, checksum: not as declared');
      setTimeout(() => gateway.onConfirm(upload), 0);
      return { status: 'Accepted' };
    },
    feedCursors: () => feeds.cursors(),
    analysis: ({ correlationId }: { correlationId: string }) =>
      gateway.analyses.find((one) => one.correlationId === correlationId) ??
      feeds.stateOf(correlationId),
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
    if (!gateway.tokens.has(token)) return problem(401, 'UNAUTHENTICATED', 'access token invalid');
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

/** The headers that tu-ingestion-service signs. */
const signedHeadersOf = ({ contentType, bytes, checksum }: TestUpload) => ({
  'content-length': String(bytes),
  'content-type': contentType,
  'x-amz-checksum-sha256': Buffer.from(checksum.slice('sha256:'.length), 'hex').toString('base64'),
  'if-none-match': '*',
});

/** As the gateway answers what tu-ingestion-service refuses. */
const refusal = (status: number, code: string, message: string) =>
  new GraphQLError(message, { extensions: { code, status } });

function attachFeeds(schema: GraphQLSchema, feeds: TestFeeds): void {
  const field = schema.getSubscriptionType()?.getFields()['analysisEvents'];
  if (field === undefined) throw new Error('schema.graphql: field analysisEvents is missing');
  field.subscribe = (_root, args: { after?: string }) => feeds.subscribe(args);
}
