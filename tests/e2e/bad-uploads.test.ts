import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import type { MutationStartUploadArgs } from '../../contracts/schema.generated.ts';
import { topics } from '../../contracts/topology.ts';
import type { TrackunitClient } from '../../client/sdk/index.ts';
import { malformedImages, nonImages, polyglot } from '../support/images/malformed-images.ts';
import { checksumOf, declarationOf, put } from '../support/upload-by-hand.ts';
import { countRecords } from '../support/messaging/kafka.ts';
import { beginStory, endOf, samplePhoto, type Story } from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

/** Declared as it is, and put. */
async function uploaded(client: TrackunitClient, bytes: Uint8Array, contentType = 'image/jpeg') {
  const started = await client.startUpload(declarationOf(bytes, contentType));
  expect(await put(started.imageUploadPayload, bytes)).toBe(200);
  const { uploadId } = started.imageUploadPayload;
  const claim = { uploadId, bytes: bytes.length, checksum: checksumOf(bytes) };
  return { ...started, claim };
}

async function confirmed(client: TrackunitClient, bytes: Uint8Array, contentType?: string) {
  const upload = await uploaded(client, bytes, contentType);
  await client.confirmUpload(upload.claim);
  return upload;
}

/** Nothing goes on from a refused upload. */
async function expectNothingPublished(refusing: () => Promise<void>) {
  const published = await countRecords(topics.imageUploaded);
  await refusing();
  expect(await countRecords(topics.imageUploaded)).toBe(published);
}

describe('refused at its start', () => {
  const good = declarationOf(new Uint8Array(10));
  const { filename, contentType, bytes, checksum } = good;
  const text: unknown = expect.any(String);
  const refusals: readonly [what: string, MutationStartUploadArgs, refusal: object][] = [
    ['zero bytes', { ...good, bytes: 0 }, { status: 422, fields: { bytes: [text] } }],
    [
      'a type that is not supported',
      { ...good, contentType: 'image/gif' },
      { status: 422, fields: { contentType: [text] } },
    ],
    [
      'a photo that is too large',
      { ...good, bytes: maximumImageBytes + 1 },
      { status: 413, code: 'IMAGE_TOO_LARGE' },
    ],
    [
      'a photo without size and checksum',
      { filename, contentType },
      { status: 422, code: 'UPLOAD_NOT_DECLARED', remedy: expect.stringContaining('checksum') },
    ],
    ['a size without a checksum', { filename, contentType, bytes }, { status: 422 }],
    ['a checksum without a size', { filename, contentType, checksum }, { status: 422 }],
  ];
  test.each(refusals)('refuses to start an upload of %s', async (_what, declared, refusal) => {
    const { client } = story.newUser();
    await expect(client.startUpload(declared)).rejects.toMatchObject({
      name: 'UploadRefusedError',
      ...refusal,
    });
  });
});

describe('refused by the store', () => {
  type Headers = { name: string; value: string }[];
  const asSigned = (signed: Headers) => signed;
  const asPage = (signed: Headers) =>
    signed.map((one) => (one.name === 'content-type' ? { ...one, value: 'text/html' } : one));
  const shorter = (photo: Uint8Array) => photo.subarray(0, -1);
  const longer = (photo: Uint8Array) => Buffer.concat([photo, new Uint8Array(600_000)]);
  const other = (photo: Uint8Array) => new Uint8Array(photo).fill(7, 100);
  const same = (photo: Uint8Array) => photo;
  const puts: readonly [
    what: string,
    bytesOf: (photo: Uint8Array) => Uint8Array,
    headersOf: (signed: Headers) => Headers,
  ][] = [
    ['other bytes than declared', other, asSigned],
    ['fewer bytes than declared', shorter, asSigned],
    ['more bytes than declared', longer, asSigned],
    ['none of the bytes declared', () => new Uint8Array(), asSigned],
    ['another type than declared', same, asPage],
    ['a PUT without its headers', same, () => []],
  ];
  test.each(puts)('refuses in the store %s', async (_what, bytesOf, headersOf) => {
    const { client } = story.newUser();
    const photo = await samplePhoto();
    await expectNothingPublished(async () => {
      const { imageUploadPayload } = await client.startUpload(declarationOf(photo));
      const { uploadId } = imageUploadPayload;
      const headers = headersOf(imageUploadPayload.headers);
      const upload = { ...imageUploadPayload, headers };
      expect([400, 403, 411, 'cut']).toContain(await put(upload, bytesOf(photo)));
      await expect(
        client.confirmUpload({ uploadId, bytes: photo.length, checksum: checksumOf(photo) }),
      ).rejects.toMatchObject({ status: 404, code: 'NOT_UPLOADED' });
    });
  });
});

