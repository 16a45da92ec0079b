import { beforeEach, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import { KafkaUnavailableError } from '../../platform/kafka/kafka.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import {
  checksumOf,
  openIngestion,
  owner,
  photo,
} from '../../tests/support/ingestion/ingestion-in-memory.ts';

let ingestion: ReturnType<typeof openIngestion>;
let upload: Awaited<ReturnType<typeof ingestion.upload>>;
beforeEach(async () => {
  ingestion = openIngestion();
  upload = await ingestion.upload();
});
const keys = () => [...ingestion.bucket.objects.keys()];
const refused = async (response: Response, status: number, code: string) => {
  expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  expect(ingestion.published).toEqual([]);
};

test('answers 404 to a confirm when nothing was uploaded', async () => {
  await refused(
    await ingestion.confirm((await ingestion.start()).uploadId, photo),
    404,
    'NOT_UPLOADED',
  );
});

test("answers 404 to another owner's token as if nothing was uploaded, and deletes nothing", async () => {
  const asAnother = { 'trackunit-owner': 'f'.repeat(32) };
  const foreign = await ingestion.confirm(upload.uploadId, photo, asAnother);
  expect(keys()).toEqual([upload.incomingKey]);
  const missing = await ingestion.confirm((await ingestion.start()).uploadId, photo);
  expect(await foreign.clone().json()).toEqual(await missing.json());
  await refused(foreign, 404, 'NOT_UPLOADED');
});

test('answers 409 to a wrong claim, reveals nothing of the object and deletes nothing', async () => {
  const longer = Buffer.concat([photo, photo]);
  const other = Buffer.from(photo).fill(0, photo.length - 1);
  const reported: string[] = [];
  for (const [claim, code] of [
    [longer, 'BYTES_DIFFER'],
    [other, 'CHECKSUM_DIFFERS'],
  ] as const) {
    const response = await ingestion.confirm(upload.uploadId, claim);
    reported.push(await response.clone().text());
    await refused(response, 409, code);
  }
  expect(reported.join()).not.toContain(String(photo.length));
  expect(reported.join()).not.toContain(checksumOf(photo).slice('sha256:'.length));
  expect(keys()).toEqual([upload.incomingKey]);
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202);
  const afterwards = await ingestion.confirm(upload.uploadId, other);
  expect(afterwards.status).toBe(409);
  expect(ingestion.bucket.objects.get(upload.key)?.bytes).toEqual(photo);
});

test('answers 409 to an object other than declared, and deletes it', async () => {
  const other = Buffer.from(photo).fill(0, photo.length - 1);
  for (const [found, checksum, code] of [
    [Buffer.concat([photo, photo]), undefined, 'BYTES_DIFFER'],
    [other, undefined, 'CHECKSUM_DIFFERS'],
    [other, checksumOf(other), 'CHECKSUM_DIFFERS'],
  ] as const) {
    ingestion.bucket.upload(upload.incomingKey, found, checksum === undefined ? {} : { checksum });
    await refused(await ingestion.confirm(upload.uploadId, photo), 409, code);
    expect(keys()).toEqual([]);
  }
  ingestion.bucket.upload(upload.incomingKey, photo);
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202);
});

test('answers 409 UPLOAD_CHANGED when the object changes during every attempt', async () => {
  let look = 0;
  ingestion.bucket.before = (call) => {
    if (call !== 'read') return;
    look += 1;
    const other = Buffer.from(photo);
    other[photo.length - 1] = look;
    ingestion.bucket.upload(upload.incomingKey, other);
  };
  await refused(await ingestion.confirm(upload.uploadId, photo), 409, 'UPLOAD_CHANGED');
});

test('answers 410 to a confirm with an expired token', async () => {
  const { key: objectKey, incomingKey, correlationId } = upload;
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1_000);
  const old = await ingestion.uploadTokens.sign(
    { objectKey, incomingKey, correlationId, owner, contentType: 'image/jpeg' },
    yesterday,
  );
  await refused(await ingestion.confirm(old, photo), 410, 'TICKET_EXPIRED');
});

test('answers 413 to a claim or an object over 20 MB', async () => {
  const huge = Buffer.alloc(maximumImageBytes + 1);
  await refused(await ingestion.confirm(upload.uploadId, huge), 413, 'IMAGE_TOO_LARGE');
  expect(keys()).toEqual([upload.incomingKey]);
  ingestion.bucket.upload(upload.incomingKey, huge);
  await refused(await ingestion.confirm(upload.uploadId, photo), 413, 'IMAGE_TOO_LARGE');
  expect(keys()).toEqual([]);
});

test('answers 415 to an object of another type than declared, names both types and deletes it', async () => {
  const png = await sharp(photo).png().toBuffer();
  for (const [bytes, name] of [
    [png, 'image/png'],
    [Buffer.from('a list of machines'), 'text/plain'],
    [Buffer.from('<svg width="1"/>'), 'image/svg+xml'],
    [Buffer.alloc(40, 1), 'of an unknown type'],
  ] as const) {
    const { uploadId } = await ingestion.upload(bytes);
    const response = await ingestion.confirm(uploadId, bytes);
    expect(await response.clone().json()).toMatchObject({
      detail: expect.stringContaining(`is ${name}, not image/jpeg`),
    });
    await refused(response, 415, 'NOT_THE_DECLARED_TYPE');
    expect(keys()).toEqual([upload.incomingKey]);
  }
});

test('answers 422 to an empty object and to an invalid claim', async () => {
  await refused(await ingestion.confirm('nonsense', photo), 422, 'INVALID');
  await refused(await ingestion.call('/v1/uploads/confirm', { bytes: 0 }), 422, 'INVALID');
  ingestion.bucket.upload(upload.incomingKey, Buffer.alloc(0));
  await refused(await ingestion.confirm(upload.uploadId, photo), 422, 'EMPTY_OBJECT');
});

test('answers 503 with Retry-After while Kafka or the object store is unavailable', async () => {
  ingestion.bucket.before = () => {
    throw new ObjectStoreUnavailableError('the object store is unavailable');
  };
  const noStore = await ingestion.confirm(upload.uploadId, photo);
  expect(noStore.headers.get('retry-after')).toBe('2');
  await refused(noStore, 503, 'OBJECT_STORE_UNAVAILABLE');
  ingestion.bucket.before = () => undefined;
  ingestion.faults.events = new KafkaUnavailableError('no acknowledgement within 5000 ms');
  const noKafka = await ingestion.confirm(upload.uploadId, photo);
  expect(noKafka.headers.get('retry-after')).toBe('2');
  await refused(noKafka, 503, 'KAFKA_UNAVAILABLE');
});

test('answers 500, not 503, to an unexpected error', async () => {
  ingestion.bucket.before = () => {
    throw new TypeError('bug');
  };
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(500);
  const metrics = await ingestion.health.registry.metrics();
  expect(metrics).toContain('ingestion_answers_total{call="confirm",answer="bug"} 1');
});
