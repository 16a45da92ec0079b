import { expect, test } from '@jest/globals';
import { previewKeyOf } from '../../contracts/objects.ts';
import { createHealth } from '../../platform/http/health.ts';
import { silentLogger } from '../../platform/logger.ts';
import { ObjectMissingError } from '../../platform/object-store/object-store.ts';
import {
  ObjectStoreUnavailableError,
  StoreRefusedError,
} from '../../platform/object-store/s3-client.ts';
import { createApp, type MediaAccessDependencies } from './app.ts';

const objectKey = 'images/2026/11/23/019a53c4-7c10-7d3a-9a52-1f0c3a7be001.jpg';

function ask(
  stat: MediaAccessDependencies['store']['stat'],
  body: unknown = { objectKey },
  token = 'the-internal-token',
  path = 'get-url',
) {
  const presignGet = (key: string, seconds: number, as: { contentType: string }) =>
    Promise.resolve(`http://store.test/${key}?for=${seconds}&as=${as.contentType}`);
  const app = createApp({
    store: { stat, presignGet },
    presignPublicGet: (key) => Promise.resolve(`https://public.test/${key}`),
    presignPreview: (key, { seconds }) =>
      Promise.resolve(`http://store.test/${key}?for=${seconds}`),
    internalToken: 'the-internal-token',
    health: createHealth({}),
    logger: silentLogger(),
  });
  return app.request(`/internal/v0/media/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const there = () =>
  Promise.resolve({ bytes: 1, lastModified: new Date(), etag: 'abc', metadata: {} });

test('answers a URL for 300 s for a stored photo', async () => {
  const before = Date.now();
  const response = await ask(there);
  expect(response.status).toBe(200);
  const { url, expiresAt } = (await response.json()) as { url: string; expiresAt: string };
  expect(url).toBe(`http://store.test/${objectKey}?for=300&as=image/jpeg`);
  expect(Date.parse(expiresAt)).toBeGreaterThanOrEqual(before + 300_000);
});

test('answers 404 for a missing photo', async () => {
  const response = await ask(() => Promise.reject(new ObjectMissingError('no object')));
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'OBJECT_MISSING' }]);
});

test('answers 503 with Retry-After, not 404, while the store is unavailable', async () => {
  const response = await ask(() => Promise.reject(new ObjectStoreUnavailableError('unavailable')));
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('2');
});

test('answers 422 to an invalid object key and 401 without the internal token', async () => {
  expect((await ask(there, { objectKey: '../secrets' })).status).toBe(422);
  expect((await ask(there, {})).status).toBe(422);
  expect((await ask(there, { objectKey }, 'another-token-here')).status).toBe(401);
});

test('answers URLs of many photos in their order, at the public address, null where one is gone', async () => {
  const gone = objectKey.replace('.jpg', '.png');
  const plain = objectKey.replace('e001', 'e002'); // without a preview
  const stat = (key: string) =>
    key === gone || key === previewKeyOf(plain)
      ? Promise.reject(new ObjectMissingError('gone'))
      : there();
  const objectKeys = [gone, plain, ...Array<string>(98).fill(objectKey)];
  const response = await ask(stat, { objectKeys }, undefined, 'get-urls');
  const { photos } = (await response.json()) as { photos: unknown[] };
  expect(photos).toHaveLength(100);
  expect(photos[0]).toBeNull();
  expect(photos[1]).toMatchObject({ url: `https://public.test/${plain}`, previewUrl: null });
  expect(photos[99]).toMatchObject({
    ...{ url: `https://public.test/${objectKey}`, contentType: 'image/jpeg', bytes: 1 },
    previewUrl: `https://public.test/${previewKeyOf(objectKey)}`,
  });
});

test('answers a photo without a preview where the key may not look for one', async () => {
  const stat = (key: string) =>
    key === objectKey ? there() : Promise.reject(new StoreRefusedError('AccessDenied', 'no'));
  const response = await ask(stat, { objectKeys: [objectKey] }, undefined, 'get-urls');
  expect(await response.json()).toMatchObject({
    photos: [{ url: `https://public.test/${objectKey}`, previewUrl: null }],
  });
});

const aPreview = { objectKey, bytes: 12, checksum: `sha256:${'0'.repeat(64)}` };
const askToPut = (stat: typeof there, body: unknown = aPreview) =>
  ask(stat, body, undefined, 'put-preview-url');

test('answers where the preview of a photo may be put, with what binds the PUT to it', async () => {
  const response = await askToPut(there);
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      url: `http://store.test/${previewKeyOf(objectKey)}?for=15`,
      headers: {
        'content-length': '12',
        'content-type': 'image/jpeg',
        'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64'),
        'if-none-match': '*',
      },
    },
  ]);
});

test('answers no place for the preview of a photo that is gone, too large or elsewhere', async () => {
  const gone = () => Promise.reject(new ObjectMissingError('gone'));
  expect((await askToPut(gone)).status).toBe(404);
  expect((await askToPut(there, { ...aPreview, bytes: 3_000_000 })).status).toBe(422);
  expect((await askToPut(there, { ...aPreview, objectKey: 'previews/a.jpg' })).status).toBe(422);
});

test('answers 503 for a page of photos while the store is unavailable, 422 for none or too many', async () => {
  const away = () => Promise.reject(new ObjectStoreUnavailableError('unavailable'));
  const page = (objectKeys: string[]) => ask(away, { objectKeys }, undefined, 'get-urls');
  expect((await page([objectKey])).status).toBe(503);
  expect((await page([])).status).toBe(422);
  expect((await page(Array<string>(101).fill(objectKey))).status).toBe(422);
});
