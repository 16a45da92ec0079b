// Uploads with real presigned URLs on the real stores; Kafka is a list here.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Hono } from 'hono';
import sharp from 'sharp';
import { contentTypes } from '../../../contracts/photos.ts';
import { maximumImageBytes } from '../../../contracts/recognition.ts';
import { startUploadAnswerSchema, type StartUploadAnswer } from '../../../contracts/rest.ts';
import { createHealth } from '../../../platform/http/health.ts';
import type { KafkaRecord } from '../../../platform/kafka/kafka.ts';
import { silentLogger } from '../../../platform/logger.ts';
import {
  connectObjectStore,
  type ObjectStore,
} from '../../../platform/object-store/object-store.ts';
import { createPresignPut, type PresignPut } from '../../../platform/object-store/presign-put.ts';
import { createApp } from '../../../services/ingestion/app.ts';
import { createUploadTokens } from '../../../services/ingestion/upload-tokens.ts';
import { nonImages } from '../../support/images/malformed-images.ts';
import { isRefused, send } from '../../support/object-store/raw-put.ts';
import { openStore, stores, type StoreFixture } from '../../support/harness/store.ts';

const keys = { key: 'the-current-key-of-tokens' };
const uploadTokens = createUploadTokens({ current: () => keys, refresh: () => keys });
const owner = randomBytes(16).toString('hex');
const drawing = sharp({ create: { width: 640, height: 480, channels: 3, background: 'orange' } });
const photo = await drawing.clone().jpeg().toBuffer();
const other = await drawing.clone().negate().jpeg().toBuffer();
const claimOf = (bytes: Buffer) => ({
  bytes: bytes.length,
  checksum: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
});

