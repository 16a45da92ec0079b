import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { connectObjectStore, ObjectMissingError, type ObjectStore } from './object-store.ts';
import { createPresignPut } from './presign-put.ts';
import { ObjectStoreUnavailableError } from './s3-client.ts';

const key = 'images/2026/11/23/a photo.jpg';
const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

const settingsOf = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  bucket: 'photos',
  key: () => ({ accessKey: 'the-access-key', secretKey: 'the-secret-key' }),
});

function open(endpoint: string) {
  const store = connectObjectStore(settingsOf(endpoint));
  opened.push(() => store.close());
  return store;
}

/** A store that answers like this, in the place of a faulty one. */
async function openAt(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const refusing = 'http://127.0.0.1:1'; // nothing listens on port 1

describe('presigned URLs', () => {
  test('presigns URLs while the store is unavailable, a PUT at the public address', async () => {
    const presignPut = createPresignPut(settingsOf('https://photos.example.com'));
    const put = new URL(await presignPut(key, { seconds: 300 }));
    expect(put.origin).toBe('https://photos.example.com');
    expect(put.pathname).toBe('/photos/images/2026/11/23/a%20photo.jpg');
    expect(put.searchParams.get('X-Amz-Expires')).toBe('300');
    const get = new URL(await open(refusing).presignGet(key, 60, { contentType: 'image/jpeg' }));
    expect(get.origin).toBe(refusing);
    expect(get.searchParams.get('X-Amz-Expires')).toBe('60');
  });

  test('signs every header that the PUT must carry, with the current key', async () => {
    let accessKey = 'the-first-key';
    const presignPut = createPresignPut({
      ...settingsOf(refusing),
      key: () => ({ accessKey, secretKey: 'the-secret-key' }),
    });
    const headers = { 'content-type': 'image/jpeg', 'content-length': '7', 'if-none-match': '*' };
    const first = new URL(await presignPut(key, { seconds: 300, headers }));
    expect(first.searchParams.get('X-Amz-SignedHeaders')?.split(';')).toEqual([
      'content-length',
      'content-type',
      'host',
      'if-none-match',
    ]);
    accessKey = 'the-second-key';
    const second = new URL(await presignPut(key, { seconds: 300, headers }));
    expect(first.searchParams.get('X-Amz-Credential')).toMatch(/^the-first-key/);
    expect(second.searchParams.get('X-Amz-Credential')).toMatch(/^the-second-key/);
  });

  test('presigns a GET with the content type that the store must answer', async () => {
    const store = open(refusing);
    const image = new URL(await store.presignGet(key, 60, { contentType: 'image/png' }));
    expect(image.searchParams.get('response-content-type')).toBe('image/png');
    expect(image.searchParams.get('response-content-disposition')).toBe('inline');
    const other = new URL(await store.presignGet(key, 60, { contentType: 'text/html' }));
    expect(other.searchParams.get('response-content-disposition')).toBe('attachment');
  });
});

const head = { 'content-length': '1000', 'last-modified': 'Mon, 23 Nov 2026 08:15:30 GMT' };

async function readAll(store: ObjectStore): Promise<void> {
  const { chunks } = await store.read(key);
  for await (const chunk of chunks) expect(chunk.toString()).toBe('half');
}

describe('the object store', () => {
  const unavailable = expect.objectContaining({ code: 'OBJECT_STORE_UNAVAILABLE' });

  test('is unavailable when nothing listens', async () => {
    const store = open(refusing);
    await expect(store.read(key)).rejects.toEqual(unavailable);
    await expect(store.stat(key)).rejects.toEqual(unavailable);
    await expect(store.probe()).rejects.toEqual(unavailable);
  });

  test('is unavailable when it answers 503', async () => {
    const store = await openAt((_request, response) => response.writeHead(503).end());
    await expect(store.read(key)).rejects.toEqual(unavailable);
    await expect(store.stat(key)).rejects.toThrow(
      /^the object store answered 503 to HEAD 127\.0\.0\.1\/photos\/images\//,
    );
  });

  test('is unavailable after 5 s without data, before an answer or in the middle of a photo', async () => {
    const begun = Date.now();
    const silent = await openAt(() => undefined);
    const halfway = await openAt((_request, response) => {
      response.writeHead(200, head).write('half');
    });
    await Promise.all([
      expect(silent.read(key)).rejects.toEqual(unavailable),
      expect(readAll(halfway)).rejects.toEqual(unavailable),
    ]);
    const waited = Date.now() - begun;
    expect(waited).toBeGreaterThanOrEqual(4_900);
    expect(waited).toBeLessThan(20_000); // not the limit of the whole call, which is 30 s
  });

  test('is unavailable when it breaks off in the middle of a photo', async () => {
    const store = await openAt((_request, response) => {
      response.writeHead(200, head).write('half', () => response.destroy());
    });
    const { bytes, lastModified } = await store.read(key);
    expect([bytes, lastModified]).toEqual([1_000, new Date('2026-11-23T08:15:30Z')]);
    await expect(readAll(store)).rejects.toEqual(unavailable);
  });

  test('is unavailable, which is not final, when its bucket is missing', async () => {
    const store = await openAt((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/xml' });
      response.end('<Error><Code>NoSuchBucket</Code></Error>');
    });
    await expect(store.read(key)).rejects.toEqual(unavailable);
    await expect(store.stat(key)).rejects.toEqual(unavailable);
  });
});

test('asks for the bucket after a miss, unless the bucket has just answered', async () => {
  const asked: string[] = [];
  const store = await openAt((request, response) => {
    const isObject = request.url?.includes('images') === true;
    asked.push(`${request.method} ${isObject ? 'object' : 'bucket'}`);
    response.writeHead(isObject ? 404 : 200).end();
  });
  await expect(store.stat(key)).rejects.toThrow(ObjectMissingError);
  await expect(store.stat(key, { bucketExists: true })).rejects.toThrow(ObjectMissingError);
  expect(asked).toEqual(['HEAD object', 'HEAD bucket', 'HEAD object']);
});

test('reports a refusal with its code, not as an outage, without key and signature', async () => {
  const store = await openAt((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end(
      '<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>the-access-key</AWSAccessKeyId><SignatureProvided>abc</SignatureProvided></Error>',
    );
  });
  await expect(store.read(key)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  await expect(store.read(key)).rejects.not.toThrow(ObjectStoreUnavailableError);
  const error: unknown = await store.read(key).catch((reason: unknown) => reason);
  expect(inspect(error, { depth: 5 })).not.toMatch(/the-access-key|abc/);
});

test('fails a copy that the store reports as failed after it has answered 200', async () => {
  const store = await openAt((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end('<Error><Code>InternalError</Code></Error>');
  });
  const as = { contentType: 'image/jpeg', metadata: {}, etag: 'abc' };
  await expect(store.copy('incoming/1', key, as)).rejects.toThrow(ObjectStoreUnavailableError);
});
