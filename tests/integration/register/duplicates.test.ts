// Who pays for a photo that is sent again: two adapters and the register on a real PostgreSQL, with Google's
// protocol and a scripted Vision that counts its calls.
import { randomUUID } from 'node:crypto';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import {
  recognitionResultSchema,
  type Provider,
  type RecognitionRequest,
  type RecognitionResult,
} from '../../../contracts/recognition.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { listen, type RunningServer } from '../../../platform/http/http-server.ts';
import { createRestClient } from '../../../platform/http/rest-client.ts';
import { createApp } from '../../../services/register/app.ts';
import { applyChanges } from '../../../services/register/store/apply-changes.ts';
import { deleteAnalysis } from '../../../services/register/write/delete-analysis.ts';
import { deleteExpired } from '../../../services/register/store/delete-expired.ts';
import { earlierQuery } from '../../../services/register/store/recognitions.ts';
import type { Run } from '../../../services/register/store/changes.ts';
import {
  askForRecognition,
  newObjectKey,
  startAdapter,
  type RunningAdapter,
} from '../../support/harness/adapter.ts';
import { eventually } from '../../support/harness/eventually.ts';
import { logger } from '../../support/harness/environment.ts';
import { internalToken } from '../../support/harness/process.ts';
import { failedEnd, newOwner, newRun } from '../../support/register/changes.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';
import { startVisionServer, type VisionServer } from '../../support/vision/vision-server.ts';

let postgres: OwnPostgres;
let server: RunningServer;
let vision: VisionServer;
let answering: Promise<unknown> = Promise.resolve();
let failing = 0;
let adapter: RunningAdapter;
const started: RunningAdapter[] = [];
beforeAll(async () => {
  postgres = await openPostgres();
  const ingest = { isCurrent: () => true };
  server = await listen(
    createApp({ db: postgres.db, ingest, health: createHealth(), internalToken, logger }),
    { host: '127.0.0.1', port: 0 },
  );
  vision = await startVisionServer(async () => {
    await answering;
    if (failing-- > 0) return { fails: { code: 14, details: 'unavailable' } };
    return { responses: [{ logoAnnotations: [{ description: 'Komatsu', score: 0.9 }] }] };
  });
  adapter = await start();
}, 120_000);
beforeEach(() => {
  vision.requests.length = 0;
  answering = Promise.resolve();
  failing = 0;
});
afterEach(async () => {
  for (const other of started.splice(1)) await other.stop();
});
afterAll(async () => {
  await adapter.stop();
  await vision.stop();
  await server.stop();
  await postgres.close();
});

async function start(
  more: {
    provider?: Partial<Provider>;
    registerPort?: number;
    registerTimeoutMs?: number;
    features?: string[];
  } = {},
): Promise<RunningAdapter> {
  const port = more.registerPort ?? server.port;
  const one = await startAdapter({
    fetchImage: ({ checksum }) => Promise.resolve(photos.get(checksum) ?? Buffer.alloc(0)),
    visionEndpoint: vision.endpoint,
    register: createRestClient({
      ...{ name: 'register', baseUrl: `http://127.0.0.1:${port}`, internalToken },
    }),
    registerTimeoutMs: more.registerTimeoutMs ?? 20_000,
    features: more.features ?? ['TEXT_DETECTION', 'LOGO_DETECTION'],
    provider: { rulesVersion: 'rules-1', ...more.provider },
  });
  started.push(one);
  return one;
}

const photos = new Map<string, Buffer>();
const checksumOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Another one each time. */
async function takePhoto(): Promise<Buffer> {
  const noise = randomBytes(64 * 48 * 3);
  const bytes = await sharp(noise, { raw: { width: 64, height: 48, channels: 3 } })
    .jpeg()
    .toBuffer();
  photos.set(checksumOf(bytes), bytes);
  return bytes;
}

interface Recognised {
  readonly correlationId: string;
  readonly runId: string;
  readonly objectKey: string;
  readonly result: RecognitionResult;
}

