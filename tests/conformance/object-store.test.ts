// The object store's promises, on the real MinIO.
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Client } from 'minio';
import { silentLogger } from '../../platform/logger.ts';
import { connectObjectStore } from '../../platform/object-store.ts';
import { pick } from '../../contracts/settings.ts';
import { readConfig } from '../../platform/config.ts';
import { eventually } from '../eventually.ts';

const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY } = readConfig(
  pick('S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'),
);
const bucket = `conformance-${randomUUID()}`;
const address = new URL(S3_ENDPOINT);
const minio = new Client({
  endPoint: address.hostname,
  port: Number(address.port),
  useSSL: false,
  region: S3_REGION,
  accessKey: S3_ACCESS_KEY,
  secretKey: S3_SECRET_KEY,
});

function open(more: { bucket?: string; secretKey?: string; publicEndpoint?: string } = {}) {
  return connectObjectStore({
    endpoint: S3_ENDPOINT,
    region: S3_REGION,
    bucket,
    accessKey: S3_ACCESS_KEY,
    secretKey: S3_SECRET_KEY,
    logger: silentLogger(),
    ...more,
  });
}

const store = open();
const keyOf = (name: string) => `images/2026/11/24/${name} æ+%.jpg`;

async function put(key: string, body: string, seconds = 60): Promise<number> {
  const url = await store.presignPut(key, seconds);
  return (await fetch(url, { method: 'PUT', body })).status;
}

afterAll(async () => {
  await store.close();
  for await (const { name } of minio.listObjectsV2(bucket, '', true) as AsyncIterable<{
    name: string;
  }>)
    await minio.removeObject(bucket, name);
  await minio.removeBucket(bucket);
});

test('the bucket is made behind, and forgets a photo after 30 days', async () => {
  await eventually(() => store.probe());
  const rules = await eventually(() => minio.getBucketLifecycle(bucket));
  expect(rules).toMatchObject({ Rule: { Status: 'Enabled', Expiration: { Days: 30 } } });
});

test('connecting again, and several processes at once, changes nothing', async () => {
  const name = `conformance-${randomUUID()}`;
  const stores = [open({ bucket: name }), open({ bucket: name }), open({ bucket: name })];
  for (const each of stores) await eventually(() => each.probe());
  for (const each of stores) await each.close();
  await minio.removeBucket(name);
});

describe('a photo', () => {
  test('goes in by its PUT URL and comes out as it went in', async () => {
    const key = keyOf('whole');
    await eventually(() => store.probe());
    expect(await put(key, 'a photo')).toBe(200);
    const { bytes, lastModified, chunks } = await store.read(key);
    expect(bytes).toBe(7);
    expect(Math.abs(Date.now() - lastModified.getTime())).toBeLessThan(60_000);
    const read: Buffer[] = [];
    for await (const chunk of chunks) read.push(chunk);
    expect(Buffer.concat(read).toString()).toBe('a photo');
    expect(await store.stat(key)).toEqual({ bytes, lastModified });
    const response = await fetch(await store.presignGet(key, 60));
    expect([response.status, await response.text()]).toEqual([200, 'a photo']);
  });

  test('that was never put is missing, which is final', async () => {
    await eventually(() => store.probe());
    const missing = expect.objectContaining({ code: 'OBJECT_MISSING' });
    await expect(store.read(keyOf('never'))).rejects.toEqual(missing);
    await expect(store.stat(keyOf('never'))).rejects.toEqual(missing);
  });

  test('left in the middle lets go of its connection', async () => {
    const key = keyOf('long');
    await eventually(() => store.probe());
    expect(await put(key, 'x'.repeat(5_000_000))).toBe(200);
    for (let round = 0; round < 20; round += 1) {
      const { chunks } = await store.read(key);
      for await (const chunk of chunks) if (chunk.length > 0) break;
    }
    await store.probe();
  });

  test('cannot be put by a URL for another key, or after its time', async () => {
    await eventually(() => store.probe());
    const url = new URL(await store.presignPut(keyOf('mine'), 1));
    const other = new URL(url);
    other.pathname = `/${bucket}/images/2026/11/24/yours.jpg`;
    expect((await fetch(other, { method: 'PUT', body: 'x' })).status).toBe(403);
    await eventually(async () => {
      expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
    });
  });
});

test('a bucket that is lost is "away", and is made again', async () => {
  const name = `conformance-${randomUUID()}`;
  const losing = open({ bucket: name });
  await eventually(() => losing.probe());
  await eventually(() => minio.getBucketLifecycle(name)); // the making has ended
  await minio.removeBucket(name);
  const away = expect.objectContaining({ code: 'OBJECT_STORE_UNAVAILABLE' });
  await expect(losing.read(keyOf('any'))).rejects.toEqual(away);
  await eventually(() => losing.probe());
  await eventually(() => minio.getBucketLifecycle(name));
  await losing.close();
  await minio.removeBucket(name);
});

test('a wrong secret is a fault of ours, never an outage or a missing photo', async () => {
  const stranger = open({ secretKey: 'not-the-secret-key' });
  await expect(stranger.read(keyOf('any'))).rejects.toMatchObject({
    code: 'SignatureDoesNotMatch',
  });
  await expect(stranger.stat(keyOf('any'))).rejects.toMatchObject({ code: 'AccessDenied' });
  await stranger.close();
});
