// Every environment variable of the system, once; docs/settings.md is written from it. `onlyFor` tests:
// not in that page.
// A process reads the rows it needs: `processSettings('graph-gateway', 'CORS_ORIGINS', ...)`.
import { z } from 'zod';
import { contentTypes } from './photos.ts';
import { processTable, type ProcessName } from './processes.ts';

const millisecondsOf = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time as people write it (`500ms`, `30s`, `5m`, `24h`, `30d`), read as milliseconds. */
const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const [, amount, unit] = /^(\d+)\s*(ms|s|m|h|d)$/.exec(text) ?? [];
      if (amount !== undefined && unit !== undefined)
        return Number(amount) * millisecondsOf[unit as keyof typeof millisecondsOf];
      context.addIssue({ code: 'custom', message: 'write 500ms, 30s, 5m, 24h or 30d' });
      return z.NEVER;
    });

/** `127.0.0.1:9092,127.0.0.1:9093` and other comma-separated lists; blanks are dropped. */
const list = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    );

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

const port = z.coerce.number().int().min(1).max(65535);

/** Only `true` and `false`: a typo must not silently mean either. */
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true');

/** A value as JSON; its shape is the reader's matter. */
const json = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    });

const secret = z.string().min(16, 'at least 16 characters');
const address = z.url();

/**
 * Where a server answers: `http://host:port`. Requests, signatures of S3 and browsers' origins know no
 * path behind it: one would be dropped without a word.
 */
