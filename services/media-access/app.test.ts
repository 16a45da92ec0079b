import { expect, test } from '@jest/globals';
import { createHealth } from '../../platform/http/health.ts';
import { silentLogger } from '../../platform/logger.ts';
import { ObjectMissingError } from '../../platform/object-store/object-store.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
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
  const stat = (key: string) =>
    key === gone ? Promise.reject(new ObjectMissingError('gone')) : there();
  const objectKeys = [gone, ...Array<string>(99).fill(objectKey)];
  const response = await ask(stat, { objectKeys }, undefined, 'get-urls');
  const { photos } = (await response.json()) as { photos: unknown[] };
  expect(photos).toHaveLength(100);
  expect(photos[0]).toBeNull();
  expect(photos[99]).toMatchObject({
    ...{ url: `https://public.test/${objectKey}`, contentType: 'image/jpeg', bytes: 1 },
  });
});

test('answers 503 for a page of photos while the store is unavailable, 422 for none or too many', async () => {
  const away = () => Promise.reject(new ObjectStoreUnavailableError('unavailable'));
  const page = (objectKeys: string[]) => ask(away, { objectKeys }, undefined, 'get-urls');
  expect((await page([objectKey])).status).toBe(503);
  expect((await page([])).status).toBe(422);
  expect((await page(Array<string>(101).fill(objectKey))).status).toBe(422);
});
