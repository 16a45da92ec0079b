// The adapter asked directly, past every check at confirm: real objects on the real MinIO.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecognitionRequest } from '../../contracts/recognition.ts';
import { pick } from '../../contracts/settings.ts';
import { connectStack } from '../../infra/stack-control.ts';
import { readConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import { listen, type RunningServer } from '../../platform/http.ts';
import { silentLogger } from '../../platform/logger.ts';
import { connectObjectStore } from '../../platform/object-store.ts';
import { createRestClient } from '../../platform/rest-client.ts';
import { createApp } from '../../services/media-access/app.ts';
import { createFetchImage } from '../../services/vision-adapter/fetch-image.ts';
import {
  askForRecognition,
  internalToken,
  newObjectKey,
  startAdapter,
  type AdapterWorld,
} from '../adapter-world.ts';
import { damagedPhotos, noPhotos, polyglot } from '../bad-photos.ts';
import { eventually } from '../eventually.ts';

const { S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY } = readConfig(
  pick('S3_ENDPOINT', 'S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'),
);
const logger = silentLogger();
const store = connectObjectStore({
  endpoint: S3_ENDPOINT,
  region: S3_REGION,
  bucket: S3_BUCKET,
  accessKey: S3_ACCESS_KEY,
  secretKey: S3_SECRET_KEY,
  logger,
});

let mediaAccess: RunningServer;
let adapter: AdapterWorld;
beforeAll(async () => {
  await eventually(() => store.probe());
  mediaAccess = await listen(
    createApp({ store, internalToken, health: createHealth({}), logger }),
    { host: '127.0.0.1', port: 0 },
  );
  const { stack } = await connectStack('test');
  adapter = await startAdapter({
    fetchImage: createFetchImage(
      createRestClient({
        name: 'media-access',
        baseUrl: `http://127.0.0.1:${mediaAccess.port}`,
        internalToken,
      }),
    ),
    visionEndpoint: `127.0.0.1:${stack.ports['local-vision']}`,
  });
});
afterAll(async () => {
  await adapter.stop();
  await mediaAccess.stop();
  await store.close();
});

async function recognize(bytes: Buffer, more: Partial<RecognitionRequest> = {}): Promise<Response> {
  const objectKey = newObjectKey();
  const putUrl = await store.presignPut(objectKey, 60);
  expect((await fetch(putUrl, { method: 'PUT', body: new Uint8Array(bytes) })).status).toBe(200);
  return askForRecognition(adapter.url, { objectKey, bytes }, more);
}

const statuses = { IMAGE_UNREADABLE: 422, IMAGE_TOO_LARGE: 413 };

describe('refused, and nothing is published', () => {
  test.each(noPhotos)('415 $what', async ({ make }) => {
    const answer = await recognize(await make());
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ code: 'IMAGE_UNSUPPORTED' });
  });

  test.each(damagedPhotos)('$code $what', async ({ make, code }) => {
    const answer = await recognize(await make());
    expect([answer.status, await answer.json()]).toMatchObject([statuses[code], { code }]);
  });

  test('422 zero bytes', async () => {
    expect((await recognize(Buffer.alloc(0))).status).toBe(422);
  });

  test('409 another photo than the one confirmed', async () => {
    const answer = await recognize(await polyglot(), { bytes: 17 });
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'OBJECT_CHANGED' }]);
  });

  afterAll(() => {
    expect(adapter.published).toEqual([]);
  });
});

test('a photo with another file behind it is recognised without it', async () => {
  const answer = await recognize(await polyglot());
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ status: 'unidentified' });
});
