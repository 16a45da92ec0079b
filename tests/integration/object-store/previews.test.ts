// Previews from the adapter through tu-media-access-service to both real stores; Vision is scripted.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { previewKeyOf } from '../../../contracts/objects.ts';
import { getUrlsAnswerSchema, putPreviewUrlAnswerSchema } from '../../../contracts/rest.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { listen, type RunningServer } from '../../../platform/http/http-server.ts';
import { createRestClient, type RestClient } from '../../../platform/http/rest-client.ts';
import { silentLogger } from '../../../platform/logger.ts';
import {
  connectObjectStore,
  type ObjectStore,
} from '../../../platform/object-store/object-store.ts';
import { createPresignPut } from '../../../platform/object-store/presign-put.ts';
import { createApp } from '../../../services/media-access/app.ts';
import { createFetchImage } from '../../../services/vision-adapter/photo/fetch-image.ts';
import {
  askForRecognition,
  newObjectKey,
  startAdapter,
  type RunningAdapter,
} from '../../support/harness/adapter.ts';
import { eventually } from '../../support/harness/eventually.ts';
import { internalToken } from '../../support/harness/process.ts';
import { openStore, stores, type StoreFixture } from '../../support/harness/store.ts';
import { declared, isRefused, send } from '../../support/object-store/raw-put.ts';
import { startVisionServer, type VisionServer } from '../../support/vision/vision-server.ts';

const logger = silentLogger();

/** Lies on its side, with EXIF that says so, and larger than any preview. */
const takePhoto = () =>
  sharp({ create: { width: 1500, height: 2000, channels: 3, background: '#d8a020' } })
    .withExif({ IFD0: { Copyright: 'Jens Hansen' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

let vision: VisionServer;
beforeAll(async () => {
  vision = await startVisionServer(() => ({ responses: [{}] }));
});
afterAll(() => vision.stop());

describe.each(stores)('%s', (name) => {
  let fixture: StoreFixture;
  let store: ObjectStore;
  let server: RunningServer;
  let mediaAccess: RestClient;
  let adapter: RunningAdapter;
  beforeAll(async () => {
    fixture = await openStore(name);
    store = connectObjectStore(fixture.settings('media'));
    server = await listen(
      createApp({
        ...{ store, internalToken, health: createHealth({}), logger },
        presignPublicGet: (...photo) => store.presignGet(...photo),
        presignPreview: createPresignPut(fixture.settings('preview')),
      }),
      { host: '127.0.0.1', port: 0 },
    );
    const baseUrl = `http://127.0.0.1:${server.port}`;
    mediaAccess = createRestClient({ name: 'media-access', baseUrl, internalToken });
    adapter = await startAdapter({
      fetchImage: createFetchImage(mediaAccess),
      visionEndpoint: vision.endpoint,
      mediaAccess,
    });
  }, 300_000);
  afterAll(async () => {
    await adapter.stop();
    await server.stop();
    await store.close();
    await fixture.close();
  });

  async function recognizePhoto(bytes: Buffer): Promise<string> {
    const objectKey = newObjectKey();
    await fixture.root.putObject(fixture.bucket, objectKey, bytes);
    expect((await askForRecognition(adapter.url, { objectKey, bytes })).status).toBe(200);
    return objectKey;
  }
  const photoOf = async (objectKey: string) => {
    const { photos } = await mediaAccess.call({
      ...{ method: 'POST', path: '/internal/v0/media/get-urls', body: { objectKeys: [objectKey] } },
      ...{ answer: getUrlsAnswerSchema, timeoutMs: 5_000 },
    });
    return photos[0];
  };
  const askToPut = (objectKey: string, body: Buffer) =>
    mediaAccess.call({
      ...{ method: 'POST', path: '/internal/v0/media/put-preview-url' },
      body: {
        ...{ objectKey, bytes: body.length },
        checksum: `sha256:${createHash('sha256').update(body).digest('hex')}`,
      },
      ...{ answer: putPreviewUrlAnswerSchema, timeoutMs: 5_000 },
    });

  test('stores a small upright JPEG without metadata beside each recognised photo', async () => {
    const objectKey = await recognizePhoto(await takePhoto());
    const previewUrl = await eventually(async () => {
      const photo = await photoOf(objectKey);
      expect(photo?.previewUrl).not.toBeNull();
      return photo?.previewUrl ?? '';
    });
    const answer = await fetch(previewUrl);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    const preview = Buffer.from(await answer.arrayBuffer());
    const { format, width, height, exif, icc, orientation } = await sharp(preview).metadata();
    expect({ format, width, height, exif, icc, orientation }).toEqual({
      ...{ format: 'jpeg', width: 1280, height: 960 },
      ...{ exif: undefined, icc: undefined, orientation: undefined },
    });
  });

  test('leaves a preview that is there as it is', async () => {
    const bytes = await takePhoto();
    const objectKey = newObjectKey();
    await fixture.root.putObject(fixture.bucket, objectKey, bytes);
    await fixture.root.putObject(fixture.bucket, previewKeyOf(objectKey), 'the first');
    await askForRecognition(adapter.url, { objectKey, bytes });
    await adapter.drained();
    expect(String(await fixture.bytesOf(previewKeyOf(objectKey)))).toBe('the first');
  });

  test('gives a URL that takes the declared bytes at the place of the preview, and nothing else', async () => {
    const objectKey = newObjectKey();
    await fixture.root.putObject(fixture.bucket, objectKey, 'a photo');
    const body = Buffer.from('a preview');
    const { url, headers } = await askToPut(objectKey, body);
    const refused = [
      await send(url.replace('/previews/', '/images/'), { headers, body }),
      await send(url.replace(/[0-9a-f]{8}-/, '00000000-'), { headers, body }),
      await send(url, { headers: declared(Buffer.from('a changed')), body: 'a changed' }),
      await send(url, { headers: { ...headers, 'content-type': 'text/html' }, body }),
      await send(url, { method: 'GET' }),
      await send(url, { method: 'DELETE' }),
    ];
    expect(refused.map(isRefused)).toEqual(refused.map(() => true));
    expect((await send(url, { headers, body })).status).toBe(200);
    expect((await send(url, { headers, body })).status).toBe(412);
    expect(String(await fixture.bytesOf(objectKey))).toBe('a photo');
  });

  test('gives no URL for the preview of a photo that is not there', async () => {
    await expect(askToPut(newObjectKey(), Buffer.from('x'))).rejects.toMatchObject({ status: 404 });
  });
});

test('answers the recognition while previews cannot be stored', async () => {
  const bytes = await takePhoto();
  const nobody = createRestClient({
    ...{ name: 'media-access', baseUrl: 'http://127.0.0.1:9', internalToken },
  });
  const adapter = await startAdapter({
    fetchImage: () => Promise.resolve(bytes),
    ...{ visionEndpoint: vision.endpoint, mediaAccess: nobody },
  });
  try {
    const answer = await askForRecognition(adapter.url, { objectKey: newObjectKey(), bytes });
    expect(answer.status).toBe(200);
    await adapter.drained();
  } finally {
    await adapter.stop();
  }
});
