// The attacker's requests against the real stores: with what an ordinary user is given, a putUrl.
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findWeaknesses } from '../../platform/object-store/find-weaknesses.ts';
import { connectObjectStore, type ObjectStore } from '../../platform/object-store/object-store.ts';
import { createPresignPut, type PresignPut } from '../../platform/object-store/presign-put.ts';
import {
  declared,
  isRefused,
  send,
  tarOf,
  type RawAnswer,
} from '../support/object-store/raw-put.ts';
import { openStore, region, stores, type StoreFixture } from '../support/harness/store.ts';

const photo = Buffer.from('\xff\xd8\xff the photo of an owner', 'latin1');
const forgery = Buffer.from('\xff\xd8\xff another photo, forged', 'latin1');

describe.each(stores)('%s', (name) => {
  let fixture: StoreFixture;
  let store: ObjectStore;
  let presignPut: PresignPut;
  /** A confirmed photo of somebody else. */
  let victim: string;

  beforeAll(async () => {
    fixture = await openStore(name);
    store = connectObjectStore(fixture.settings('ingestion'));
    presignPut = createPresignPut(fixture.settings('upload'));
    victim = fixture.objectKey();
    await fixture.root.putObject(fixture.bucket, victim, photo);
  }, 300_000);
  afterAll(async () => {
    expect(await fixture.bytesOf(victim)).toEqual(photo);
    await store.close();
    await fixture.close();
  });

  const urlOf = (key: string) => `${fixture.endpoint}/${fixture.bucket}/${key}`;
  const putUrl = (key: string, headers = {}) => presignPut(key, { seconds: 300, headers });
  const nothingAt = async (key: string) => expect(await fixture.list()).not.toContain(key);

  /** Query credentials as they stand in every putUrl, with a signature of zeros. */
  const forgedQuery = (signature = '0'.repeat(64), day = '20200101') =>
    new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${fixture.keys.upload.accessKey}/${day}/${region}/s3/aws4_request`,
      'X-Amz-Date': `${day}T000000Z`,
      'X-Amz-Expires': '604800',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': signature,
    }).toString();
  const now = () => new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const forgedAuthorization = (signature: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=${fixture.keys.upload.accessKey}/${now().slice(0, 8)}/${region}/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
    'x-amz-date': now(),
  });
  const unsignedTrailer = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': String(forgery.length),
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'content-encoding': 'aws-chunked',
  };
  /** `aws-chunked`: one chunk and the last one, each with its extension, and a trailer. */
  const chunked = (body: Buffer, { extension = '', trailer = true } = {}) => {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([
      Buffer.from(`${body.length.toString(16)}${extension}\r\n`),
      body,
      Buffer.from(`\r\n0${extension}\r\n`),
      Buffer.from(trailer ? `x-amz-checksum-crc32:${checksum.toString('base64')}\r\n\r\n` : '\r\n'),
    ]);
  };

  describe('a PUT that nobody signed', () => {
    const forms: readonly (readonly [string, (key: string) => Promise<RawAnswer>])[] = [
      [
        'query credentials, a signature of zeros, an unsigned trailer',
        (key) =>
          send(`${urlOf(key)}?${forgedQuery()}`, {
            headers: unsignedTrailer,
            body: chunked(forgery),
          }),
      ],
      [
        'query credentials, an empty signature',
        (key) => send(`${urlOf(key)}?${forgedQuery('')}`, { body: forgery }),
      ],
      [
        'query credentials of today, a signature of zeros',
        (key) =>
          send(`${urlOf(key)}?${forgedQuery(undefined, now().slice(0, 8))}`, { body: forgery }),
      ],
      [
        'an Authorization header with a signature of zeros, an unsigned trailer',
        (key) =>
          send(urlOf(key), {
            headers: { ...unsignedTrailer, ...forgedAuthorization('0'.repeat(64)) },
            body: chunked(forgery),
          }),
      ],
      [
        'an Authorization header with an empty signature',
        (key) =>
          send(urlOf(key), {
            headers: { ...forgedAuthorization(''), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
            body: forgery,
          }),
      ],
      [
        'chunk signatures of zeros',
        (key) =>
          send(urlOf(key), {
            headers: {
              ...forgedAuthorization('0'.repeat(64)),
              'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
              'x-amz-decoded-content-length': String(forgery.length),
              'content-encoding': 'aws-chunked',
            },
            body: chunked(forgery, {
              extension: `;chunk-signature=${'0'.repeat(64)}`,
              trailer: false,
            }),
          }),
      ],
      ['no credentials at all', (key) => send(urlOf(key), { body: forgery })],
      [
        'a form of a browser',
        () =>
          send(`${fixture.endpoint}/${fixture.bucket}`, {
            method: 'POST',
            headers: { 'content-type': 'multipart/form-data; boundary=b' },
            body: '--b\r\ncontent-disposition: form-data; name="key"\r\n\r\nincoming/form\r\n--b\r\ncontent-disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
          }),
      ],
    ];

    test.each(forms)(
      'refuses a PUT that nobody signed over a confirmed photo: %s',
      async (_form, forge) => {
        expect(isRefused(await forge(victim))).toBe(true);
        expect(await fixture.bytesOf(victim)).toEqual(photo);
        const another = fixture.objectKey();
        expect(isRefused(await forge(another))).toBe(true);
        await nothingAt(another);
      },
    );

    // MinIO has no fix for the first form: what its public key id may not do is all that protects it.
    test.each(forms)(
      'refuses a PUT that nobody signed below incoming/, but by MinIO the first: %s',
      async (form, forge) => {
        const key = fixture.incomingKey();
        const before = await fixture.list();
        const answer = await forge(key);
        const isTaken = name === 'minio' && form === forms[0]?.[0];
        expect([form, isRefused(answer)]).toEqual([form, !isTaken]);
        expect(await fixture.list()).toEqual([...before, ...(isTaken ? [key] : [])].sort());
      },
    );

    test('unpacks no archive over a photo (CVE-2026-40344)', async () => {
      const day = 'images/2026/11/23';
      const archive = tarOf([
        [victim.slice(day.length + 1), forgery],
        [victim, forgery],
        [`../${victim}`, forgery],
      ]);
      const unpack = {
        'x-amz-meta-snowball-auto-extract': 'true',
        'x-amz-meta-minio-snowball-prefix': day,
      };
      const images = (await fixture.list()).filter((key) => key.startsWith('images/'));
      for (const extra of [unpack, { 'x-amz-meta-snowball-auto-extract': 'true' }]) {
        const forged = { ...unsignedTrailer, 'x-amz-decoded-content-length': `${archive.length}` };
        await send(`${urlOf(fixture.incomingKey())}?${forgedQuery()}`, {
          headers: { ...forged, ...extra },
          body: chunked(archive),
        });
        const headers = declared(archive);
        const url = await putUrl(fixture.incomingKey(), headers);
        await send(url, { headers: { ...headers, ...extra }, body: archive });
      }
      expect((await fixture.list()).filter((key) => key.startsWith('images/'))).toEqual(images);
      expect(await fixture.bytesOf(victim)).toEqual(photo);
    });
  });

  describe('without a key', () => {
    test.each(['GET', 'HEAD', 'DELETE'])('refuses %s of a photo without a key', async (method) => {
      expect(isRefused(await send(urlOf(victim), { method }))).toBe(true);
    });

    test.each(['', '?list-type=2', '?versions', '?policy', '?cors', '?uploads'])(
      'refuses GET of the bucket without a key: %s',
      async (query) => {
        const answer = await send(`${fixture.endpoint}/${fixture.bucket}${query}`, {
          method: 'GET',
        });
        expect(isRefused(answer)).toBe(true);
        expect(answer.body).not.toContain(victim);
      },
    );
  });

  describe('a putUrl', () => {
    test('takes the declared photo by its putUrl, once', async () => {
      const key = fixture.incomingKey();
      const url = await putUrl(key, declared(photo));
      expect((await send(url, { headers: declared(photo), body: photo })).status).toBe(200);
      expect((await send(url, { headers: declared(photo), body: photo })).status).toBe(412);
      expect(await store.stat(key)).toMatchObject({ bytes: photo.length });
    });

    test('takes one of twelve PUTs at once by a putUrl', async () => {
      const key = fixture.incomingKey();
      const url = await putUrl(key, declared(photo));
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => send(url, { headers: declared(photo), body: photo })),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      for (const status of statuses) expect([200, 409, 412]).toContain(status);
    });

    test.each<[string, Buffer, Record<string, string>]>([
      ['another photo of the same length', Buffer.from(photo).fill(0, 4), {}],
      ['a shorter one', photo.subarray(0, 10), { 'content-length': '10' }],
      [
        'a longer one',
        Buffer.concat([photo, photo]),
        { 'content-length': String(photo.length * 2) },
      ],
      ['another type', photo, { 'content-type': 'text/html' }],
      ['an overwriting PUT', photo, { 'if-none-match': 'x' }],
    ])('refuses by its putUrl %s', async (_what, body, changed) => {
      const key = fixture.incomingKey();
      const headers = { ...declared(photo), ...changed };
      const answer = await send(await putUrl(key, declared(photo)), { headers, body });
      expect(isRefused(answer)).toBe(true);
      await nothingAt(key);
    });

    test.each(['content-type', 'x-amz-checksum-sha256', 'if-none-match'])(
      'refuses by its putUrl a PUT without %s',
      async (missing) => {
        const key = fixture.incomingKey();
        const { [missing]: _left, ...headers } = declared(photo);
        const answer = await send(await putUrl(key, declared(photo)), { headers, body: photo });
        expect(isRefused(answer)).toBe(true);
        await nothingAt(key);
      },
    );

    test('keeps nothing of a client that disconnects in the middle of a PUT', async () => {
      const key = fixture.incomingKey();
      const body = Buffer.alloc(4 * 1024 * 1024, 'photo');
      const url = await putUrl(key, declared(body));
      await send(url, { headers: declared(body), body, leaveAfter: 1024 * 1024 });
      expect((await send(url, { headers: declared(body), body })).status).toBe(200);
      expect(body.equals(await fixture.bytesOf(key))).toBe(true);
    });

    test.each<[string, (url: URL) => void]>([
      ['another key', (url) => (url.pathname = `/${fixture.bucket}/${fixture.incomingKey()}`)],
      ["somebody else's photo", (url) => (url.pathname = `/${fixture.bucket}/${victim}`)],
      ['another bucket', (url) => (url.pathname = url.pathname.replace(fixture.bucket, 'photos'))],
      [
        'a path that leads out',
        (url) =>
          (url.href = `${fixture.endpoint}/${fixture.bucket}/incoming/../${victim}${url.search}`),
      ],
      ['a later date', (url) => url.searchParams.set('X-Amz-Date', '20991231T000000Z')],
      ['a longer life', (url) => url.searchParams.set('X-Amz-Expires', '604800')],
      ['fewer signed headers', (url) => url.searchParams.set('X-Amz-SignedHeaders', 'host')],
      [
        'another access key',
        (url) =>
          url.searchParams.set(
            'X-Amz-Credential',
            url.searchParams
              .get('X-Amz-Credential')
              ?.replace(fixture.keys.upload.accessKey, fixture.keys.ingestion.accessKey) ?? '',
          ),
      ],
      ['the acl of it', (url) => url.searchParams.set('acl', '')],
      ['the tags of it', (url) => url.searchParams.set('tagging', '')],
      [
        'a multipart upload',
        (url) => {
          url.searchParams.set('partNumber', '1');
          url.searchParams.set('uploadId', 'x');
        },
      ],
    ])('refuses a putUrl changed to %s', async (_what, change) => {
      const key = fixture.incomingKey();
      const url = new URL(await putUrl(key, declared(photo)));
      change(url);
      const before = await fixture.list();
      const answer = await send(url.href, { headers: declared(photo), body: photo });
      expect(isRefused(answer)).toBe(true);
      expect(await fixture.list()).toEqual(before);
    });

    test.each(['GET', 'HEAD', 'DELETE', 'POST'])('refuses %s by a putUrl', async (method) => {
      const key = fixture.incomingKey();
      const url = await putUrl(key, declared(photo));
      await send(url, { headers: declared(photo), body: photo });
      expect(isRefused(await send(url, { method }))).toBe(true);
      expect(await fixture.list()).toContain(key);
    });

    test('refuses a putUrl after it expired', async () => {
      const key = fixture.incomingKey();
      const url = await presignPut(key, { seconds: 1, headers: declared(photo) });
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      expect(isRefused(await send(url, { headers: declared(photo), body: photo }))).toBe(true);
      await nothingAt(key);
    });

    test.each([
      ['a confirmed photo', () => victim],
      ["another uploader's photo", () => uploaded],
    ])('copies nothing by a putUrl: x-amz-copy-source of %s', async (_what, source) => {
      uploaded = fixture.incomingKey();
      await fixture.root.putObject(fixture.bucket, uploaded, photo);
      for (const headers of [{}, declared(Buffer.alloc(0))]) {
        const key = fixture.incomingKey();
        await send(await putUrl(key, headers), {
          headers: { ...headers, 'x-amz-copy-source': `/${fixture.bucket}/${source()}` },
        });
        const copied = (await fixture.list()).includes(key)
          ? await fixture.bytesOf(key)
          : undefined;
        expect(copied).not.toEqual(photo);
      }
    });
    let uploaded = '';

    test.each<[string, Record<string, string>]>([
      ['acl', { 'x-amz-acl': 'public-read' }],
      ['grant', { 'x-amz-grant-read': 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' }],
      ['tagging', { 'x-amz-tagging': 'a=b' }],
      ['storage class', { 'x-amz-storage-class': 'GLACIER' }],
      ['meta', { 'x-amz-meta-checksum': 'sha256:0', 'x-amz-meta-uploaded-at': '2000-01-01' }],
      ['redirect', { 'x-amz-website-redirect-location': 'https://evil.example' }],
      [
        'object lock',
        {
          'x-amz-object-lock-mode': 'COMPLIANCE',
          'x-amz-object-lock-retain-until-date': '2099-01-01T00:00:00Z',
        },
      ],
    ])('copies no unsigned %s into a confirmed photo', async (_what, extra) => {
      const key = fixture.incomingKey();
      const headers = { ...declared(photo), ...extra };
      const answer = await send(await putUrl(key, declared(photo)), { headers, body: photo });
      if (name === 'versitygw') expect(isRefused(answer)).toBe(true);
      if (isRefused(answer)) return nothingAt(key);
      // MinIO takes it below incoming/: the copy to images/ leaves it behind.
      const { etag } = await store.stat(key);
      const accepted = fixture.objectKey();
      await store.copy(key, accepted, {
        etag,
        contentType: 'image/jpeg',
        metadata: { checksum: 'c' },
      });
      const { metaData } = await fixture.root.statObject(fixture.bucket, accepted);
      expect(metaData).toMatchObject({ 'content-type': 'image/jpeg', checksum: 'c' });
      expect(metaData).not.toHaveProperty('uploaded-at');
      expect(isRefused(await send(urlOf(accepted), { method: 'GET' }))).toBe(true);
      expect(await fixture.root.getObjectTagging(fixture.bucket, accepted)).toEqual([]);
    });
  });

  test('finds the weaknesses of the store', async () => {
    const found = await findWeaknesses({
      upload: fixture.settings('upload'),
      presignPut,
      store,
      newKey: fixture.incomingKey,
    });
    expect(found).toEqual(name === 'minio' ? ['unsigned-put'] : []);
  });

  test('finds more weaknesses with root as the key of uploads', async () => {
    const asRoot = { ...fixture.settings('upload'), key: () => fixture.rootKey };
    const found = await findWeaknesses({
      upload: asRoot,
      presignPut: createPresignPut(asRoot),
      store,
      newKey: fixture.incomingKey,
    });
    expect(found).toEqual(name === 'minio' ? ['unsigned-put', 'copy-source'] : []);
  });
});