describe.each(stores)('%s', (name) => {
  let fixture: StoreFixture;
  let store: ObjectStore;
  const published: KafkaRecord[] = [];
  let app: Hono;
  let appForOldClients: Hono;
  beforeAll(async () => {
    fixture = await openStore(name);
    store = connectObjectStore(fixture.settings('ingestion'));
    const presignPut = createPresignPut(fixture.settings('upload'));
    app = openApp(store, presignPut, false);
    appForOldClients = openApp(store, presignPut, true);
  }, 300_000);
  afterAll(async () => {
    await store.close();
    await fixture.close();
  });

  const openApp = (bucket: ObjectStore, presignPut: PresignPut, allowUndeclared: boolean) =>
    createApp({
      store: bucket,
      presignPut,
      priorityOf: () => Promise.resolve('interactive'),
      allowUndeclared,
      contentTypes,
      events: {
        publish: (_topic, record) => {
          published.push(record);
          return Promise.resolve();
        },
      },
      uploadTokens,
      internalToken: 'the-internal-token',
      health: createHealth({}),
      logger: silentLogger(),
    });
  const publishedOf = ({ key }: StartUploadAnswer) =>
    published.filter((record) => record.key === key);
  const call = (path: string, body: unknown, more: { as?: string; to?: Hono } = {}) =>
    (more.to ?? app).request(path, {
      method: 'POST',
      headers: {
        authorization: 'Bearer the-internal-token',
        'content-type': 'application/json',
        'trackunit-owner': more.as ?? owner,
      },
      body: JSON.stringify(body),
    });
  const start = async (bytes: Buffer = photo, contentType = 'image/jpeg', to = app) => {
    const body = { filename: 'machine.jpg', contentType, ...claimOf(bytes) };
    return startUploadAnswerSchema.parse(
      await (await call('/v1/uploads/start', body, { to })).json(),
    );
  };
  const startUndeclared = async (contentType = 'image/jpeg') =>
    startUploadAnswerSchema.parse(
      await (
        await call(
          '/v1/uploads/start',
          { filename: 'machine.jpg', contentType },
          { to: appForOldClients },
        )
      ).json(),
    );
  const put = ({ putUrl, headers }: StartUploadAnswer, body: Buffer) =>
    send(putUrl, {
      headers: Object.fromEntries(headers.map(({ name: header, value }) => [header, value])),
      body,
    });
  async function upload(bytes: Buffer, contentType = 'image/jpeg'): Promise<StartUploadAnswer> {
    const started = await start(bytes, contentType);
    expect((await put(started, bytes)).status).toBe(200);
    return started;
  }
  async function uploadUndeclared(bytes: Buffer): Promise<StartUploadAnswer> {
    const started = await startUndeclared();
    expect((await put(started, bytes)).status).toBe(200);
    return started;
  }
  const confirm = (
    { uploadId }: Pick<StartUploadAnswer, 'uploadId'>,
    bytes: Buffer,
    more: { as?: string; to?: Hono; claim?: object } = {},
  ) => call('/v1/uploads/confirm', { uploadId, ...claimOf(bytes), ...more.claim }, more);
  const answerOf = async (response: Response): Promise<unknown[]> => [
    response.status,
    (await response.json()) as unknown,
  ];
  const incomingKeyOf = ({ putUrl }: StartUploadAnswer) =>
    new URL(putUrl).pathname.slice(`/${fixture.bucket}/`.length);

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'accepts a whole %s, and stores it under its object key only',
    async (format) => {
      const bytes = await drawing.clone().toFormat(format).toBuffer();
      const started = await upload(bytes, `image/${format}`);
      expect(await answerOf(await confirm(started, bytes))).toEqual([202, { status: 'Accepted' }]);
      expect(publishedOf(started)).toHaveLength(1);
      expect(await fixture.bytesOf(started.key)).toEqual(bytes);
      const { metaData } = await fixture.root.statObject(fixture.bucket, started.key);
      expect(metaData).toMatchObject({ 'content-type': `image/${format}` });
      expect(await fixture.list()).not.toContain(incomingKeyOf(started));
    },
  );

  test('accepts the largest photo that is allowed', async () => {
    const largest = Buffer.concat([photo, randomBytes(maximumImageBytes - photo.length)]);
    expect((await confirm(await upload(largest), largest)).status).toBe(202);
  });

  test('publishes the same event for the same photo when it is confirmed again, also at once', async () => {
    const started = await upload(photo);
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => answerOf(await confirm(started, photo))),
    );
    expect(answers).toEqual(Array(6).fill([202, { status: 'Accepted' }]));
    expect((await confirm(started, photo)).status).toBe(202);
    const [first, ...more] = publishedOf(started);
    for (const one of more) expect(one).toEqual(first);
    expect(await fixture.bytesOf(started.key)).toEqual(photo);
  });

  test('changes no confirmed photo by a putUrl that is used again', async () => {
    const started = await upload(photo);
    await confirm(started, photo);
    const before = await fixture.root.statObject(fixture.bucket, started.key);
    expect((await put(started, photo)).status).toBe(200);
    expect(isRefused(await put(started, other))).toBe(true);
    expect((await confirm(started, photo)).status).toBe(202);
    expect((await confirm(started, other)).status).toBe(409);
    const after = await fixture.root.statObject(fixture.bucket, started.key);
    expect(after.lastModified).toEqual(before.lastModified);
    expect(await fixture.list()).not.toContain(incomingKeyOf(started));
    expect(new Set(publishedOf(started).map(({ value }) => String(value))).size).toBe(1);
  });

  test('keeps no version of what was accepted or refused in a bucket with versions', async () => {
    const versioned = await openStore(name);
    await versioned.root.setBucketVersioning(versioned.bucket, { Status: 'Enabled' });
    const ingestion = connectObjectStore(versioned.settings('ingestion'));
    const to = openApp(ingestion, createPresignPut(versioned.settings('upload')), false);
    const page = Buffer.from('<!doctype html><script>alert(1)</script>');
    for (const [bytes, status] of [
      [photo, 202],
      [page, 415],
    ] as const) {
      const started = await start(bytes, 'image/jpeg', to);
      for (let again = 0; again < 3; again += 1) {
        expect((await put(started, bytes)).status).toBe(200);
        expect((await confirm(started, bytes, { to })).status).toBe(status);
      }
    }
    const left: string[] = [];
    for await (const { name: key } of versioned.root.listObjects(
      versioned.bucket,
      'incoming/',
      true,
      {
        IncludeVersion: true,
      },
    ) as AsyncIterable<{ name: string }>)
      left.push(key);
    expect(left).toEqual([]);
    await ingestion.close();
    await versioned.close();
  });

  test('takes by a renewed putUrl the declared bytes, and no others', async () => {
    const started = await start(photo);
    const renewed = startUploadAnswerSchema.parse(
      await (await call('/v1/uploads/renew', { uploadId: started.uploadId })).json(),
    );
    expect(isRefused(await put(renewed, other))).toBe(true);
    expect((await put(renewed, photo)).status).toBe(200);
    expect((await put(started, photo)).status).toBe(412);
    expect((await confirm(started, photo)).status).toBe(202);
  });

  test('confirms a photo where an older build stored it', async () => {
    const { key, correlationId } = await start(photo);
    await fixture.root.putObject(fixture.bucket, key, photo);
    const uploadId = await uploadTokens.sign(
      { objectKey: key, contentType: 'image/jpeg', owner, correlationId },
      new Date(),
    );
    expect((await confirm({ uploadId }, other)).status).toBe(409);
    expect((await confirm({ uploadId }, photo)).status).toBe(202);
  });

  describe('undeclared uploads', () => {
    test('keeps what was confirmed first when another PUT comes between two confirms', async () => {
      const started = await uploadUndeclared(photo);
      expect((await confirm(started, photo)).status).toBe(202);
      await put(started, other);
      expect((await confirm(started, other)).status).toBe(409);
      expect((await confirm(started, photo)).status).toBe(202);
      expect(await fixture.bytesOf(started.key)).toEqual(photo);
      const [first, ...more] = publishedOf(started);
      expect(more).toEqual([first]);
    });

    test('refuses an undeclared upload that is too large with 413, whatever its claim, and deletes it', async () => {
      const huge = Buffer.concat([photo, randomBytes(maximumImageBytes)]);
      const started = await uploadUndeclared(huge);
      await refused(await confirm(started, huge), 413, 'IMAGE_TOO_LARGE', started);
      expect(await fixture.list()).toContain(incomingKeyOf(started));
      await refused(await confirm(started, photo), 413, 'IMAGE_TOO_LARGE', started);
      expect(await fixture.list()).not.toContain(incomingKeyOf(started));
    });

    test('refuses a wrong claim of an undeclared upload with 409, and deletes nothing', async () => {
      const started = await uploadUndeclared(photo);
      const checksum = `sha256:${'0'.repeat(64)}`;
      const wrong = await confirm(started, photo, { claim: { checksum } });
      await refused(wrong, 409, 'CHECKSUM_DIFFERS', started);
      const size = await confirm(started, photo, { claim: { bytes: 1 } });
      await refused(size, 409, 'BYTES_DIFFER', started);
      expect((await confirm(started, photo)).status).toBe(202);
    });

    test('refuses an empty undeclared upload with 422', async () => {
      const started = await uploadUndeclared(Buffer.alloc(0));
      await refused(await confirm(started, photo), 422, 'EMPTY_OBJECT', started);
    });
  });

  const refused = async (
    response: Response,
    status: number,
    code: string,
    started: StartUploadAnswer,
  ) => {
    expect(await answerOf(response)).toMatchObject([status, { code }]);
    expect(publishedOf(started)).toEqual([]);
    expect(await fixture.list()).not.toContain(started.key);
  };

  describe('refused, and nothing is published', () => {
    test('refuses to confirm what was never uploaded with 404', async () => {
      const started = await start();
      await refused(await confirm(started, photo), 404, 'NOT_UPLOADED', started);
    });

    test("refuses another owner's token with 404", async () => {
      const started = await upload(photo);
      const as = randomBytes(16).toString('hex');
      await refused(await confirm(started, photo, { as }), 404, 'NOT_UPLOADED', started);
      expect((await confirm(started, photo)).status).toBe(202);
    });

    test('refuses another photo than declared with 409, without a word on the stored one', async () => {
      const started = await upload(photo);
      const response = await confirm(started, other, { claim: { bytes: photo.length } });
      expect(await response.clone().text()).not.toContain(claimOf(photo).checksum.slice(7));
      await refused(response, 409, 'CHECKSUM_DIFFERS', started);
    });

    test('refuses an expired token with 410', async () => {
      const started = await upload(photo);
      const token = await uploadTokens.verify(started.uploadId);
      const old = await uploadTokens.sign(token, new Date(Date.now() - 25 * 60 * 60 * 1_000));
      await refused(await confirm({ uploadId: old }, photo), 410, 'TICKET_EXPIRED', started);
    });

    test.each(nonImages)(
      'refuses $what declared as a jpeg with 415',
      async ({ make, mediaType }) => {
        const bytes = await make();
        const started = await upload(bytes);
        const response = await confirm(started, bytes);
        expect(await response.clone().json()).toMatchObject({
          detail: expect.stringContaining(mediaType),
        });
        await refused(response, 415, 'NOT_THE_DECLARED_TYPE', started);
        expect(await fixture.list()).not.toContain(incomingKeyOf(started));
      },
    );

    test('refuses a page declared as a photo with 415', async () => {
      const page = Buffer.from('<!doctype html><script>alert(1)</script>');
      const started = await upload(page);
      await refused(await confirm(started, page), 415, 'NOT_THE_DECLARED_TYPE', started);
    });

    test('refuses an image of another type than declared with 415', async () => {
      const png = await drawing.clone().png().toBuffer();
      const started = await upload(png);
      await refused(await confirm(started, png), 415, 'NOT_THE_DECLARED_TYPE', started);
    });
  });
});