async function recognise(
  bytes: Buffer,
  { at = adapter, ...more }: Partial<RecognitionRequest> & { at?: RunningAdapter },
): Promise<Recognised> {
  const order = {
    ...{ correlationId: uuidv7(), runId: `run-${uuidv7()}`, objectKey: newObjectKey() },
    ...more,
  };
  const answer = await askForRecognition(at.url, { objectKey: order.objectKey, bytes }, order);
  expect(answer.status).toBe(200);
  return { ...order, result: recognitionResultSchema.parse(await answer.json()) };
}

/** What the events of a run tell the register. */
const tell = (
  owner: string,
  bytes: Buffer,
  { correlationId, runId, objectKey, result }: Recognised,
  end: Run['end'] = { ...result, success: true, failure: null, completedAt: new Date() },
) =>
  postgres.db.transaction().execute((trx) =>
    applyChanges(trx, [
      {
        ...{ correlationId, owner, objectKey },
        upload: {
          ...{ contentType: 'image/jpeg', bytes: bytes.length, checksum: checksumOf(bytes) },
          uploadedAt: new Date(),
        },
        runs: [{ ...newRun(new Date()), runId, end }],
      },
    ]),
  );

test('pays once for the same photo of one owner, twice for that of two', async () => {
  const [owner, other] = [newOwner(), newOwner()];
  const photo = await takePhoto();
  const first = await recognise(photo, { owner });
  const second = await recognise(photo, { owner });
  expect(vision.requests).toHaveLength(1);
  expect(first.result.duplicateOf).toBeNull();
  expect(second.result).toEqual({ ...first.result, duplicateOf: first.correlationId });
  expect((await recognise(photo, { owner: other })).result.duplicateOf).toBeNull();
  expect(vision.requests).toHaveLength(2);
});

test('finds it at another adapter, and names the one that paid, whatever the events have told', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  const first = await recognise(photo, { owner });
  await tell(owner, photo, first);
  const at = await start();
  const second = await recognise(photo, { owner, at });
  await tell(owner, photo, second);
  const third = await recognise(photo, { owner });
  expect([second, third].map(({ result }) => result.duplicateOf)).toEqual([
    first.correlationId,
    first.correlationId,
  ]);
  expect(vision.requests).toHaveLength(1);
});

test('pays for a redo, which is found from then on', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  const first = await recognise(photo, { owner });
  await tell(owner, photo, first);
  const { correlationId, objectKey } = first;
  const redone = await recognise(photo, { owner, correlationId, objectKey, redo: true });
  expect(redone.result.duplicateOf).toBeNull();
  expect(vision.requests).toHaveLength(2);
  await tell(owner, photo, redone);
  expect((await recognise(photo, { owner })).result.duplicateOf).toBe(correlationId);
  expect(vision.requests).toHaveLength(2);
});

test.each<[string, { provider?: Partial<Provider>; features?: string[] }]>([
  ['version of the rules', { provider: { rulesVersion: 'rules-2' } }],
  ['provider', { provider: { name: 'google-cloud-vision' } }],
  ['number of results', { provider: { maxResults: 3 } }],
  ['set of features', { features: ['LOGO_DETECTION'] }],
])('pays for another %s', async (_, other) => {
  const owner = newOwner();
  const photo = await takePhoto();
  await tell(owner, photo, await recognise(photo, { owner }));
  const at = await start(other);
  expect((await recognise(photo, { owner, at })).result.duplicateOf).toBeNull();
  expect(vision.requests).toHaveLength(2);
});

test('finds it by the same features in another order', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  await recognise(photo, { owner });
  const at = await start({ features: ['LOGO_DETECTION', 'TEXT_DETECTION'] });
  await recognise(photo, { owner, at });
  expect(vision.requests).toHaveLength(1);
});

test('pays while the register is unavailable, and while it does not answer', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  await recognise(photo, { owner });
  const at = await start({ registerPort: 9 });
  await recognise(photo, { owner, at });
  await recognise(photo, { owner, at });
  expect(vision.requests).toHaveLength(3);
  const silent = createServer(() => undefined).listen(0, '127.0.0.1'); // takes connections, and says nothing
  await once(silent, 'listening');
  const behind = await start({
    registerPort: (silent.address() as AddressInfo).port,
    registerTimeoutMs: 300,
  });
  await recognise(photo, { owner, at: behind });
  expect(vision.requests).toHaveLength(4);
  silent.close();
});

