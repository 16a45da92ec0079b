import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import { topics } from '../../contracts/topology.ts';
import type { TrackunitClient } from '../../client/sdk/index.ts';
import { damagedPhotos, noPhotos, polyglot } from '../bad-photos.ts';
import { countRecords } from './brokers.ts';
import { beginStory, endOf, samplePhoto, type Story } from './story.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

const checksumOf = (bytes: Uint8Array) =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Past every check of our own client, straight through the presigned URL. */
async function put(url: string, bytes: Uint8Array, contentType: string) {
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': contentType },
    body: new Uint8Array(bytes),
  });
  expect(answer.status).toBe(200); // the address limits nothing by itself
}

/** Uploaded and confirmed as it is. */
async function confirmed(client: TrackunitClient, bytes: Uint8Array, contentType: string) {
  const started = await client.startUpload({ filename: 'x', contentType });
  const { uploadId, putUrl } = started.imageUploadPayload;
  await put(putUrl, bytes, contentType);
  await client.confirmUpload({ uploadId, bytes: bytes.length, checksum: checksumOf(bytes) });
  return started;
}

interface BadUpload {
  readonly what: string;
  readonly status: number;
  readonly put: (() => Uint8Array | Promise<Uint8Array>) | undefined;
  readonly contentType?: string;
  readonly claim?: (bytes: Uint8Array) => { bytes: number; checksum: string };
}

const aByte = { bytes: 1, checksum: checksumOf(new Uint8Array(1)) };
const jpegHead = [0xff, 0xd8, 0xff, 0xe0];
const badUploads: readonly BadUpload[] = [
  { what: 'never uploaded', status: 404, put: undefined },
  ...noPhotos.map(({ what, make }) => ({ what, status: 415, put: make })),
  { what: 'zero bytes', status: 422, put: () => new Uint8Array(), claim: () => aByte },
  { what: 'another type than declared', status: 415, put: samplePhoto, contentType: 'image/png' },
  {
    what: 'too large',
    status: 413,
    put() {
      const bytes = new Uint8Array(maximumImageBytes + 1);
      bytes.set(jpegHead);
      return bytes;
    },
  },
  {
    what: 'too large, but claimed small',
    status: 413,
    put() {
      const bytes = new Uint8Array(maximumImageBytes + 1);
      bytes.set(jpegHead);
      return bytes;
    },
    claim: (bytes) => ({ bytes: 1_000, checksum: checksumOf(bytes) }),
  },
  {
    what: 'a wrong checksum',
    status: 409,
    put: samplePhoto,
    claim: (bytes) => ({ bytes: bytes.length, checksum: `sha256:${'0'.repeat(64)}` }),
  },
  {
    what: 'a wrong size',
    status: 409,
    put: samplePhoto,
    claim: (bytes) => ({ bytes: bytes.length + 1, checksum: checksumOf(bytes) }),
  },
];

describe('a bad upload', () => {
  test.each(badUploads)('$what is answered $status, and nothing is published', async (bad) => {
    const { client } = story.newUser();
    const published = await countRecords(story.stack, topics.imageUploaded);
    const contentType = bad.contentType ?? 'image/jpeg';
    const { imageUploadPayload } = await client.startUpload({ filename: 'x.jpg', contentType });
    const bytes = (await bad.put?.()) ?? new Uint8Array([1]);
    if (bad.put !== undefined) await put(imageUploadPayload.putUrl, bytes, contentType);
    const claim = bad.claim?.(bytes) ?? { bytes: bytes.length, checksum: checksumOf(bytes) };
    await expect(
      client.confirmUpload({ uploadId: imageUploadPayload.uploadId, ...claim }),
    ).rejects.toMatchObject({ name: 'UploadRefusedError', status: bad.status });
    expect(await countRecords(story.stack, topics.imageUploaded)).toBe(published);
  });

  test('a type that is not taken is refused before anything is uploaded', async () => {
    const { client } = story.newUser();
    await expect(
      client.startUpload({ filename: 'x.gif', contentType: 'image/gif' }),
    ).rejects.toMatchObject({ status: 422, fields: { contentType: [expect.any(String)] } });
  });
});

describe('a photo that only looks like one', () => {
  test.each(
    damagedPhotos.filter(({ what }) => /^(a truncated jpeg|a bomb|a header that lies)/.test(what)),
  )('$what is accepted, then announced as $code', async ({ make, contentType, code }) => {
    const { client } = story.newUser();
    const { correlationId } = await confirmed(client, await make(), contentType);
    expect(await endOf(client, correlationId)).toMatchObject({
      success: false,
      failure: { code, message: expect.stringMatching(/\w+/) },
    });
  });

  test('a sound one with another file behind it ends well', async () => {
    const { client } = story.newUser();
    const { correlationId } = await confirmed(client, await polyglot(), 'image/jpeg');
    expect(await endOf(client, correlationId)).toMatchObject({ success: true, failure: null });
  });
});

describe('a photo overwritten between confirm and recognition', () => {
  afterAll(() => story.stack.start('svc-messaging-bridge'));

  test('ends as OBJECT_CHANGED: what was confirmed is what is looked at', async () => {
    const { client } = story.newUser();
    await story.stack.stop('svc-messaging-bridge'); // time to overwrite
    const photo = await samplePhoto();
    const contentType = 'image/jpeg';
    const { correlationId, imageUploadPayload } = await confirmed(client, photo, contentType);
    await put(imageUploadPayload.putUrl, await samplePhoto('volvo-ec220e.jpg'), contentType);
    await story.stack.start('svc-messaging-bridge');

    expect(await endOf(client, correlationId)).toMatchObject({
      success: false,
      failure: { code: 'OBJECT_CHANGED' },
    });
  });
});
