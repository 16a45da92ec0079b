// Every HTTP app of ours on a port of its own, with what its routes are asked for in good faith.
// What lies behind an app is in memory; the gateway's ingestion and orchestrator are the real apps.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Hono } from 'hono';
import { pino } from 'pino';
import type { RecognitionResult } from '../../../contracts/recognition.ts';
import { GatewayHarness } from '../gateway/gateway-harness.ts';
import { createApp as createIdentity } from '../../../infra/emulators/identity/app.ts';
import { openIdentityKeys } from '../../../infra/emulators/identity/identity-keys.ts';
import { freePort } from '../../../infra/supervisor/preflight.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { createHttpApp, listen, type RunningServer } from '../../../platform/http/http-server.ts';
import { createRestClient } from '../../../platform/http/rest-client.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import { createApp as createIngestion } from '../../../services/ingestion/app.ts';
import { createUploadTokens } from '../../../services/ingestion/upload-tokens.ts';
import { createApp as createMediaAccess } from '../../../services/media-access/app.ts';
import { createApp as createAdapter } from '../../../services/vision-adapter/app.ts';
import { createApp as createOrchestrator } from '../../../workers/orchestrator/app.ts';
import { findAnalysis } from '../../../workers/orchestrator/read-api/find-analysis.ts';
import { listAnalyses } from '../../../workers/orchestrator/read-api/list-analyses.ts';
import { openBucketInMemory } from '../ingestion/bucket-in-memory.ts';
import type { RawRequest } from './raw-http.ts';

export interface Route {
  readonly request: RawRequest;
  /** What it reads of a request: this decides what a refusal looks like. */
  readonly reads: 'json' | 'graphql' | 'no body';
  readonly answers: number;
}

export interface Door {
  readonly name: string;
  readonly app: Hono;
  readonly port: number;
  /** By method and path, as they stand in the app's own table of routes. */
  readonly routes: Readonly<Record<string, Route>>;
}

export interface Doors {
  readonly all: readonly Door[];
  door(name: string): Door;
  /** What they logged as faults of ours. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

const internalToken = 'the-internal-token';
const owner = '5d41402abc4b2a76b9719d911017c592';
const correlationId = '019a53c4-7c10-7d3a-9a52-1f0c3a7be001';
const objectKey = `images/2026/11/23/${correlationId}.jpg`;
const incomingKey = `incoming/${'0'.repeat(32)}`;
const checksum = `sha256:${'a'.repeat(64)}`;
const declaration = { bytes: 1, checksum };

/** Opens all of them. `options` bound how long a request may take to arrive. */
export async function openDoors(options: Parameters<typeof listen>[2] = {}): Promise<Doors> {
  const servers: RunningServer[] = [];
  const faults: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) });
  const running = () => ({ health: createHealth({}), logger });
  const serve = async (name: string, app: Hono, routes: Door['routes'], at = 0) => {
    const server = await listen(app, { host: '127.0.0.1', port: at }, options);
    servers.push(server);
    return { name, app, port: server.port, routes };
  };

  const keys = { key: 'the-ticket-key-of-today' };
  const uploadTokens = createUploadTokens({ current: () => keys, refresh: () => keys });
  const uploadId = await uploadTokens.sign(
    { ...declaration, objectKey, incomingKey, contentType: 'image/jpeg', owner, correlationId },
    new Date(),
  );
  const ingestion = await serve(
    'ingestion',
    createIngestion({
      store: openBucketInMemory(),
      presignPut: (key) => Promise.resolve(`http://store.test/${key}`),
      allowUndeclared: false,
      events: { publish: () => Promise.resolve() },
      uploadTokens,
      internalToken,
      ...running(),
    }),
    {
      ...ownRoutes,
      ...uploadRoutes('/v1/uploads', uploadId),
      ...uploadRoutes('/uploads', uploadId),
    },
  );
  const orchestrator = await serve(
    'orchestrator',
    createOrchestrator({
      analyses: {
        find: (who, id) => findAnalysis(emptyTemporal, who, id),
        list: (query) => listAnalyses(emptyTemporal, query),
      },
      internalToken,
      ...running(),
    }),
    {
      ...ownRoutes,
      'ALL /v1/*': get('/v1/nothing', 404),
      'GET /v1/analyses/:correlationId': get(`/v1/analyses/${correlationId}`, 404),
      'GET /v1/analyses': get(`/v1/analyses?owner=${owner}`, 200),
    },
  );
  const mediaAccess = await serve(
    'media access',
    createMediaAccess({
      store: {
        stat: () =>
          Promise.resolve({ bytes: 1, lastModified: new Date(), etag: 'abc', metadata: {} }),
        presignGet: (key) => Promise.resolve(`http://store.test/${key}`),
      },
      internalToken,
      ...running(),
    }),
    {
      ...ownRoutes,
      'ALL /internal/*': get('/internal/nothing', 404),
      'POST /internal/v0/media/get-url': post('/internal/v0/media/get-url', { objectKey }, 200),
    },
  );
  const adapter = await serve(
    'vision adapter',
    createAdapter({
      recognizeImage: { recognize: () => Promise.resolve(nothingSeen), unpublished: () => 0 },
      internalToken,
      ...running(),
    }),
    {
      ...ownRoutes,
      'ALL /v1/*': get('/v1/nothing', 404),
      'POST /v1/recognitions': post('/v1/recognitions', recognitionOrder, 200),
    },
  );
  const bridge = await serve('bridge', createHttpApp(running()), ownRoutes);
  const recognition = await serve('recognition', createHttpApp(running()), ownRoutes);

  const harness = await GatewayHarness.start();
  const at = (name: string, { port }: Door) =>
    createRestClient({ name, internalToken, baseUrl: `http://127.0.0.1:${port}` });
  const replica = await harness.replica({
    ingestion: (call) => at('tu-ingestion-service', ingestion).call(call),
    orchestrator: (call) => at('svc-analysis-orchestrator', orchestrator).call(call),
    config: { MUTATIONS_PER_MINUTE: 1_000_000 },
    logger,
  });
  const token = await harness.token({ sub: 'ada' });
  const gateway = await serve('gateway', replica.app, {
    ...ownRoutes,
    'ALL /graphql': graphql('/graphql', token),
    'ALL /graphql/stream': graphql('/graphql/stream', token),
  });

  const folder = await mkdtemp(join(tmpdir(), 'identity-'));
  const port = await freePort();
  const identity = await serve(
    'identity',
    createIdentity({
      issuer: `http://127.0.0.1:${port}`,
      audience: 'urn:trackunit:analysis',
      secret: 'the-secret-of-a-test-stack',
      keys: await openIdentityKeys(join(folder, 'keys.json')),
      tokenSeconds: 60,
      redirectUris: ['http://127.0.0.1/'],
      ...running(),
    }),
    identityRoutes(`127.0.0.1:${port}`),
    port,
  );

  const all = [
    ingestion,
    orchestrator,
    mediaAccess,
    adapter,
    bridge,
    recognition,
    gateway,
    identity,
  ];
  return {
    all,
    faults,
    door(name) {
      const door = all.find((one) => one.name === name);
      if (door === undefined) throw new Error(`no door ${name}`);
      return door;
    },
    async close() {
      await harness.stop();
      await Promise.all(servers.map((server) => server.stop()));
      await rm(folder, { recursive: true });
    },
  };
}

