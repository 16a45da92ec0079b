// tu-ingestion-service as its own process, started while its servers are away.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { startProcess, type TestProcess } from '../support/harness/process.ts';
import { startUploadAnswerSchema } from '../../contracts/rest.ts';
import { openStore } from '../support/harness/store.ts';
import { eventually } from '../support/harness/eventually.ts';
import { declarationOf, put } from '../support/upload-by-hand.ts';

const refusing = '127.0.0.1:1'; // nothing listens on port 1
let running: TestProcess | undefined;
afterEach(() => running?.kill());

const startIngestion = async (environment: Record<string, string>) =>
  (running = await startProcess('services/ingestion', {
    TICKET_KEY: randomBytes(16).toString('hex'),
    ...environment,
  }));

/** Address and keys of the running stack's store. */
const storeOfStack = () =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('S3_') && value !== undefined ? [[name, value]] : [],
    ),
  );

test('starts without Kafka, takes photos, and refuses their confirmation with 503', async () => {
  const ingestion = await startIngestion({ ...storeOfStack(), KAFKA_BROKERS: refusing });
  const ready = await eventually(async () => {
    const answer = await ingestion.health('/readyz');
    return answer.checks['object-store'] === 'ok' && answer;
  });
  expect(ready.status).toBe(200);
  expect(ready.checks['kafka']).not.toBe('ok');

  const photo = await sharp({ create: { width: 32, height: 24, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  const declared = declarationOf(photo);
  const { uploadId, ...upload } = startUploadAnswerSchema.parse(
    await (await ingestion.call('/v1/uploads/start', declared)).json(),
  );
  expect(await put(upload, photo)).toBe(200);
  const begun = Date.now();
  const { bytes, checksum } = declared;
  const refused = await ingestion.call('/v1/uploads/confirm', { uploadId, bytes, checksum });
  expect(refused.status).toBe(503);
  expect(Date.now() - begun).toBeLessThan(10_000);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ code: 'KAFKA_UNAVAILABLE' });
  expect(await ingestion.stop()).toBe(0);
});

test('starts uploads without Kafka and object store, and names both in readyz', async () => {
  const ingestion = await startIngestion({
    KAFKA_BROKERS: refusing,
    S3_ENDPOINT: `http://${refusing}`,
    S3_UPLOAD_ACCESS_KEY: 'an-access-key',
    S3_UPLOAD_SECRET_KEY: 'a-secret-key',
    S3_INGESTION_ACCESS_KEY: 'an-access-key',
    S3_INGESTION_SECRET_KEY: 'a-secret-key',
  });
  const declared = declarationOf(new Uint8Array([1]));
  const started = await ingestion.call('/v1/uploads/start', declared);
  expect(started.status).toBe(200);
  const { uploadId } = (await started.json()) as { uploadId: string };
  const refused = await ingestion.call('/v1/uploads/confirm', {
    uploadId,
    bytes: declared.bytes,
    checksum: declared.checksum,
  });
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE' });
  const { status, checks } = await ingestion.health('/readyz');
  expect(status).toBe(200);
  expect(checks).toEqual({
    'object-store': expect.not.stringMatching(/^ok$/),
    kafka: expect.not.stringMatching(/^ok$/),
  });
  expect(await ingestion.stop()).toBe(0);
});

test.each([
  ['minio', { 'store-unsigned-put': expect.stringMatching(/unsigned PUT.*docs\/operations\.md/) }],
  ['versitygw', {}],
] as const)('readyz lists the invalid requests that %s accepts, if any', async (name, warnings) => {
  const store = await openStore(name);
  const { upload, ingestion: own } = store.keys;
  const ingestion = await startIngestion({
    KAFKA_BROKERS: refusing,
    S3_ENDPOINT: store.endpoint,
    S3_BUCKET: store.bucket,
    S3_UPLOAD_ACCESS_KEY: upload.accessKey,
    S3_UPLOAD_SECRET_KEY: upload.secretKey,
    S3_INGESTION_ACCESS_KEY: own.accessKey,
    S3_INGESTION_SECRET_KEY: own.secretKey,
  });
  await eventually(async () => {
    expect(await ingestion.health('/readyz')).toMatchObject({ status: 200, warnings });
  });
  await eventually(async () => {
    expect(await store.list()).toEqual([]); // what was tried is deleted
  });
  expect(await ingestion.stop()).toBe(0);
  await store.close();
});

test('readyz warns of a clock that differs from the object store by minutes', async () => {
  const store = createServer((_request, response) => {
    const date = new Date(Date.now() - 6 * 60_000).toUTCString();
    response.writeHead(404, { date }).end();
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  const ingestion = await startIngestion({
    ...storeOfStack(),
    KAFKA_BROKERS: refusing,
    S3_ENDPOINT: `http://127.0.0.1:${(store.address() as AddressInfo).port}`,
  });
  await eventually(async () => {
    const { status, warnings } = await ingestion.health('/readyz');
    expect([status, warnings]).toMatchObject([
      200,
      { clock: expect.stringMatching(/36\d s ahead of the object store's/) },
    ]);
  });
  expect(await ingestion.stop()).toBe(0);
  store.closeAllConnections();
  store.close();
});
