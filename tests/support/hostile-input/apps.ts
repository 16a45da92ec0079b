// Every HTTP app of ours on a port of its own.
// What lies behind an app is in memory; the gateway's ingestion and orchestrator are the real apps.
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Hono } from 'hono';
import { pino } from 'pino';
import { contentTypes } from '../../../contracts/photos.ts';
import type { RecognitionResult } from '../../../contracts/recognition.ts';
import { GatewayHarness } from '../gateway/gateway-harness.ts';
import { createHealth } from '../../../platform/http/health.ts';
import {
  createHttpApp,
  listen,
  type ListenOptions,
  type RunningServer,
} from '../../../platform/http/http-server.ts';
import { createRestClient } from '../../../platform/http/rest-client.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import { createApp as createIngestion } from '../../../services/ingestion/app.ts';
import { createUploadTokens } from '../../../services/ingestion/upload-tokens.ts';
import { createApp as createMediaAccess } from '../../../services/media-access/app.ts';
import { createApp as createAdapter } from '../../../services/vision-adapter/app.ts';
import { createApp as createOrchestrator } from '../../../workers/orchestrator/app.ts';
import { findAnalysis } from '../../../workers/orchestrator/read-api/find-analysis.ts';
import { emptyDoor } from '../orchestrator/empty-door.ts';
import { startIdentity } from '../identity/identity-server.ts';
import { openBucketInMemory } from '../ingestion/bucket-in-memory.ts';
import {
  checksum,
  correlationId,
  doorRoutes,
  get,
  graphql,
  identityRoutes,
  incomingKey,
  internalToken,
  objectKey,
  owner,
  ownRoutes,
  pageRoutes,
  post,
  recognitionOrder,
  uploadRoutes,
  type Route,
} from './routes.ts';

export interface ServedApp {
  readonly name: string;
  readonly app: Hono;
  readonly port: number;
  /** By method and path, as they stand in the app's own table of routes. */
  readonly routes: Readonly<Record<string, Route>>;
}

export interface ServedApps {
  readonly all: readonly ServedApp[];
  named(name: string): ServedApp;
  /** What they logged as faults of ours. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Opens all of them. `options` bound how long a request may take to arrive. */
export async function openApps(options: ListenOptions = {}): Promise<ServedApps> {
  const servers: RunningServer[] = [];
  const faults: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) });
  const running = () => ({ health: createHealth({}), logger });
  const serve = async (name: string, app: Hono, routes: ServedApp['routes']) => {
    const server = await listen(app, { host: '127.0.0.1', port: 0 }, options);
    servers.push(server);
    return { name, app, port: server.port, routes };
  };

  const keys = { key: 'the-current-key-of-tokens' };
  const uploadTokens = createUploadTokens({ current: () => keys, refresh: () => keys });
  const uploadId = await uploadTokens.sign(
    { bytes: 1, checksum, objectKey, incomingKey, contentType: 'image/jpeg', owner, correlationId },
    new Date(),
  );
  const ingestion = await serve(
    'ingestion',
    createIngestion({
      store: openBucketInMemory(),
      presignPut: (key) => Promise.resolve(`http://store.test/${key}`),
      priorityOf: () => Promise.resolve('interactive'),
      allowUndeclared: false,
      contentTypes,
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
      find: (who, id) => findAnalysis(emptyTemporal, who, id),
      door: emptyDoor(emptyTemporal),
      internalToken,
      ...running(),
    }),
    {
      ...ownRoutes,
      'ALL /v1/*': get('/v1/nothing', 404),
      'GET /v1/analyses/:correlationId': get(`/v1/analyses/${correlationId}`, 404),
      ...doorRoutes,
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
      presignPublicGet: (key) => Promise.resolve(`http://store.test/${key}`),
      presignPreview: (key) => Promise.resolve(`http://store.test/${key}`),
      internalToken,
      ...running(),
    }),
    {
      ...ownRoutes,
      'ALL /internal/*': get('/internal/nothing', 404),
      'POST /internal/v0/media/get-url': post('/internal/v0/media/get-url', { objectKey }, 200),
      'POST /internal/v0/media/put-preview-url': post(
        '/internal/v0/media/put-preview-url',
        { objectKey, bytes: 1, checksum: `sha256:${'0'.repeat(64)}` },
        200,
      ),
      'POST /internal/v0/media/get-urls': post(
        '/internal/v0/media/get-urls',
        { objectKeys: [objectKey] },
        200,
      ),
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
  const at = (name: string, { port }: ServedApp) =>
    createRestClient({ name, internalToken, baseUrl: `http://127.0.0.1:${port}` });
  const replica = await harness.replica({
    ingestion: (call) => at('tu-ingestion-service', ingestion).call(call),
    orchestrator: (call) => at('svc-analysis-orchestrator', orchestrator).call(call),
    exports: () => Promise.resolve(new Response('correlationId')),
    config: { MUTATIONS_PER_MINUTE: 1_000_000 },
    logger,
  });
  const token = await harness.token({ sub: 'ada' });
  const gateway = await serve('gateway', replica.app, {
    'ALL /*': ownRoutes['ALL /*'], // how it is stands at another port
    'ALL /graphql': graphql('/graphql', token),
    'ALL /graphql/stream': graphql('/graphql/stream', token),
    'ALL /export': get('/export', 200, { host: 'app.test', authorization: `Bearer ${token}` }),
    ...pageRoutes,
  });

  const identityServer = await startIdentity({ logger, listening: options });
  const { app, port } = identityServer;
  const identity = { name: 'identity', app, port, routes: identityRoutes(`127.0.0.1:${port}`) };

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
    named(name) {
      const app = all.find((one) => one.name === name);
      if (app === undefined) throw new Error(`unknown app: ${name}`);
      return app;
    },
    async close() {
      await harness.stop();
      await Promise.all(servers.map((server) => server.stop()));
      await identityServer.stop();
    },
  };
}

const nothingSeen: RecognitionResult = {
  provider: { name: 'nobody', apiVersion: 'v1', featureset: [], maxResults: 1 },
  aggregate: {
    ...{ brand: null, type: null, model: null, name: null, typeSource: null, isConfident: false },
    ...{ confidence: 0, brandConfidence: 0, typeConfidence: 0, modelConfidence: 0 },
  },
  status: 'unidentified',
  reasons: [],
  unsupportedFeatures: [],
  evidence: [],
  duplicateOf: null,
};

/** A Temporal without a run. */
const emptyTemporal = {
  withTimeout: <Answer>(_ms: number, call: (client: unknown) => Promise<Answer>) =>
    call({
      workflow: {
        getHandle: (id: string) => ({
          describe: () => Promise.reject(new WorkflowNotFoundError('none', id, undefined)),
        }),
      },
    }),
} as unknown as Temporal;