describe('refused at its confirm', () => {
  test('refuses to confirm a photo that was never uploaded', async () => {
    const { client } = story.newUser();
    const { imageUploadPayload } = await client.startUpload(declarationOf(new Uint8Array(1)));
    const { uploadId } = imageUploadPayload;
    await expect(
      client.confirmUpload({ uploadId, bytes: 1, checksum: checksumOf(new Uint8Array(1)) }),
    ).rejects.toMatchObject({ name: 'UploadRefusedError', status: 404 });
  });

  const wrongTypes = [
    ...nonImages.map(({ what, make }) => ({ what, make, contentType: 'image/jpeg' })),
    { what: 'a jpeg declared as png', make: samplePhoto, contentType: 'image/png' },
  ];
  test.each(wrongTypes)('refuses to confirm $what with 415', async ({ make, contentType }) => {
    const { client } = story.newUser();
    await expectNothingPublished(async () => {
      const { claim } = await uploaded(client, await make(), contentType);
      await expect(client.confirmUpload(claim)).rejects.toMatchObject({
        name: 'UploadRefusedError',
        status: 415,
      });
    });
  });

  test('refuses another claim than declared with 409, and accepts the right one after it', async () => {
    const { client } = story.newUser();
    const upload = await uploaded(client, await samplePhoto());
    await expectNothingPublished(async () => {
      for (const [claim, code] of [
        [{ checksum: `sha256:${'0'.repeat(64)}` }, 'CHECKSUM_DIFFERS'],
        [{ bytes: upload.claim.bytes + 1 }, 'BYTES_DIFFER'],
      ] as const)
        await expect(client.confirmUpload({ ...upload.claim, ...claim })).rejects.toMatchObject({
          status: 409,
          code,
          // only what the client said itself: the object may be another one's
          message: expect.not.stringContaining(upload.claim.checksum),
        });
    });
    expect(await client.confirmUpload(upload.claim)).toEqual({ status: 'Accepted' });
    expect(await endOf(client, upload.correlationId)).toMatchObject({ success: true });
  });
});

describe('a photo that only looks like one', () => {
  test.each(
    malformedImages.filter(({ what }) =>
      /^(a truncated jpeg|a bomb|a header that lies)/.test(what),
    ),
  )('accepts $what, then announces $code', async ({ make, contentType, code }) => {
    const { client } = story.newUser();
    const { correlationId } = await confirmed(client, await make(), contentType);
    expect(await endOf(client, correlationId)).toMatchObject({
      success: false,
      failure: { code, message: expect.stringMatching(/\w+/) },
    });
  });

  test('analyses a photo with another file behind it', async () => {
    const { client } = story.newUser();
    const { correlationId } = await confirmed(client, await polyglot(), 'image/jpeg');
    expect(await endOf(client, correlationId)).toMatchObject({ success: true, failure: null });
  });
});

describe('a putUrl after its confirm', () => {
  afterAll(() => story.stack.start('svc-messaging-bridge'));

  test('analyses what was confirmed, whatever is put with its putUrl afterwards', async () => {
    const { client } = story.newUser();
    await story.stack.stop('svc-messaging-bridge'); // time for the attempts
    const photo = await samplePhoto();
    const { correlationId, imageUploadPayload, claim } = await confirmed(client, photo);
    const other = await samplePhoto('volvo-ec220e.jpg');
    expect([400, 403, 412, 'cut']).toContain(await put(imageUploadPayload, other));
    await put(imageUploadPayload, photo); // taken or not, nobody looks there any more
    const { imageUploadPayload: renewed } = await client.renewUpload(claim);
    expect([400, 403, 412, 'cut']).toContain(await put(renewed, other));
    await story.stack.start('svc-messaging-bridge');

    expect(await endOf(client, correlationId)).toMatchObject({ success: true, failure: null });
  });
});