const origin = z.string().transform((text, context) => {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  const message = 'write http://host:port or https://host, without path, query or login';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const origins = list('').pipe(z.array(origin));

/** Whether the escapes in user and password are UTF-8. */
function hasReadableLogin(address: string): boolean {
  const { username = '', password = '' } = URL.parse(address) ?? {};
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** With a database and a login: pg would fill in what is missing from the user's own environment. */
const databaseAddress = z
  .url({ protocol: /^postgres(ql)?$/ })
  .refine(hasReadableLogin, 'write % in user or password as %25')
  .refine(
    (text) => /^[^:]+:\/\/[^:@/]+:[^@/]+@[^@/]+\/[^/?#]+/.test(text),
    'write postgresql://user:password@host:port/database',
  );

/** The address of a process of ours; the port is the one of the table. */
const addressOf = (name: ProcessName) => ({
  schema: z.string().default(`http://127.0.0.1:${processTable[name].port}`).pipe(origin),
  meaning: `${name}.`,
});

/** The two halves of a key of the object store. */
const storeKey = <Name extends string>(name: Name, meaning: string) =>
  ({
    [`S3_${name}_ACCESS_KEY`]: {
      schema: z.string().min(3, 'at least 3 characters'),
      secret: true,
      meaning: `Access key of ${meaning}`,
    },
    [`S3_${name}_SECRET_KEY`]: {
      schema: z.string().min(8, 'at least 8 characters'),
      secret: true,
      meaning: 'Its secret key.',
    },
  }) as Record<
    `S3_${Name}_ACCESS_KEY` | `S3_${Name}_SECRET_KEY`,
    { schema: z.ZodString; secret: true; meaning: string }
  >;

/** The key of one right, out of the configuration of the process that holds it. */
export const storeKeyOf = <Name extends string>(
  config: Readonly<Record<`S3_${Name}_ACCESS_KEY` | `S3_${Name}_SECRET_KEY`, string>>,
  name: Name,
) => ({
  accessKey: config[`S3_${name}_ACCESS_KEY`],
  secretKey: config[`S3_${name}_SECRET_KEY`],
});

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional();

/** Every secret may also come from a file, `<NAME>_FILE`. Keys of the store and of tickets are read again while the process runs. */
export const settings = {
  // every process
  HOST: {
    schema: z.string().default('127.0.0.1'),
    meaning: 'Address to listen on. Loopback unless a network of its own protects the process.',
  },
  PORT: { schema: optional(port), meaning: 'Port to listen on; default: contracts/processes.ts.' },
  LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    meaning: 'debug, info, warn, error or silent.',
  },
  INTERNAL_TOKEN: {
    schema: secret,
    secret: true,
    meaning: 'Bearer token of the calls between services; the same in all of them.',
  },

  // servers
  SERVERS: {
    schema: optional(z.enum(['compose', 'native'])),
    meaning:
      'Launcher only: compose runs the servers in containers, native from packages; absent: compose where a Docker engine answers.',
  },
  KAFKA_BROKERS: {
    schema: list('127.0.0.1:9092'),
    meaning: 'host:port of Kafka brokers, comma-separated.',
  },
  RABBITMQ_URL: {
    schema: z
      .url({ protocol: /^amqps?$/ })
      .refine(hasReadableLogin, 'write % in user or password as %25'),
    secret: true,
    meaning: 'amqp://user:password@host:port of RabbitMQ.',
  },
  DATABASE_URL: {
    schema: databaseAddress,
    secret: true,
    meaning:
      'postgresql://user:password@host:port/database of the register; its role reads and writes rows, no more.',
  },
  DATABASE_ADMIN_URL: {
    schema: databaseAddress,
    secret: true,
    meaning:
      '`npm run provision`, backup and restore only: makes the database of DATABASE_URL, its role, rights and tables.',
  },
  S3_ENDPOINT: {
    schema: z.string().default('http://127.0.0.1:7070').pipe(origin),
    meaning: 'The object store as services reach it.',
  },
  S3_PUBLIC_ENDPOINT: {
    schema: optional(origin),
    meaning: 'The object store as clients reach it; default: S3_ENDPOINT.',
  },
  S3_REGION: { schema: z.string().default('us-east-1'), meaning: 'Region of the bucket.' },
  S3_BUCKET: { schema: z.string().default('trackunit-images'), meaning: 'Bucket of the photos.' },
  ...storeKey('UPLOAD', 'tu-ingestion-service: signs putUrls, may only put below incoming/.'),
  ...storeKey('INGESTION', 'tu-ingestion-service: incoming/ read, delete; images/ read, write.'),
  ...storeKey('MEDIA', 'tu-media-access-service: reads images/ and previews/.'),
  ...storeKey(
    'PREVIEW',
    'tu-media-access-service: signs for previews, may only put below previews/.',
  ),
  ...storeKey('RETENTION', 'retention-worker: lists and deletes.'),
  ...storeKey('ADMIN', '`npm run provision` only: makes bucket, keys, rights and CORS rule.'),
  TEMPORAL_ADDRESS: {
    schema: z.string().default('127.0.0.1:7233'),
    meaning: 'host:port of the Temporal frontend.',
  },
  TEMPORAL_NAMESPACE: { schema: z.string().default('default'), meaning: 'Temporal namespace.' },
  TEMPORAL_METRICS_ADDRESS: {
    schema: optional(z.string().regex(/^[^:]+:\d+$/, 'host:port')),
    meaning: 'Where the worker core serves its own Prometheus metrics; absent: nowhere.',
  },

  // processes of ours
  INGESTION_URL: addressOf('tu-ingestion-service'),
  MEDIA_ACCESS_URL: addressOf('tu-media-access-service'),
  VISION_ADAPTER_URL: addressOf('svc-ai-vision-adapter'),
  ORCHESTRATOR_URL: addressOf('svc-analysis-orchestrator'),
  REGISTER_URL: addressOf('tu-register-service'),

  // uploads
  TICKET_KEY: { schema: secret, secret: true, meaning: 'Signs upload tickets (HMAC).' },
  TICKET_KEY_PREVIOUS: {
    schema: optional(secret),
    secret: true,
    meaning: 'Another key whose tickets are taken too: the one before a change, or the next one.',
  },
  ALLOW_UNDECLARED_UPLOADS: {
    schema: flag(false),
    meaning:
      'Takes startUpload without bytes and checksum, from old clients; such a putUrl takes any body.',
  },
  UPLOAD_CONTENT_TYPES: {
    schema: list(contentTypes.join()).pipe(z.array(z.enum(contentTypes)).min(1)),
    meaning:
      'What startUpload takes. While processes of a version before a kind still run, leave the new kind out: they refuse its events.',
  },
  INTERACTIVE_PER_MINUTE: {
    schema: count(5),
    meaning:
      "Photos of one owner in a minute, at each replica, that are analyzed before everybody's batches; the rest are batch.",
  },
  UPLOADS_PER_DAY: {
    schema: count(10_000),
    meaning:
      'Uploads that one user may start in 24 hours; over all replicas with REDIS_URL, else of each.',
  },
  UPLOAD_BYTES_PER_DAY: {
    schema: count(20 * 1024 ** 3),
    meaning:
      'Bytes that one user may declare in 24 hours; an undeclared upload counts as 20 MB. As above.',
  },
  IMAGE_RETENTION: {
    schema: duration('30d'),
    meaning: 'How long a confirmed photo stays in the bucket; what was not confirmed stays 24h.',
  },
  REGISTER_RETENTION: {
    schema: duration('1095d'),
    meaning:
      'How long the register keeps an analysis with all that belongs to it, counted from its last event.',
  },
  RETENTION_INTERVAL: {
    schema: duration('1h'),
    meaning: 'How often photos, and rows of the register, that are too old are looked for.',
  },

  // tokens
  OIDC_ISSUER: {
    schema: address.default('http://127.0.0.1:4100'),
    meaning: 'Issuer of access tokens (OpenID Connect).',
  },
  OIDC_AUDIENCE: {
    schema: z.string().default('urn:trackunit:analysis'),
    meaning: 'Audience that a token must be made for.',
  },
  OIDC_OWNER_CLAIMS: {
    schema: list('iss,sub'),
    meaning: 'Claims that name the owner, hashed together. Entra ID: tid,oid.',
  },

  OIDC_CLIENT_ID: {
    schema: z.string().min(1).default('trackunit-web'),
    meaning:
      'The page as the issuer knows it: a public client, authorization code with PKCE, that returns to /callback.',
  },
  OIDC_SCOPE: {
    schema: z.string().min(1).default('openid analysis'),
    meaning: 'What the page asks for. Some issuers want offline_access for a login that lasts.',
  },
  OPERATOR_TOKEN: {
    schema: z.string().min(1),
    secret: true,
    meaning:
      '`npm run ops` only: access token with scope `operator`, whose `sub` stands in the audit; at the local stack taken by itself.',
  },

  // identity, the local issuer
  IDENTITY_SECRET: {
    schema: secret,
    secret: true,
    meaning: 'Local identity only: the client secret of every local user is derived from it.',
  },
  IDENTITY_KEYS_FILE: {
    schema: z.string().min(1),
    meaning: 'Local identity only: its signing and cookie keys; made when missing.',
  },
  IDENTITY_TOKEN_SECONDS: {
    schema: count(3600),
    meaning: 'Local identity only: how long an access token counts, in seconds.',
  },
  IDENTITY_DEVICE_CODE_SECONDS: {
    schema: count(600),
    meaning: 'Local identity only: how long the code of `npm run login` counts, in seconds.',
  },
  IDENTITY_REDIRECT_URIS: {
    schema: list(
      'http://127.0.0.1/,http://localhost/,http://127.0.0.1/callback,http://localhost/callback',
    ),
    meaning: 'Local identity only: where a browser may return to after login; any port counts.',
  },

  // analysis
  ANALYSIS_ENTRY: {
    schema: z.enum(['orchestrator', 'adapter']).default('orchestrator'),
    meaning: 'Who asks for recognition first: the workflow, or the adapter itself from Kafka.',
  },
  ANALYSIS_TIMEOUT: {
    formerName: 'PATIENCE',
    schema: duration('24h'),
    meaning: 'How long an analysis waits for its recognition before it ends as TIMED_OUT.',
  },
  RECOGNITION_GRACE: {
    schema: duration('60s'),
    meaning: 'Entry adapter: how long the workflow waits for the adapter before it asks itself.',
  },
  OPEN_ANALYSES: {
    schema: count(800),
    meaning:
      'Analyses begun within two minutes that may be open, over all replicas, before further photos wait in RabbitMQ; batches may be half of them.',
  },
  RECOGNITIONS_PER_SECOND: {
    schema: z.coerce.number().positive().default(25),
    meaning: 'Vision calls a second over all workers (default quota: 1,800 a minute).',
  },
  RECOGNITIONS_AT_ONCE: {
    schema: count(100),
    meaning:
      'Recognitions that one worker has in hand; the rest waits in Temporal, owners in turn. The launcher gives 4 beside local-vision, which looks at one photo at a time.',
  },
  WORKFLOW_BUNDLE: {
    schema: z.string().default('dist/workflows.js'),
    meaning: 'The bundled workflow code; the launcher builds it.',
  },
  SWEEP_INTERVAL: {
    schema: duration('30s'),
    meaning:
      'How often ends that no workflow could announce (terminated and deleted runs) are looked for.',
  },

  // vision
  VISION_ENDPOINT: {
    schema: optional(z.string().regex(/^[^:/]+:\d+$/, 'host:port')),
    meaning:
      'host:port of a local Vision server; absent: Google with application default credentials.',
  },
  VISION_PLAINTEXT: {
    schema: flag(false),
    meaning: 'Allows plaintext gRPC to a VISION_ENDPOINT that is not loopback.',
  },
  VISION_PROVIDER: {
    schema: z.string().default('google-cloud-vision'),
    meaning: 'Name of the provider in events: google-cloud-vision, or local-ocr for local-vision.',
  },
  VISION_FEATURES: {
    schema: list('TEXT_DETECTION,LOGO_DETECTION,WEB_DETECTION,LABEL_DETECTION,OBJECT_LOCALIZATION'),
    meaning: 'Features asked for in one call per photo.',
  },
  VISION_MAX_RESULTS: { schema: count(10), meaning: 'maxResults of each feature.' },
  DUPLICATES_TIMEOUT: {
    schema: duration('300ms'),
    meaning:
      'How long a photo waits for the register, which knows whether it was recognised before; then Vision is asked.',
  },
  VISION_TIMEOUT: { schema: duration('15s'), meaning: 'Deadline of one Vision call.' },

  // local-vision
  HEALTH_PORT: {
    schema: optional(port),
    meaning:
      'Port of /livez, /readyz and /metrics of the gateway, whose `PORT` is public, and of local-vision, whose `PORT` speaks gRPC; default: contracts/processes.ts.',
  },
  LOCAL_VISION_QUEUE: {
    schema: count(32),
    meaning: 'Images that may wait in local-vision; beyond it answers RESOURCE_EXHAUSTED.',
  },
  LOCAL_VISION_THREADS: { schema: count(2), meaning: 'Threads that read one image.' },
  LOCAL_VISION_EFFORT: {
    schema: z.enum(['fast', 'normal', 'thorough']).default('normal'),
    meaning:
      'How hard local-vision reads: fast (one look at 960 pixels), normal (small photos are drawn up to 1280, and a second look where it pays) or thorough (PP-OCRv6 at 1600).',
  },
  LOCAL_VISION_MODELS: {
    schema: optional(z.string()),
    meaning:
      'Folder with PP-OCRv6_det_small.onnx and PP-OCRv6_rec_small.onnx (PyPI package rapidocr 3.10.0); without them local-vision reads with PP-OCRv4 alone. `npm start` installs them and sets it.',
  },
  LOCAL_VISION_FAULTS: {
    onlyFor: 'tests',
    schema: flag(false),
    meaning: 'Opens POST /faults on HEALTH_PORT: failures on demand, for tests.',
  },
  LOCAL_VISION_FAULT_ORDERS: {
    onlyFor: 'tests',
    schema: json('[]'),
    meaning: 'Failures ordered from the start: a JSON list of what POST /faults takes.',
  },
  LOCAL_VISION_SEED: {
    onlyFor: 'tests',
    schema: count(1),
    meaning: 'Seed of the chances of ordered failures: the same seed, the same calls hit.',
  },
  LOAD_VISION_LATENCY: {
    onlyFor: 'tests',
    schema: duration('0ms'),
    meaning: 'How long load-vision, the instant Vision of measurements, takes for an answer.',
  },

  // bridge
  BRIDGE_MAX_IN_FLIGHT: {
    formerName: 'BRIDGE_WINDOW',
    schema: count(300),
    meaning:
      'Records in flight to RabbitMQ over all partitions, waiting for their confirms; a crash repeats at most twice as many, or 500.',
  },

  // gateway
  CORS_ORIGINS: {
    schema: origins,
    meaning: 'Origins of browsers that may call the gateway and upload, comma-separated.',
  },
  PUBLIC_ORIGIN: {
    schema: address.default(`http://127.0.0.1:${processTable['graph-gateway'].port}`),
    meaning: 'Where browsers reach the gateway; pages from there may upload to the bucket (CORS).',
  },
  REPLAY_WINDOW: {
    formerName: 'FEED_WINDOW',
    schema: duration('1h'),
    meaning: 'How long a replica can replay events.',
  },
  REPLAY_BUFFER_BYTES: {
    formerName: 'FEED_BYTES',
    schema: count(256 * 1024 * 1024),
    meaning: 'Bound of the replayable events in memory, in bytes.',
  },
  STREAMS_PER_USER: { schema: count(50), meaning: 'Open subscriptions of one user per replica.' },
  STREAMS_PER_REPLICA: { schema: count(10_000), meaning: 'Open subscriptions of one replica.' },
  STREAM_LIFETIME: {
    schema: duration('1h'),
    meaning:
      'A subscription ends after at most this long, at the earliest after half of it, and comes back by cursor: so load evens out over the replicas.',
  },
  STREAM_WRITE_TIMEOUT: {
    formerName: 'STREAM_BLOCKED',
    schema: duration('30s'),
    meaning: 'A subscriber that reads nothing for so long while an event waits is cut off.',
  },
  STREAM_DRAIN: {
    schema: duration('3s'),
    meaning: 'A replica that stops ends its subscriptions spread over this long.',
  },
  MUTATIONS_PER_MINUTE: {
    schema: count(1_200),
    meaning:
      'Root fields of mutations that one user may ask for in a minute, a photo being two; over all replicas with REDIS_URL, else of each.',
  },
  REDOS_PER_HOUR: {
    schema: count(60),
    meaning:
      'Analyses that one user may have done again in an hour, each of which is paid; over all replicas with REDIS_URL, else of each.',
  },
  REDIS_URL: {
    schema: optional(z.url({ protocol: /^rediss?$/ })),
    secret: true,
    meaning:
      'Redis where the replicas count mutations, redos and uploads together; absent, or unreachable: each counts its own.',
  },
  REQUEST_BYTES: { schema: count(32 * 1024), meaning: 'Longest body of a GraphQL request.' },
  QUERY_TOKENS: { schema: count(1_000), meaning: 'Lexical tokens of one GraphQL document.' },
  QUERY_ROOT_FIELDS: {
    schema: count(5),
    meaning: 'Fields at the root of one operation, aliases and fragments counted.',
  },
  QUERY_DEPTH: { schema: count(10), meaning: 'Fields inside fields of one operation.' },
  TRUSTED_DOCUMENTS: {
    schema: z.enum(['off', 'allowed', 'required']).default('off'),
    meaning:
      '`allowed`: `documentId` stands for a trusted document (GraphQL over HTTP, appendix A); `required`: no other document is answered. Trusted are those of the SDK and the CLI, and of `TRUSTED_DOCUMENTS_FILE`.',
  },
  TRUSTED_DOCUMENTS_FILE: {
    schema: optional(z.string().min(1)),
    meaning:
      'A JSON file of further trusted documents, from `sha256:<64 hex digits>` of the text to the text.',
  },
  INTROSPECTION: {
    schema: flag(false),
    meaning:
      'Answers introspection queries, suggests names in errors, and shows GraphiQL to browsers at `/graphql`.',
  },
} as const;

export type SettingName = keyof typeof settings;

/** How hard local-vision reads a photo. */
export type ReadingEffort = z.output<typeof settings.LOCAL_VISION_EFFORT.schema>;

/** Names of earlier versions, and the settings they stand for now; a process refuses the old name. */
export const renamedSettings: Readonly<Record<string, SettingName>> = Object.fromEntries(
  (Object.keys(settings) as SettingName[]).flatMap((name) => {
    const row = settings[name] as { formerName?: string };
    return row.formerName === undefined ? [] : [[row.formerName, name]];
  }),
);

/** The rows that one process reads. */
export function pick<Name extends SettingName>(...names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, settings[name]])) as Pick<
    typeof settings,
    Name
  >;
}

const portSetting = (name: 'PORT' | 'HEALTH_PORT', fallback: number) => ({
  ...settings[name],
  schema: port.default(fallback),
});

/** What a process reads: the rows of every process, with its ports as defaults, and these. */
export function processSettings<Name extends SettingName>(
  process: ProcessName,
  ...names: readonly Name[]
) {
  const { port: own, healthPort } = processTable[process];
  const health: { HEALTH_PORT?: ReturnType<typeof portSetting> } =
    healthPort === undefined ? {} : { HEALTH_PORT: portSetting('HEALTH_PORT', healthPort) };
  return {
    ...pick('HOST', 'LOG_LEVEL'),
    ...pick(...names),
    PORT: portSetting('PORT', own),
    ...health,
  };
}

/** What connects a worker to Temporal. */
export const temporalSettings = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_METRICS_ADDRESS',
] as const;