test('calls Vision once for two copies at the same moment', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  const barrier = Promise.withResolvers<undefined>();
  answering = barrier.promise;
  const both = [recognise(photo, { owner }), recognise(photo, { owner })];
  await eventually(() => expect(vision.requests).toHaveLength(1));
  barrier.resolve(undefined);
  const [one, other] = await Promise.all(both);
  expect(vision.requests).toHaveLength(1);
  const [first] = [one, other].filter((each) => each?.result.duplicateOf === null);
  const [spared] = [one, other].filter((each) => each?.result.duplicateOf !== null);
  expect(spared?.result.duplicateOf).toBe(first?.correlationId);
});

test('pays for the second of two copies when the first fails', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  const barrier = Promise.withResolvers<undefined>();
  answering = barrier.promise;
  failing = 1;
  const both = [1, 2].map(() =>
    askForRecognition(adapter.url, { objectKey: newObjectKey(), bytes: photo }, { owner }),
  );
  await eventually(() => expect(vision.requests).toHaveLength(1));
  barrier.resolve(undefined);
  const statuses = (await Promise.all(both)).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 503]);
  expect(vision.requests).toHaveLength(2);
});

test('counts no run that failed, and none that was deleted, and keeps nothing of either', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  const failed = await recognise(photo, { owner });
  await tell(owner, photo, failed, failedEnd(new Date(), 'TERMINATED'));
  const second = await recognise(photo, { owner });
  expect(second.result.duplicateOf).toBeNull();
  await tell(owner, photo, second);
  for (const { correlationId } of [second, failed])
    await deleteAnalysis(postgres.db, { owner, correlationId }, undefined, {
      ...{ actId: randomUUID(), actor: 'system', reason: undefined },
    });
  const { correlationId, runId, objectKey } = second;
  await recognise(photo, { owner, correlationId, runId: `${runId}-late`, objectKey });
  const rows = postgres.db.selectFrom('recognitions').selectAll().where('owner', '=', owner);
  expect(await rows.execute()).toEqual([]);
  expect((await recognise(photo, { owner })).result.duplicateOf).toBeNull();
  expect(vision.requests).toHaveLength(4);
});

test('gives an attempt that broke off its own recognition, as its own', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  const first = await recognise(photo, { owner });
  const { correlationId, runId, objectKey } = first;
  const at = await start();
  expect((await recognise(photo, { owner, correlationId, runId, objectKey, at })).result).toEqual(
    first.result,
  );
  expect(vision.requests).toHaveLength(1);
});

test('forgets what was kept after a day, when the rows of runs have it', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  await recognise(photo, { owner });
  await postgres.runAsAdmin("update recognitions set made_at = now() - interval '25 hours'");
  await deleteExpired(postgres.db, new Date(0));
  const rows = postgres.db.selectFrom('recognitions').selectAll().where('owner', '=', owner);
  expect(await rows.execute()).toEqual([]);
});

test('finds the one that paid by an index, among twenty thousand copies of it', async () => {
  const owner = newOwner();
  const photo = await takePhoto();
  const first = await recognise(photo, { owner });
  await tell(owner, photo, first);
  await sql`insert into analyses (correlation_id, owner, object_key, checksum, started_at, success, provider,
      duplicate_of, last_at)
    select gen_random_uuid(), ${owner}, 'images/a.jpg', ${checksumOf(photo)}, now(), true,
      ${JSON.stringify(first.result.provider)}::jsonb, ${first.correlationId}::uuid, now()
    from generate_series(1, 20000)`.execute(postgres.db);
  await postgres.runAsAdmin('vacuum analyze');
  const {
    name: provider,
    apiVersion,
    maxResults,
    featureset,
    rulesVersion,
  } = first.result.provider;
  const query = earlierQuery({
    ...{
      owner,
      sha256: checksumOf(photo).slice('sha256:'.length),
      provider,
      apiVersion,
      maxResults,
    },
    ...{ features: featureset, rulesVersion: rulesVersion ?? '' },
  });
  const plan = await sql<{ 'QUERY PLAN': string }>`explain ${query}`.execute(postgres.db);
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).toContain('analyses_recognised');
  expect(text).not.toMatch(/Seq Scan on analyses/);
});
