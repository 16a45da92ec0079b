import { beforeEach, expect, test } from '@jest/globals';
import { decodeEvent } from '../../contracts/cloudevents.ts';
import { batchQueueOf } from '../../contracts/priorities.ts';
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

test('publishes the upload under its object key and answers Accepted', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const response = await ingestion.confirm(upload.uploadId, photo, { traceparent });
  expect([response.status, await response.json()]).toEqual([202, { status: 'Accepted' }]);
  const [{ topic, record }] = ingestion.published as [(typeof ingestion.published)[number]];
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
    priority: 'interactive',
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

test('moves the photo to its object key, with the content type of the token and no metadata of the uploader', async () => {
  await ingestion.confirm(upload.uploadId, photo);
  expect(keys()).toEqual([upload.key]);
  expect(ingestion.bucket.objects.get(upload.key)).toMatchObject({
    bytes: photo,
    contentType: 'image/jpeg',
    facts: {
      metadata: { checksum: checksumOf(photo), 'uploaded-at': '2026-11-23T08:15:30.000Z' },
    },
  });
});

test('publishes the same event twice, to the byte, for an upload confirmed twice', async () => {
  await ingestion.confirm(upload.uploadId, photo);
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202);
  expect(ingestion.published).toHaveLength(2);
  expect(ingestion.published[1]).toEqual(ingestion.published[0]);
});

test('marks the first photos of an owner in a minute interactive, the rest batch, and a repeat as the first time', async () => {
  ingestion = openIngestion({ interactivePerMinute: 2 });
  const uploads = [await ingestion.upload(), await ingestion.upload(), await ingestion.upload()];
  for (const { uploadId } of [...uploads, ...uploads]) await ingestion.confirm(uploadId, photo);
  const marks = ingestion.published.map(({ record: { headers } }) => [
    headers['ce_priority'],
    headers['ce_batchqueue'],
  ]);
  const once = [
    ['interactive', undefined],
    ['interactive', undefined],
    ['batch', batchQueueOf(owner)],
  ];
  expect(marks).toEqual([...once, ...once]);
});

test('finishes a confirm that was killed before any of its steps: one photo, one event', async () => {
  await ingestion.confirm(upload.uploadId, photo);
  const [whole] = ingestion.published.splice(0);
  for (const allowUndeclared of [false, true]) {
    for (let step = 1; ; step += 1) {
      ingestion = openIngestion({ allowUndeclared });
      const { uploadId, key, correlationId } = await ingestion.upload();
      let calls = 0;
      const die = () => {
        calls += 1;
        if (calls === step) throw new TypeError('killed');
      };
      ingestion.bucket.before = die;
      ingestion.faults.beforePublish = die;
      await ingestion.confirm(uploadId, photo);
      const finished = calls < step;
      ingestion.bucket.before = () => undefined;
      delete ingestion.faults.beforePublish;
      expect((await ingestion.confirm(uploadId, photo)).status).toBe(202);
      expect(keys()).toEqual([key]);
      expect(ingestion.bucket.objects.get(key)?.bytes).toEqual(photo);
      const ids = ingestion.published.map(({ record }) => record.headers['ce_id']);
      expect(new Set(ids)).toEqual(new Set([`${correlationId}:uploaded`]));
      for (const { record } of ingestion.published)
        expect(JSON.parse(record.value.toString())).toMatchObject({
          occurredAt: (JSON.parse(whole?.record.value.toString() ?? '') as { occurredAt: string })
            .occurredAt,
        });
      if (finished) break;
    }
  }
});

test('deletes an object PUT again after its confirmation with the next confirm', async () => {
  await ingestion.confirm(upload.uploadId, photo);
  ingestion.bucket.upload(upload.incomingKey, photo);
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202);
  expect(keys()).toEqual([upload.key]);
});

test('accepts a photo that cannot be deleted from incoming/', async () => {
  ingestion.bucket.before = (call) => {
    if (call === 'remove') throw new ObjectStoreUnavailableError('unavailable');
  };
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202);
  expect(keys()).toEqual([upload.incomingKey, upload.key]);
});

test('accepts a photo that a concurrent confirm has moved', async () => {
  let moved = false;
  ingestion.bucket.before = (call) => {
    if (call !== 'read' || moved) return;
    moved = true;
    ingestion.bucket.before = () => undefined;
    const { bytes, facts } = ingestion.bucket.objects.get(upload.incomingKey) ?? {};
    if (!bytes || !facts) throw new Error('nothing was uploaded');
    const metadata = { checksum: checksumOf(photo), 'uploaded-at': '2026-11-23T08:15:30.000Z' };
    void ingestion.bucket.create(upload.key, bytes, { contentType: 'image/jpeg', metadata });
    void ingestion.bucket.remove(upload.incomingKey);
  };
  expect((await ingestion.confirm(upload.uploadId, photo)).status).toBe(202);
  expect(keys()).toEqual([upload.key]);
});

test.each(['nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
  'drops the invalid traceparent %s',
  async (traceparent) => {
    expect((await ingestion.confirm(upload.uploadId, photo, { traceparent })).status).toBe(202);
    expect(ingestion.published[0]?.record.headers).not.toHaveProperty('traceparent');
  },
);
