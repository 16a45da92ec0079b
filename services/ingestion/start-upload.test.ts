import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { keyBeginningsOf } from '../../contracts/objects.ts';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import { startUploadAnswerSchema } from '../../contracts/rest.ts';
import {
  checksumOf,
  openIngestion,
  owner,
  photo,
} from '../../tests/support/ingestion/ingestion-in-memory.ts';

let ingestion: ReturnType<typeof openIngestion>;
beforeEach(() => {
  ingestion = openIngestion();
});

describe('start', () => {
  const body = { filename: 'machine.jpg', contentType: 'image/webp' };
  const declared = { bytes: photo.length, checksum: checksumOf(photo) };

  test('starts an upload with a token, a key of the day and a putUrl below incoming/ for 300 s', async () => {
    const before = Date.now();
    const [answer, another] = [await ingestion.start(photo, 'image/webp'), await ingestion.start()];
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    expect(answer.key).toBe(`images/${today}/${answer.correlationId}.webp`);
    expect(answer.incomingKey).toMatch(/^incoming\/[0-9a-f]{32}$/);
    expect(another.incomingKey).not.toBe(answer.incomingKey);
    expect(answer.putUrl).toContain('for=300');
    expect(Date.parse(answer.expiresAt) - before).toBeGreaterThanOrEqual(300_000);
    expect(Date.parse(answer.expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
  });

  test('gives a key that follows from the correlation id alone, by which a deletion finds the photo', async () => {
    const { key, correlationId } = await ingestion.start(photo, 'image/webp');
    expect(keyBeginningsOf(correlationId)).toContain(key.slice(0, -'webp'.length));
  });

  test('names and signs the headers that the PUT must carry', async () => {
    const { headers, putUrl } = await ingestion.start();
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

  test('serves the older paths below /uploads too', async () => {
    expect((await ingestion.call('/uploads/start', { ...body, ...declared })).status).toBe(200);
    expect((await ingestion.call('/uploads/renew', {})).status).toBe(422);
    expect((await ingestion.call('/uploads/confirm', {})).status).toBe(422);
  });

  test('names every invalid field of a start', async () => {
    const response = await ingestion.call('/v1/uploads/start', {
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

  test('refuses a start with bytes or checksum alone, or over 20 MB', async () => {
    const { bytes, checksum } = declared;
    const onlyBytes = await ingestion.call('/v1/uploads/start', { ...body, bytes });
    expect([onlyBytes.status, await onlyBytes.json()]).toMatchObject([
      422,
      { code: 'INVALID', errors: { checksum: [expect.any(String)] } },
    ]);
    const onlyChecksum = await ingestion.call('/v1/uploads/start', { ...body, checksum });
    expect(await onlyChecksum.json()).toMatchObject({ errors: { bytes: [expect.any(String)] } });
    const huge = { ...body, checksum, bytes: maximumImageBytes + 1 };
    const tooLarge = await ingestion.call('/v1/uploads/start', huge);
    expect([tooLarge.status, await tooLarge.json()]).toMatchObject([
      413,
      { code: 'IMAGE_TOO_LARGE' },
    ]);
  });

  test('refuses an undeclared upload unless ALLOW_UNDECLARED_UPLOADS=true', async () => {
    const refused = await ingestion.call('/v1/uploads/start', body);
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      {
        code: 'UPLOAD_NOT_DECLARED',
        detail: expect.stringContaining('ALLOW_UNDECLARED_UPLOADS=true'),
      },
    ]);
    const allowing = openIngestion({ allowUndeclared: true });
    const taken = await allowing.call('/v1/uploads/start', body);
    expect([taken.status, await taken.json()]).toMatchObject([200, { headers: [] }]);
  });

  test('refuses a start without the internal token or without an owner', async () => {
    for (const root of ['/v1/uploads', '/uploads'])
      expect(
        (await ingestion.call(`${root}/start`, body, { authorization: 'Bearer x' })).status,
      ).toBe(401);
    const withoutOwner = await ingestion.call('/v1/uploads/start', body, {
      'trackunit-owner': 'me',
    });
    expect(withoutOwner.status).toBe(422);
    expect(await withoutOwner.json()).toMatchObject({
      errors: { 'trackunit-owner': expect.any(Array) },
    });
  });
});

describe('renew', () => {
  const renew = (uploadId: string, headers = {}) =>
    ingestion.call('/v1/uploads/renew', { uploadId }, headers);

  test('renews an upload: the same token with a new putUrl', async () => {
    const { putUrl, expiresAt, incomingKey: _key, ...same } = await ingestion.start();
    const renewed = startUploadAnswerSchema.parse(await (await renew(same.uploadId)).json());
    expect(renewed).toMatchObject(same);
    expect(new URL(renewed.putUrl).pathname).toBe(new URL(putUrl).pathname);
    expect(Date.parse(renewed.expiresAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });

  test('refuses to renew an undeclared upload: its putUrl would take any size', async () => {
    const { correlationId, key: objectKey, incomingKey } = await ingestion.start();
    const token = { objectKey, correlationId, owner, contentType: 'image/jpeg' } as const;
    const legacy = await ingestion.uploadTokens.sign(token, new Date());
    const undeclared = await ingestion.uploadTokens.sign({ ...token, incomingKey }, new Date());
    for (const uploadId of [legacy, undeclared]) {
      const refused = await renew(uploadId);
      expect([refused.status, await refused.json()]).toMatchObject([
        410,
        { code: 'UPLOAD_NOT_DECLARED' },
      ]);
    }
    ingestion = openIngestion({ allowUndeclared: true });
    expect((await renew(undeclared)).status).toBe(200);
    expect((await renew(legacy)).status).toBe(410);
  });

  test("answers 404 to a renewal with another owner's token, 410 with an expired, 422 with an invalid one", async () => {
    const { uploadId, key: objectKey, correlationId } = await ingestion.start();
    const asAnother = { 'trackunit-owner': 'f'.repeat(32) };
    expect((await renew(uploadId, asAnother)).status).toBe(404);
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1_000);
    const token = { objectKey, correlationId, owner, contentType: 'image/jpeg' } as const;
    expect((await renew(await ingestion.uploadTokens.sign(token, yesterday))).status).toBe(410);
    expect((await renew('nonsense')).status).toBe(422);
  });
});
