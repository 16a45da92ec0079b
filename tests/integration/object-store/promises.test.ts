// The object store's promises, on the real stores.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ObjectChangedError,
  ObjectMissingError,
  connectObjectStore,
  type ObjectStore,
  type StoredObject,
} from '../../../platform/object-store/object-store.ts';
import { createPresignPut } from '../../../platform/object-store/presign-put.ts';
import { ObjectStoreUnavailableError } from '../../../platform/object-store/s3-client.ts';
import { declared, send } from '../../support/object-store/raw-put.ts';
import { openStore, stores, type StoreFixture } from '../../support/harness/store.ts';

const photo = Buffer.from('\xff\xd8\xff a photo, 1 of 1', 'latin1');
const checksum = `sha256:${createHash('sha256').update(photo).digest('hex')}`;

async function readAll({ chunks }: StoredObject): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read);
}

describe.each(stores)('%s', (name) => {
  let fixture: StoreFixture;
  let ingestion: ObjectStore;
  let media: ObjectStore;
  beforeAll(async () => {
    fixture = await openStore(name);
    ingestion = connectObjectStore(fixture.settings('ingestion'));
    media = connectObjectStore(fixture.settings('media'));
  }, 300_000);
  afterAll(async () => {
    await ingestion.close();
    await media.close();
    await fixture.close();
  });

  async function upload(bytes = photo): Promise<string> {
    const key = fixture.incomingKey();
    const headers = declared(bytes);
    const presignPut = createPresignPut(fixture.settings('upload'));
    const url = await presignPut(key, { seconds: 60, headers });
    expect((await send(url, { headers, body: bytes })).status).toBe(200);
    return key;
  }
  const as = { contentType: 'image/jpeg', metadata: { checksum, 'uploaded-at': 'then' } };

  test('answers size, time, ETag and the compared checksum of a photo that was PUT', async () => {
    const facts = await ingestion.stat(await upload());
    expect(facts).toMatchObject({ bytes: photo.length, checksum, etag: expect.any(String) });
    expect(Math.abs(Date.now() - facts.lastModified.getTime())).toBeLessThan(60_000);
  });

  test('reads an object whole or its first bytes, and refuses to read another one under its key', async () => {
    const key = await upload();
    const { etag } = await ingestion.stat(key);
    expect(await readAll(await ingestion.read(key, { etag }))).toEqual(photo);
    expect(await readAll(await ingestion.read(key, { etag, firstBytes: 4 }))).toEqual(
      photo.subarray(0, 4),
    );
    await expect(ingestion.read(key, { etag: '0'.repeat(32) })).rejects.toThrow(ObjectChangedError);
  });

  test('copies an object with the type and metadata given, and nothing of its own', async () => {
    const key = fixture.incomingKey();
    await fixture.root.putObject(fixture.bucket, key, photo, photo.length, {
      'content-type': 'text/html',
      'content-disposition': 'inline; filename="page.html"',
      'cache-control': 'max-age=1',
      'x-amz-meta-evil': 'yes',
    });
    const { etag } = await ingestion.stat(key);
    const to = fixture.objectKey();
    await ingestion.copy(key, to, { ...as, etag });
    const facts = await ingestion.stat(to);
    expect(facts).toMatchObject({ bytes: photo.length, metadata: as.metadata });
    expect(facts.metadata).not.toHaveProperty('evil');
    const answer = await fetch(await media.presignGet(to, 60, { contentType: 'image/jpeg' }));
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(photo);
    const { metaData } = await fixture.root.statObject(fixture.bucket, to);
    expect(metaData).toMatchObject({ 'content-type': 'image/jpeg' });
    expect(JSON.stringify(metaData)).not.toMatch(/html|max-age/);
  });

  test('refuses to copy an object that has changed or is missing', async () => {
    const key = await upload();
    const etag = '0'.repeat(32);
    const to = fixture.objectKey();
    await expect(ingestion.copy(key, to, { ...as, etag })).rejects.toThrow(ObjectChangedError);
    const missing = ingestion.copy(fixture.incomingKey(), to, { ...as, etag });
    await expect(missing).rejects.toThrow(ObjectMissingError);
    await expect(ingestion.stat(to)).rejects.toThrow(ObjectMissingError);
  });

  test('creates an object once of twelve times at once, and keeps what is stored', async () => {
    const to = fixture.objectKey();
    const bodies = Array.from({ length: 12 }, (_, at) => Buffer.concat([photo, Buffer.from([at])]));
    const created = await Promise.all(
      bodies.map((bytes) =>
        ingestion.create(to, bytes, as).catch((error: unknown) => {
          // a store may refuse both of two that race; the caller tries again
          if (error instanceof ObjectStoreUnavailableError) return false;
          throw error;
        }),
      ),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
    const winner = bodies[created.indexOf(true)];
    expect(await ingestion.create(to, photo, as)).toBe(false);
    expect(await fixture.bytesOf(to)).toEqual(winner);
  });

  test('removes an object, and ignores a missing one', async () => {
    const key = await upload();
    await ingestion.remove(key);
    await ingestion.remove(key);
    await expect(ingestion.stat(key)).rejects.toThrow(ObjectMissingError);
    await expect(ingestion.read(key)).rejects.toThrow(ObjectMissingError);
  });

  test('reports a missing bucket as unavailable, not as a missing photo', async () => {
    const lost = await openStore(name);
    await lost.close();
    const losing = connectObjectStore(lost.settings('ingestion'));
    await expect(losing.probe()).rejects.toThrow(ObjectStoreUnavailableError);
    await expect(losing.stat(lost.objectKey())).rejects.toThrow(ObjectStoreUnavailableError);
    await expect(losing.read(lost.objectKey())).rejects.toThrow(ObjectStoreUnavailableError);
    await losing.close();
  });

  test('serves a page stored under the key of a photo as an image', async () => {
    const key = fixture.objectKey();
    const page = '<!doctype html><script>alert(1)</script>';
    await fixture.root.putObject(fixture.bucket, key, page, page.length, {
      'content-type': 'text/html',
    });
    const url = await media.presignGet(key, 60, { contentType: 'image/jpeg' });
    const { headers } = await fetch(url);
    expect(headers.get('content-type')).toBe('image/jpeg');
    expect(headers.get('content-disposition')).toBe('inline');
    const changed = url.replace('image%2Fjpeg', 'text%2Fhtml');
    expect(changed).not.toBe(url);
    expect((await fetch(changed)).status).toBe(403);
  });

  test('closes the connection of a read that is abandoned', async () => {
    const key = fixture.objectKey();
    await fixture.root.putObject(fixture.bucket, key, Buffer.alloc(5_000_000, 'x'));
    for (let round = 0; round < 20; round += 1) {
      const { chunks } = await ingestion.read(key);
      for await (const chunk of chunks) if (chunk.length > 0) break;
    }
    await ingestion.probe();
  });

  test('reports a wrong secret as its own error, never as an outage or a missing photo', async () => {
    const { accessKey } = fixture.keys.ingestion;
    const stranger = connectObjectStore({
      ...fixture.settings('ingestion'),
      key: () => ({ accessKey, secretKey: 'not-the-secret-key' }),
    });
    const key = fixture.objectKey();
    await expect(stranger.read(key)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    await expect(stranger.stat(key)).rejects.toMatchObject({ code: 'AccessDenied' });
    await stranger.close();
  });

  test('uses replaced keys from the next call on', async () => {
    const { ingestion: first, media: second } = fixture.keys;
    let key = first;
    const store = connectObjectStore({ ...fixture.settings('ingestion'), key: () => key });
    const incoming = await upload();
    await store.stat(incoming);
    key = second; // may not read there
    await expect(store.read(incoming)).rejects.toMatchObject({ code: 'AccessDenied' });
    key = first;
    await store.read(incoming);
    await store.close();
  });
});