const trusted = {
  host: 'door.test',
  authorization: `Bearer ${internalToken}`,
  'trackunit-owner': owner,
};

const get = (target: string, answers: number, headers: RawRequest['headers'] = trusted): Route => ({
  request: { method: 'GET', target, headers },
  reads: 'no body',
  answers,
});

const post = (target: string, fields: object, answers: number): Route => ({
  request: {
    method: 'POST',
    target,
    headers: { ...trusted, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(fields)),
  },
  reads: 'json',
  answers,
});

/** What every process answers. */
const ownRoutes = {
  'ALL /*': get('/nothing', 404),
  'GET /livez': get('/livez', 200),
  'GET /readyz': get('/readyz', 200),
  'GET /metrics': get('/metrics', 200),
};

const uploadRoutes = (root: string, uploadId: string): Record<string, Route> => ({
  [`ALL ${root}/*`]: get(`${root}/nothing`, 404),
  [`POST ${root}/start`]: post(
    `${root}/start`,
    { filename: 'a.jpg', contentType: 'image/jpeg', bytes: 1, checksum },
    200,
  ),
  [`POST ${root}/renew`]: post(`${root}/renew`, { uploadId }, 200),
  // A token of ours; nothing was put there.
  [`POST ${root}/confirm`]: post(`${root}/confirm`, { uploadId, bytes: 1, checksum }, 404),
});

const graphql = (target: string, token: string): Route => ({
  request: {
    method: 'POST',
    target,
    headers: {
      host: 'door.test',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: Buffer.from(
      JSON.stringify({ query: 'query Q { feedCursors { started } }', variables: {} }),
    ),
  },
  reads: 'graphql',
  answers: 200,
});

/** Its pages answer people; the body of a login is a form, all the rest is oidc-provider's. */
const identityRoutes = (host: string): Record<string, Route> => {
  const here = (target: string, answers: number) => get(target, answers, { host });
  return {
    'GET /livez': here('/livez', 200),
    'GET /readyz': here('/readyz', 200),
    'GET /metrics': here('/metrics', 200),
    'ALL /*': here('/.well-known/openid-configuration', 200),
    'GET /interaction/:uid': here('/interaction/none', 400),
    'POST /interaction/:uid': {
      ...here('/interaction/none', 400),
      request: {
        method: 'POST',
        target: '/interaction/none',
        headers: { host },
        body: Buffer.from('{}'),
      },
    },
  };
};

const recognitionOrder = {
  correlationId,
  runId: 'run-1',
  owner,
  objectKey,
  contentType: 'image/jpeg',
  bytes: 1234,
  checksum,
};

const nothingSeen: RecognitionResult = {
  provider: { name: 'nobody', apiVersion: 'v1', featureset: [], maxResults: 1 },
  aggregate: {
    ...{ brand: null, type: null, model: null, name: null, typeSource: null, isConfident: false },
    ...{ confidence: 0, brandConfidence: 0, typeConfidence: 0, modelConfidence: 0 },
  },
  status: 'unidentified',
  reasons: [],
  unsupportedFeatures: [],
};

/** A Temporal without a run. Like the real one, it reads no time but RFC 3339 with four-digit years. */
const emptyTemporal = {
  withTimeout: <Answer>(_ms: number, call: (client: unknown) => Promise<Answer>) =>
    call({
      workflow: {
        getHandle: (id: string) => ({
          describe: () => Promise.reject(new WorkflowNotFoundError('none', id, undefined)),
        }),
        count: (query: string) =>
          / '[+-]\d/.test(query)
            ? Promise.reject(new Error(`INVALID_ARGUMENT: ${query}`))
            : Promise.resolve({ count: 0 }),
      },
    }),
} as unknown as Temporal;
