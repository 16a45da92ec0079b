import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { decodeEvent } from '../../contracts/cloudevents.ts';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import { startUploadAnswerSchema, type StartUploadAnswer } from '../../contracts/rest.ts';
import { createHealth } from '../../platform/health.ts';
import { KafkaUnavailableError, type KafkaRecord } from '../../platform/kafka.ts';
import { silentLogger } from '../../platform/logger.ts';
import {
  ObjectMissingError,
  ObjectStoreUnavailableError,
} from '../../platform/object-store/object-store.ts';
import { createApp } from './app.ts';
import { openTicketOffice } from './upload-ticket.ts';

const owner = '5d41402abc4b2a76b9719d911017c592';
const photo = await sharp({ create: { width: 32, height: 24, channels: 3, background: 'orange' } })
  .jpeg()
  .toBuffer();
const checksumOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** An ingestion with a bucket and a topic in memory. */
function openDoor() {
  const bucket = new Map<string, Buffer>();
  const published: { topic: string; record: KafkaRecord }[] = [];
  const faults: { store?: Error; events?: Error } = {};
  const tickets = openTicketOffice('the-ticket-key-of-today');
  const health = createHealth({});
  const app = createApp({
    store: {
      presignPut: (key, seconds) => Promise.resolve(`http://store.test/${key}?for=${seconds}`),
      read(key) {
        const bytes = bucket.get(key);
        if (faults.store) return Promise.reject(faults.store);
        if (bytes === undefined) return Promise.reject(new ObjectMissingError(`no object ${key}`));
        const lastModified = new Date('2026-11-23T08:15:30Z');
        return Promise.resolve({ bytes: bytes.length, lastModified, chunks: oneChunk(bytes) });
      },
    },
    events: {
      publish(topic, record) {
        if (faults.events) return Promise.reject(faults.events);
        published.push({ topic, record });
        return Promise.resolve();
      },
    },
    tickets,
    internalToken: 'the-internal-token',
    health,
    logger: silentLogger(),
  });
  const call = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      method: 'POST',
      headers: {
        authorization: 'Bearer the-internal-token',
        'content-type': 'application/json',
        'trackunit-owner': owner,
        ...headers,
      },
      body: JSON.stringify(body),
    });
  const start = async (contentType = 'image/jpeg') =>
    startUploadAnswerSchema.parse(
      await (await call('/v1/uploads/start', { filename: 'machine.jpg', contentType })).json(),
    );
  const confirm = (uploadId: string, bytes: Buffer, headers = {}) =>
    call(
      '/v1/uploads/confirm',
      { uploadId, bytes: bytes.length, checksum: checksumOf(bytes) },
      headers,
    );
  return { app, bucket, published, faults, tickets, health, call, start, confirm };
}

async function* oneChunk(bytes: Buffer) {
  if (bytes.length > 0) yield await Promise.resolve(bytes);
}

let door: ReturnType<typeof openDoor>;
beforeEach(() => {
  door = openDoor();
});

describe('start', () => {
  test('answers a ticket, a key of the day and a PUT URL for 300 s', async () => {
    const before = Date.now();
    const answer = await door.start('image/webp');
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    expect(answer.key).toBe(`images/${today}/${answer.correlationId}.webp`);
    expect(answer.putUrl).toBe(`http://store.test/${answer.key}?for=300`);
    expect(Date.parse(answer.expiresAt) - before).toBeGreaterThanOrEqual(300_000);
    expect(Date.parse(answer.expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
  });

  test('answers at the older path too', async () => {
    const body = { filename: 'machine.png', contentType: 'image/png' };
    expect((await door.call('/uploads/start', body)).status).toBe(200);
    expect((await door.call('/uploads/confirm', {})).status).toBe(422);
  });

  test('names every field that is wrong', async () => {
    const response = await door.call('/v1/uploads/start', { filename: ' ', contentType: 'a/b' });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      errors: { filename: [expect.any(String)], contentType: [expect.any(String)] },
    });
  });

  test('is nothing for callers without the internal token, and nothing without an owner', async () => {
    const body = { filename: 'machine.png', contentType: 'image/png' };
    for (const root of ['/v1/uploads', '/uploads'])
      expect((await door.call(`${root}/start`, body, { authorization: 'Bearer x' })).status).toBe(
        401,
      );
    const nobody = await door.call('/v1/uploads/start', body, { 'trackunit-owner': 'me' });
    expect(nobody.status).toBe(422);
    expect(await nobody.json()).toMatchObject({ errors: { 'trackunit-owner': expect.any(Array) } });
  });
});

