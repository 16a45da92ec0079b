// Photos from MinIO to VersityGW, as `npm run infra -- store move` copies them.
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { copyObjects } from '../../../platform/object-store/copy-objects.ts';
import { connectStack } from '../../../infra/supervisor/control-client.ts';
import { openStore, region, type StoreFixture } from '../../support/harness/store.ts';

let minio: StoreFixture;
let versitygw: StoreFixture;
/** The client's listing takes a key for a number, or decodes it once too often. */
let keys: string[];
beforeEach(async () => {
  [minio, versitygw] = [await openStore('minio'), await openStore('versitygw')];
  keys = [];
}, 300_000);
afterEach(async () => {
  for (const store of [minio, versitygw]) {
    for (const key of keys) await store.root.removeObject(store.bucket, key);
    await store.close();
  }
});

async function copy(onProgress?: (progress: object) => void) {
  const { S3_ROOT_ACCESS_KEY, S3_ROOT_SECRET_KEY } = (await connectStack('test')).stack.secrets;
  const key = () => ({ accessKey: S3_ROOT_ACCESS_KEY, secretKey: S3_ROOT_SECRET_KEY });
  const at = ({ endpoint, bucket }: StoreFixture) => ({ endpoint, region, bucket, key });
  return copyObjects(at(minio), at(versitygw), {
    pageSize: 3,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

function put(key: string, bytes: Buffer, headers: Record<string, string> = {}, store = minio) {
  keys.push(key);
  return store.root.putObject(store.bucket, key, bytes, bytes.length, headers);
}

/** What a reader sees of each object. */
async function contentOf(store: StoreFixture) {
  const objects = keys.map(async (key) => {
    const { size, metaData } = await store.root.statObject(store.bucket, key);
    const sha256 = createHash('sha256').update(await store.bytesOf(key));
    const { 'content-type': type, ...headers } = metaData as Record<string, string>;
    const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-owner'));
    return [key, size, sha256.digest('hex'), type, metadata];
  });
  return Promise.all(objects);
}

test('copies every object with its type and metadata, also under keys that are not ours', async () => {
  const large = randomBytes(20_000_000);
  await put(minio.objectKey(), large, { 'content-type': 'image/png', 'x-amz-meta-x-owner': 'a' });
  await put(minio.incomingKey(), randomBytes(5), { 'content-type': 'image/webp' });
  for (const key of ['notes/1e3', '007', 'a b+c%2Fd&é', 'empty'])
    await put(key, key === 'empty' ? Buffer.alloc(0) : randomBytes(10));
  const seen: object[] = [];
  const { objects, bytes, sent, refused } = await copy((progress) => seen.push(progress));
  expect({ objects, bytes, sent, refused }).toEqual({
    ...{ objects: 6, bytes: large.length + 35, sent: 6, refused: [] },
  });
  expect(seen.at(-1)).toEqual({ objects, bytes, ofObjects: objects, ofBytes: bytes });
  expect(await contentOf(versitygw)).toEqual(await contentOf(minio));
});

test('copies on a repeat only what is missing or differs', async () => {
  const type = { 'content-type': 'image/jpeg' };
  for (let count = 1; count <= 4; count += 1)
    await put(minio.objectKey(), randomBytes(1_000), type);
  expect(await copy()).toMatchObject({ objects: 4, sent: 4 });
  expect(await copy()).toMatchObject({ objects: 4, sent: 0 });
  const [missing = '', otherBytes = '', otherType = ''] = keys;
  await versitygw.root.removeObject(versitygw.bucket, missing);
  await put(otherBytes, randomBytes(1_000), type, versitygw);
  const html = { 'content-type': 'text/html' };
  await put(otherType, await minio.bytesOf(otherType), html, versitygw);
  expect(await copy()).toMatchObject({ objects: 4, sent: 3 });
  expect(await contentOf(versitygw)).toEqual(await contentOf(minio));
});

test('names what VersityGW does not take, and copies everything else', async () => {
  await put('photos/a.jpg', randomBytes(10), {}, versitygw);
  await put('photos', randomBytes(8_000_000));
  await put('folder/', randomBytes(10));
  await put(minio.objectKey(), randomBytes(10));
  const { objects, refused } = await copy();
  expect(objects).toBe(1);
  expect([...refused].sort((one, other) => one.key.localeCompare(other.key))).toEqual([
    { key: 'folder/', code: 'DirectoryObjectContainsData' },
    { key: 'photos', code: 'ExistingObjectIsDirectory' },
  ]);
});
