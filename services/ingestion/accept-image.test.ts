import { beforeEach, expect, test } from '@jest/globals';
import {
  checksumOf,
  openIngestion,
  otherPhoto,
  owner,
  photo,
} from '../../tests/support/ingestion/ingestion-in-memory.ts';

let ingestion: ReturnType<typeof openIngestion>;

/** What is not declared is read whole, so two photos can lie under one upload. */
beforeEach(() => {
  ingestion = openIngestion({ allowUndeclared: true });
});

test('keeps the photo confirmed first when another is PUT and confirmed afterwards', async () => {
  const upload = await ingestion.upload();
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202);
  ingestion.bucket.upload(upload.incomingKey, otherPhoto);
  expect((await ingestion.confirm(upload.uploadId, otherPhoto)).status).toBe(409);
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202);
  expect(ingestion.bucket.objects.get(upload.key)?.bytes).toEqual(photo);
  expect(ingestion.published[1]).toEqual(ingestion.published[0]);
});

test('keeps the photo that a concurrent confirm has accepted', async () => {
  const upload = await ingestion.upload();
  const metadata = { checksum: checksumOf(otherPhoto), 'uploaded-at': '2026-11-23T08:15:31.000Z' };
  ingestion.bucket.before = (call) => {
    if (call !== 'create') return;
    ingestion.bucket.before = () => undefined;
    ingestion.bucket.upload(upload.key, otherPhoto, { metadata });
  };
  const late = await ingestion.confirm(upload.uploadId, photo);
  expect(late.status).toBe(409);
  expect(ingestion.bucket.objects.get(upload.key)?.bytes).toEqual(otherPhoto);
  expect((await ingestion.confirm(upload.uploadId, otherPhoto)).status).toBe(202);
});

test('checks an undeclared upload again that another PUT replaced meanwhile', async () => {
  const upload = await ingestion.upload();
  ingestion.bucket.before = (call) => {
    if (call !== 'read') return;
    ingestion.bucket.before = () => undefined;
    ingestion.bucket.upload(upload.incomingKey, otherPhoto);
  };
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(409);
  expect((await ingestion.confirm(upload.uploadId, otherPhoto)).status).toBe(202);
});

test('deletes an invalid undeclared object, and none for a wrong claim', async () => {
  const { uploadId, incomingKey } = await ingestion.upload();
  expect((await ingestion.confirm(uploadId, otherPhoto)).status).toBe(409);
  expect(ingestion.bucket.objects.has(incomingKey)).toBe(true);
  const page = Buffer.from('<!doctype html><script>alert(1)</script>');
  ingestion.bucket.upload(incomingKey, page);
  expect((await ingestion.confirm(uploadId, page)).status).toBe(415);
  expect(ingestion.bucket.objects.has(incomingKey)).toBe(false);
});

test('accepts a photo uploaded straight to its object key, with a token without incomingKey', async () => {
  ingestion = openIngestion();
  const { key: objectKey, correlationId } = await ingestion.start();
  const token = { objectKey, correlationId, owner, contentType: 'image/jpeg' } as const;
  const uploadId = await ingestion.uploadTokens.sign(token, new Date());
  expect((await ingestion.confirm(uploadId, photo)).status).toBe(404);
  ingestion.bucket.upload(objectKey, photo);
  const other = Buffer.from(photo).fill(0, photo.length - 1);
  expect((await ingestion.confirm(uploadId, other)).status).toBe(409);
  expect((await ingestion.confirm(uploadId, photo)).status).toBe(202);
  expect(ingestion.published).toHaveLength(1);
});

test('takes the bucket for there once it has found what was uploaded, and not before', async () => {
  const upload = await ingestion.upload();
  const { stat } = ingestion.bucket;
  const asked: unknown[] = [];
  ingestion.bucket.stat = (key, known) => {
    asked.push([key, known?.bucketExists ?? false]);
    return stat(key);
  };
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202);
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202); // moved meanwhile
  const { incomingKey, key } = upload;
  expect(asked).toEqual([
    [incomingKey, false],
    [key, true],
    [incomingKey, false],
    [key, false],
  ]);
});
