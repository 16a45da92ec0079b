import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { decodeEvent } from '../../contracts/cloudevents.ts';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import { startUploadAnswerSchema, type StartUploadAnswer } from '../../contracts/rest.ts';
import { createHealth } from '../../platform/http/health.ts';
import { KafkaUnavailableError, type KafkaRecord } from '../../platform/kafka/kafka.ts';
import { silentLogger } from '../../platform/logger.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import { openBucketInMemory } from '../../tests/support/object-store/bucket-in-memory.ts';
import { createApp } from './app.ts';
import { createUploadTokens } from './upload-tokens.ts';

const owner = '5d41402abc4b2a76b9719d911017c592';
const photo = await sharp({ create: { width: 32, height: 24, channels: 3, background: 'orange' } })
  .jpeg()
  .toBuffer();
const other = await sharp(photo).negate().jpeg().toBuffer();
const checksumOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** An ingestion with a bucket and a topic in memory. */
function openDoor({ allowUndeclared = false } = {}) {
  const bucket = openBucketInMemory();
  const published: { topic: string; record: KafkaRecord }[] = [];
  const faults: { events?: Error; beforePublish?: () => void } = {};
  const uploadTokens = createUploadTokens({
    current: () => ({ key: 'the-ticket-key-of-today' }),
    refresh: () => ({ key: 'the-ticket-key-of-today' }),
  });
  const health = createHealth({});
  const app = createApp({
    store: bucket,
    presignPut: (key, { seconds, headers = {} }) =>
      Promise.resolve(
        `http://store.test/${key}?for=${seconds}&signed=${Object.keys(headers).join()}`,
      ),
    allowUndeclared,
    events: {
      publish(topic, record) {
        faults.beforePublish?.();
        if (faults.events) return Promise.reject(faults.events);
        published.push({ topic, record });
        return Promise.resolve();
      },
    },
    uploadTokens,
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
  const declared = (bytes: Buffer) => ({ bytes: bytes.length, checksum: checksumOf(bytes) });
  const start = async (bytes = photo, contentType = 'image/jpeg') => {
    const body = {
      filename: 'machine.jpg',
      contentType,
      ...(allowUndeclared ? {} : declared(bytes)),
    };
    const answer = startUploadAnswerSchema.parse(
      await (await call('/v1/uploads/start', body)).json(),
    );
    return { ...answer, incomingKey: incomingKeyOf(answer) };
  };
  /** Started and PUT as declared, as a store that compares takes it. */
  const upload = async (bytes = photo, contentType = 'image/jpeg') => {
    const started = await start(bytes, contentType);
    bucket.upload(started.incomingKey, bytes, {
      lastModified: new Date('2026-11-23T08:15:30Z'),
      ...(allowUndeclared ? {} : { checksum: checksumOf(bytes) }),
    });
    return started;
  };
  const confirm = (uploadId: string, bytes: Buffer, headers = {}) =>
    call('/v1/uploads/confirm', { uploadId, ...declared(bytes) }, headers);
  return {
    app,
    bucket,
    published,
    faults,
    uploadTokens,
    health,
    call,
    declared,
    start,
    upload,
    confirm,
  };
}

const incomingKeyOf = ({ putUrl }: Pick<StartUploadAnswer, 'putUrl'>) =>
  new URL(putUrl).pathname.slice(1);

let door: ReturnType<typeof openDoor>;
beforeEach(() => {
  door = openDoor();
});

describe('start', () => {
  const body = { filename: 'machine.jpg', contentType: 'image/webp' };
  const declared = { bytes: photo.length, checksum: checksumOf(photo) };

  test('answers a token, a key of the day and a PUT URL of its own below incoming/ for 300 s', async () => {
    const before = Date.now();
    const [answer, another] = [await door.start(photo, 'image/webp'), await door.start()];
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    expect(answer.key).toBe(`images/${today}/${answer.correlationId}.webp`);
    expect(answer.incomingKey).toMatch(/^incoming\/[0-9a-f]{32}$/);
    expect(another.incomingKey).not.toBe(answer.incomingKey);
    expect(answer.putUrl).toContain('for=300');
    expect(Date.parse(answer.expiresAt) - before).toBeGreaterThanOrEqual(300_000);
    expect(Date.parse(answer.expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
  });

  test('names and signs the headers that the PUT must carry', async () => {
    const { headers, putUrl } = await door.start();
    expect(headers).toEqual([
      { name: 'content-length', value: String(photo.length) },
      { name: 'content-type', value: 'image/jpeg' },
      {
        name: 'x-amz-checksum-sha256',
        value: createHash('sha256').update(photo).digest('base64'),
      },
      { name: 'if-none-match', value: '*' },
    ]);
    expect(putUrl).toContain(`signed=${headers.map(({ name }) => name).join(',')}`);
  });

  test('answers at the older path too', async () => {
    expect((await door.call('/uploads/start', { ...body, ...declared })).status).toBe(200);
    expect((await door.call('/uploads/renew', {})).status).toBe(422);
    expect((await door.call('/uploads/confirm', {})).status).toBe(422);
  });

  test('names every field that is wrong', async () => {
    const response = await door.call('/v1/uploads/start', {
      filename: ' ',
      contentType: 'a/b',
      bytes: 0,
      checksum: 'md5:1',
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      errors: {
        filename: [expect.any(String)],
        contentType: [expect.any(String)],
        bytes: [expect.any(String)],
        checksum: [expect.any(String)],
      },
    });
  });

  test('refuses bytes without checksum, checksum without bytes, and more than 20 MB', async () => {
    const { bytes, checksum } = declared;
    const onlyBytes = await door.call('/v1/uploads/start', { ...body, bytes });
    expect([onlyBytes.status, await onlyBytes.json()]).toMatchObject([
      422,
      { code: 'INVALID', errors: { checksum: [expect.any(String)] } },
    ]);
    const onlyChecksum = await door.call('/v1/uploads/start', { ...body, checksum });
    expect(await onlyChecksum.json()).toMatchObject({ errors: { bytes: [expect.any(String)] } });
    const huge = { ...body, checksum, bytes: maximumImageBytes + 1 };
    const tooLarge = await door.call('/v1/uploads/start', huge);
    expect([tooLarge.status, await tooLarge.json()]).toMatchObject([
      413,
      { code: 'IMAGE_TOO_LARGE' },
    ]);
  });

  test('refuses an upload that declares nothing, unless that is allowed', async () => {
    const refused = await door.call('/v1/uploads/start', body);
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      {
        code: 'UPLOAD_NOT_DECLARED',
        detail: expect.stringContaining('ALLOW_UNDECLARED_UPLOADS=true'),
      },
    ]);
    const allowing = openDoor({ allowUndeclared: true });
    const taken = await allowing.call('/v1/uploads/start', body);
    expect([taken.status, await taken.json()]).toMatchObject([200, { headers: [] }]);
  });

  test('is nothing for callers without the internal token, and nothing without an owner', async () => {
    for (const root of ['/v1/uploads', '/uploads'])
      expect((await door.call(`${root}/start`, body, { authorization: 'Bearer x' })).status).toBe(
        401,
      );
    const nobody = await door.call('/v1/uploads/start', body, { 'trackunit-owner': 'me' });
    expect(nobody.status).toBe(422);
    expect(await nobody.json()).toMatchObject({ errors: { 'trackunit-owner': expect.any(Array) } });
  });
});

describe('renew', () => {
  const renew = (uploadId: string, headers = {}) =>
    door.call('/v1/uploads/renew', { uploadId }, headers);

  test('answers the same upload with a new putUrl', async () => {
    const { putUrl, expiresAt, incomingKey: _key, ...same } = await door.start();
    const renewed = startUploadAnswerSchema.parse(await (await renew(same.uploadId)).json());
    expect(renewed).toMatchObject(same);
    expect(new URL(renewed.putUrl).pathname).toBe(new URL(putUrl).pathname);
    expect(Date.parse(renewed.expiresAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });

  test('renews nothing that declares nothing: such a token would be a door for any size', async () => {
    const { correlationId, key: objectKey, incomingKey } = await door.start();
    const token = { objectKey, correlationId, owner, contentType: 'image/jpeg' } as const;
    const legacy = await door.uploadTokens.sign(token, new Date());
    const undeclared = await door.uploadTokens.sign({ ...token, incomingKey }, new Date());
    for (const uploadId of [legacy, undeclared]) {
      const refused = await renew(uploadId);
      expect([refused.status, await refused.json()]).toMatchObject([
        410,
        { code: 'UPLOAD_NOT_DECLARED' },
      ]);
    }
    door = openDoor({ allowUndeclared: true });
    expect((await renew(undeclared)).status).toBe(200);
    expect((await renew(legacy)).status).toBe(410);
  });

  test("answers 404 to another owner's token, 410 to an expired one, 422 to any other text", async () => {
    const { uploadId, key: objectKey, correlationId } = await door.start();
    const asAnother = { 'trackunit-owner': 'f'.repeat(32) };
    expect((await renew(uploadId, asAnother)).status).toBe(404);
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1_000);
    const token = { objectKey, correlationId, owner, contentType: 'image/jpeg' } as const;
    expect((await renew(await door.uploadTokens.sign(token, yesterday))).status).toBe(410);
    expect((await renew('nonsense')).status).toBe(422);
  });
});

describe('confirm', () => {
  let upload: Awaited<ReturnType<typeof door.upload>>;
  beforeEach(async () => {
    upload = await door.upload();
  });
  const refused = async (response: Response, status: number, code: string) => {
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
    expect(door.published).toEqual([]);
  };
  const keys = () => [...door.bucket.objects.keys()];

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

  test('moves the photo to its object key, with the type of the token and nothing of the uploader', async () => {
    await door.confirm(upload.uploadId, photo);
    expect(keys()).toEqual([upload.key]);
    expect(door.bucket.objects.get(upload.key)).toMatchObject({
      bytes: photo,
      contentType: 'image/jpeg',
      facts: {
        metadata: { checksum: checksumOf(photo), 'uploaded-at': '2026-11-23T08:15:30.000Z' },
      },
    });
  });

  test('confirmed twice publishes the same event twice, to the byte', async () => {
    await door.confirm(upload.uploadId, photo);
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(202);
    expect(door.published).toHaveLength(2);
    expect(door.published[1]).toEqual(door.published[0]);
  });

  test('killed before any of its steps, the repeat finishes it: one photo, one event', async () => {
    await door.confirm(upload.uploadId, photo);
    const [whole] = door.published.splice(0);
    for (const allowUndeclared of [false, true]) {
      for (let step = 1; ; step += 1) {
        door = openDoor({ allowUndeclared });
        const { uploadId, key, correlationId } = await door.upload();
        let calls = 0;
        const die = () => {
          calls += 1;
          if (calls === step) throw new TypeError('killed');
        };
        door.bucket.before = die;
        door.faults.beforePublish = die;
        await door.confirm(uploadId, photo);
        const finished = calls < step;
        door.bucket.before = () => undefined;
        delete door.faults.beforePublish;
        expect((await door.confirm(uploadId, photo)).status).toBe(202);
        expect(keys()).toEqual([key]);
        expect(door.bucket.objects.get(key)?.bytes).toEqual(photo);
        const ids = door.published.map(({ record }) => record.headers['ce_id']);
        expect(new Set(ids)).toEqual(new Set([`${correlationId}:uploaded`]));
        for (const { record } of door.published)
          expect(JSON.parse(record.value.toString())).toMatchObject({
            occurredAt: (JSON.parse(whole?.record.value.toString() ?? '') as { occurredAt: string })
              .occurredAt,
          });
        if (finished) break;
      }
    }
  });

  test('an upload that is put again after its confirmation is deleted by the next one', async () => {
    await door.confirm(upload.uploadId, photo);
    door.bucket.upload(upload.incomingKey, photo);
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(202);
    expect(keys()).toEqual([upload.key]);
  });

  test('accepted but not deleted from incoming/ is accepted all the same', async () => {
    door.bucket.before = (call) => {
      if (call === 'remove') throw new ObjectStoreUnavailableError('unavailable');
    };
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(202);
    expect(keys()).toEqual([upload.incomingKey, upload.key]);
  });

  test('another confirm that moves the photo in between changes nothing', async () => {
    let moved = false;
    door.bucket.before = (call) => {
      if (call !== 'read' || moved) return;
      moved = true;
      door.bucket.before = () => undefined;
      const { bytes, facts } = door.bucket.objects.get(upload.incomingKey) ?? {};
      if (!bytes || !facts) throw new Error('nothing was uploaded');
      const metadata = { checksum: checksumOf(photo), 'uploaded-at': '2026-11-23T08:15:30.000Z' };
      void door.bucket.create(upload.key, bytes, { contentType: 'image/jpeg', metadata });
      void door.bucket.remove(upload.incomingKey);
    };
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(202);
    expect(keys()).toEqual([upload.key]);
  });

  test.each(['nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
    'a traceparent that is none is not passed on: %s',
    async (traceparent) => {
      expect((await door.confirm(upload.uploadId, photo, { traceparent })).status).toBe(202);
      expect(door.published[0]?.record.headers).not.toHaveProperty('traceparent');
    },
  );

  test('answers 404 when nothing was uploaded', async () => {
    await refused(await door.confirm((await door.start()).uploadId, photo), 404, 'NOT_UPLOADED');
  });

  test("answers 404 to another owner's token, in the same words, and deletes nothing", async () => {
    const asAnother = { 'trackunit-owner': 'f'.repeat(32) };
    const foreign = await door.confirm(upload.uploadId, photo, asAnother);
    expect(keys()).toEqual([upload.incomingKey]);
    const missing = await door.confirm((await door.start()).uploadId, photo);
    expect(await foreign.clone().json()).toEqual(await missing.json());
    await refused(foreign, 404, 'NOT_UPLOADED');
  });

  test('answers 409 to a mistyped claim, tells nothing of the object and deletes nothing', async () => {
    const longer = Buffer.concat([photo, photo]);
    const other = Buffer.from(photo).fill(0, photo.length - 1);
    const reported: string[] = [];
    for (const [claim, code] of [
      [longer, 'BYTES_DIFFER'],
      [other, 'CHECKSUM_DIFFERS'],
    ] as const) {
      const response = await door.confirm(upload.uploadId, claim);
      reported.push(await response.clone().text());
      await refused(response, 409, code);
    }
    expect(reported.join()).not.toContain(String(photo.length));
    expect(reported.join()).not.toContain(checksumOf(photo).slice('sha256:'.length));
    expect(keys()).toEqual([upload.incomingKey]);
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(202);
    const afterwards = await door.confirm(upload.uploadId, other);
    expect(afterwards.status).toBe(409);
    expect(door.bucket.objects.get(upload.key)?.bytes).toEqual(photo);
  });

  test('answers 409 to an object that is not what was declared, and deletes it', async () => {
    const other = Buffer.from(photo).fill(0, photo.length - 1);
    for (const [found, checksum, code] of [
      [Buffer.concat([photo, photo]), undefined, 'BYTES_DIFFER'],
      [other, undefined, 'CHECKSUM_DIFFERS'],
      [other, checksumOf(other), 'CHECKSUM_DIFFERS'],
    ] as const) {
      door.bucket.upload(upload.incomingKey, found, checksum === undefined ? {} : { checksum });
      await refused(await door.confirm(upload.uploadId, photo), 409, code);
      expect(keys()).toEqual([]);
    }
    door.bucket.upload(upload.incomingKey, photo);
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(202);
  });

  test('answers 409 UPLOAD_CHANGED when the object changes under every look at it', async () => {
    let look = 0;
    door.bucket.before = (call) => {
      if (call !== 'read') return;
      look += 1;
      const other = Buffer.from(photo);
      other[photo.length - 1] = look;
      door.bucket.upload(upload.incomingKey, other);
    };
    await refused(await door.confirm(upload.uploadId, photo), 409, 'UPLOAD_CHANGED');
  });

  test('answers 410 when the token has expired', async () => {
    const { key: objectKey, incomingKey, correlationId } = upload;
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1_000);
    const old = await door.uploadTokens.sign(
      { objectKey, incomingKey, correlationId, owner, contentType: 'image/jpeg' },
      yesterday,
    );
    await refused(await door.confirm(old, photo), 410, 'TICKET_EXPIRED');
  });

  test('answers 413 over 20 MB, whether the claim says so or only the object', async () => {
    const huge = Buffer.alloc(maximumImageBytes + 1);
    await refused(await door.confirm(upload.uploadId, huge), 413, 'IMAGE_TOO_LARGE');
    expect(keys()).toEqual([upload.incomingKey]);
    door.bucket.upload(upload.incomingKey, huge);
    await refused(await door.confirm(upload.uploadId, photo), 413, 'IMAGE_TOO_LARGE');
    expect(keys()).toEqual([]);
  });

  test('answers 415 to what is not an image of the declared type, says what it is and deletes it', async () => {
    const png = await sharp(photo).png().toBuffer();
    for (const [bytes, name] of [
      [png, 'image/png'],
      [Buffer.from('a list of machines'), 'text/plain'],
      [Buffer.from('<svg width="1"/>'), 'image/svg+xml'],
      [Buffer.alloc(40, 1), 'no file of a known type'],
    ] as const) {
      const { uploadId } = await door.upload(bytes);
      const response = await door.confirm(uploadId, bytes);
      expect(await response.clone().json()).toMatchObject({
        detail: `the object is ${name}, declared was image/jpeg`,
      });
      await refused(response, 415, 'NOT_THE_DECLARED_TYPE');
      expect(keys()).toEqual([upload.incomingKey]);
    }
  });

  test('answers 422 to an object without a byte, and to a claim that is none', async () => {
    await refused(await door.confirm('nonsense', photo), 422, 'INVALID');
    await refused(await door.call('/v1/uploads/confirm', { bytes: 0 }), 422, 'INVALID');
    door.bucket.upload(upload.incomingKey, Buffer.alloc(0));
    await refused(await door.confirm(upload.uploadId, photo), 422, 'EMPTY_OBJECT');
  });

  test('answers 503 with Retry-After while Kafka or the object store is unavailable', async () => {
    door.bucket.before = () => {
      throw new ObjectStoreUnavailableError('the object store is unavailable');
    };
    const noStore = await door.confirm(upload.uploadId, photo);
    expect(noStore.headers.get('retry-after')).toBe('2');
    await refused(noStore, 503, 'OBJECT_STORE_UNAVAILABLE');
    door.bucket.before = () => undefined;
    door.faults.events = new KafkaUnavailableError('no acknowledgement within 5000 ms');
    const noKafka = await door.confirm(upload.uploadId, photo);
    expect(noKafka.headers.get('retry-after')).toBe('2');
    await refused(noKafka, 503, 'KAFKA_UNAVAILABLE');
  });

  test('a fault of ours is no 503: trying again would not help', async () => {
    door.bucket.before = () => {
      throw new TypeError('bug');
    };
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(500);
    const metrics = await door.health.registry.metrics();
    expect(metrics).toContain('ingestion_answers_total{call="confirm",answer="bug"} 1');
  });
});

describe('confirm of an undeclared upload', () => {
  beforeEach(() => {
    door = openDoor({ allowUndeclared: true });
  });

  test('keeps what was confirmed first: a second PUT between two confirms changes nothing', async () => {
    const upload = await door.upload();
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(202);
    door.bucket.upload(upload.incomingKey, other);
    expect((await door.confirm(upload.uploadId, other)).status).toBe(409);
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(202);
    expect(door.bucket.objects.get(upload.key)?.bytes).toEqual(photo);
    expect(door.published[1]).toEqual(door.published[0]);
  });

  test('does not replace what another confirm accepted in between', async () => {
    const upload = await door.upload();
    const metadata = { checksum: checksumOf(other), 'uploaded-at': '2026-11-23T08:15:31.000Z' };
    door.bucket.before = (call) => {
      if (call !== 'create') return;
      door.bucket.before = () => undefined;
      door.bucket.upload(upload.key, other, { metadata });
    };
    const late = await door.confirm(upload.uploadId, photo);
    expect(late.status).toBe(409);
    expect(door.bucket.objects.get(upload.key)?.bytes).toEqual(other);
    expect((await door.confirm(upload.uploadId, other)).status).toBe(202);
  });

  test('that another PUT overtakes while it is checked is checked again', async () => {
    const upload = await door.upload();
    door.bucket.before = (call) => {
      if (call !== 'read') return;
      door.bucket.before = () => undefined;
      door.bucket.upload(upload.incomingKey, other);
    };
    expect((await door.confirm(upload.uploadId, photo)).status).toBe(409);
    expect((await door.confirm(upload.uploadId, other)).status).toBe(202);
  });

  test('deletes an object that is itself wrong, and none for a wrong claim', async () => {
    const { uploadId, incomingKey } = await door.upload();
    expect((await door.confirm(uploadId, other)).status).toBe(409);
    expect(door.bucket.objects.has(incomingKey)).toBe(true);
    const page = Buffer.from('<!doctype html><script>alert(1)</script>');
    door.bucket.upload(incomingKey, page);
    expect((await door.confirm(uploadId, page)).status).toBe(415);
    expect(door.bucket.objects.has(incomingKey)).toBe(false);
  });
});

describe('confirm with a token of before uploads landed apart', () => {
  test('accepts the photo where its putUrl had led, read whole', async () => {
    const { key: objectKey, correlationId } = await door.start();
    const token = { objectKey, correlationId, owner, contentType: 'image/jpeg' } as const;
    const uploadId = await door.uploadTokens.sign(token, new Date());
    expect((await door.confirm(uploadId, photo)).status).toBe(404);
    door.bucket.upload(objectKey, photo);
    const other = Buffer.from(photo).fill(0, photo.length - 1);
    expect((await door.confirm(uploadId, other)).status).toBe(409);
    expect((await door.confirm(uploadId, photo)).status).toBe(202);
    expect(door.published).toHaveLength(1);
  });
});