describe('confirm', () => {
  let upload: StartUploadAnswer;
  beforeEach(async () => {
    upload = await door.start();
    door.bucket.set(upload.key, photo);
  });

  const refused = async (response: Response, status: number, code: string) => {
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
    expect(door.published).toEqual([]);
  };

  test('publishes what was uploaded, under its key, and says Accepted', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const response = await door.confirm(upload.uploadId, photo, { traceparent });
    expect([response.status, await response.json()]).toEqual([202, { status: 'Accepted' }]);
    const [{ topic, record }] = door.published as [(typeof door.published)[number]];
    expect([topic, record.key]).toEqual(['tu.image.uploaded', upload.key]);
    expect(decodeEvent('tu.image.uploaded', record.headers, record.value)).toEqual({
      id: `${upload.correlationId}:uploaded`,
      source: 'urn:trackunit:tu-ingestion-service',
      type: 'tu.image.uploaded',
      subject: upload.key,
      time: '2026-11-23T08:15:30.000Z',
      correlationid: upload.correlationId,
      owner,
      traceparent,
      data: {
        uploadId: upload.uploadId,
        objectKey: upload.key,
        contentType: 'image/jpeg',
        bytes: photo.length,
        checksum: checksumOf(photo),
        occurredAt: '2026-11-23T08:15:30.000Z',
      },
    });
  });

  test('confirmed twice, the same event goes out twice, to the byte', async () => {
    await door.confirm(upload.uploadId, photo);
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(202);
    expect(door.published).toHaveLength(2);
    expect(door.published[1]).toEqual(door.published[0]);
  });

  test.each(['nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
    'a traceparent that is none is not passed on: %s',
    async (traceparent) => {
      expect((await door.confirm(upload.uploadId, photo, { traceparent })).status).toBe(202);
      expect(door.published[0]?.record.headers).not.toHaveProperty('traceparent');
    },
  );

  test('404 when nothing was uploaded', async () => {
    door.bucket.clear();
    await refused(await door.confirm(upload.uploadId, photo), 404, 'NOT_UPLOADED');
  });

  test("404 for another owner's ticket, in the same words", async () => {
    const asAnother = { 'trackunit-owner': 'f'.repeat(32) };
    const foreign = await door.confirm(upload.uploadId, photo, asAnother);
    door.bucket.clear();
    const missing = await door.confirm(upload.uploadId, photo);
    expect(await foreign.clone().json()).toEqual(await missing.json());
    await refused(foreign, 404, 'NOT_UPLOADED');
  });

  test('409 when size or checksum differ from the object', async () => {
    const longer = Buffer.concat([photo, photo]);
    await refused(await door.confirm(upload.uploadId, longer), 409, 'BYTES_DIFFER');
    const other = Buffer.from(photo).fill(0, photo.length - 1);
    await refused(await door.confirm(upload.uploadId, other), 409, 'CHECKSUM_DIFFERS');
  });

  test('410 when the ticket has expired', async () => {
    const { key: objectKey, correlationId } = upload;
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1_000);
    const old = await door.tickets.issue(
      { objectKey, correlationId, owner, contentType: 'image/jpeg' },
      yesterday,
    );
    await refused(await door.confirm(old, photo), 410, 'TICKET_EXPIRED');
  });

  test('413 over 20 MB, whether the claim says so or only the object', async () => {
    const huge = Buffer.alloc(maximumImageBytes + 1);
    await refused(await door.confirm(upload.uploadId, huge), 413, 'IMAGE_TOO_LARGE');
    door.bucket.set(upload.key, huge);
    await refused(await door.confirm(upload.uploadId, photo), 413, 'IMAGE_TOO_LARGE');
  });

  test('415 when it is not an image of the declared type, and says what it is', async () => {
    const png = await sharp(photo).png().toBuffer();
    for (const [bytes, name] of [
      [png, 'image/png'],
      [Buffer.from('a list of machines'), 'text/plain'],
      [Buffer.from('<svg width="1"/>'), 'image/svg+xml'],
      [Buffer.alloc(40, 1), 'no file of a known type'],
    ] as const) {
      door.bucket.set(upload.key, bytes);
      const response = await door.confirm(upload.uploadId, bytes);
      expect(await response.clone().json()).toMatchObject({
        detail: `the object is ${name}, declared was image/jpeg`,
      });
      await refused(response, 415, 'NOT_THE_DECLARED_TYPE');
    }
  });

  test('422 for an object without a byte, and for a claim that is none', async () => {
    await refused(await door.confirm('nonsense', photo), 422, 'INVALID');
    await refused(await door.call('/v1/uploads/confirm', { bytes: 0 }), 422, 'INVALID');
    door.bucket.set(upload.key, Buffer.alloc(0));
    await refused(await door.confirm(upload.uploadId, photo), 422, 'EMPTY_OBJECT');
  });

  test('503 with Retry-After while Kafka or the object store is away', async () => {
    door.faults.events = new KafkaUnavailableError('no acknowledgement within 5000 ms');
    const noKafka = await door.confirm(upload.uploadId, photo);
    expect(noKafka.headers.get('retry-after')).toBe('2');
    await refused(noKafka, 503, 'KAFKA_UNAVAILABLE');
    door.faults.store = new ObjectStoreUnavailableError('the object store is away');
    const noStore = await door.confirm(upload.uploadId, photo);
    expect(noStore.headers.get('retry-after')).toBe('2');
    await refused(noStore, 503, 'OBJECT_STORE_UNAVAILABLE');
  });

  test('a fault of ours is no 503: trying again would not help', async () => {
    door.faults.store = new TypeError('bug');
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(500);
    const metrics = await door.health.registry.metrics();
    expect(metrics).toContain('ingestion_answers_total{call="confirm",answer="bug"} 1');
  });
});
