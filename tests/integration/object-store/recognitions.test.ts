// The adapter asked directly, past every check at confirm: real objects on the real store of the stack.
import { internalToken } from '../../support/harness/process.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecognitionRequest } from '../../../contracts/recognition.ts';
import { connectStack } from '../../../infra/supervisor/control-client.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { listen, type RunningServer } from '../../../platform/http/http-server.ts';
import { silentLogger } from '../../../platform/logger.ts';
import {
  connectObjectStore,
  type ObjectStore,
} from '../../../platform/object-store/object-store.ts';
import { createPresignPut } from '../../../platform/object-store/presign-put.ts';
import { createRestClient } from '../../../platform/http/rest-client.ts';
import { createApp } from '../../../services/media-access/app.ts';
import { createFetchImage } from '../../../services/vision-adapter/photo/fetch-image.ts';
import {
  askForRecognition,
  newObjectKey,
  startAdapter,
  type RunningAdapter,
} from '../../support/harness/adapter.ts';
import { malformedImages, nonImages, polyglot } from '../../support/images/malformed-images.ts';
import { openStore, type StoreFixture } from '../../support/harness/store.ts';

const logger = silentLogger();
let fixture: StoreFixture;
let store: ObjectStore;
let mediaAccess: RunningServer;
let adapter: RunningAdapter;
beforeAll(async () => {
  fixture = await openStore('versitygw');
  store = connectObjectStore(fixture.settings('media'));
  mediaAccess = await listen(
    createApp({
      ...{ store, internalToken, health: createHealth({}), logger },
      presignPublicGet: (...photo) => store.presignGet(...photo),
      presignPreview: createPresignPut(fixture.settings('preview')),
    }),
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
  await fixture.close();
});

async function recognize(bytes: Buffer, more: Partial<RecognitionRequest> = {}): Promise<Response> {
  const objectKey = newObjectKey();
  await fixture.root.putObject(fixture.bucket, objectKey, bytes);
  return askForRecognition(adapter.url, { objectKey, bytes }, more);
}

const statuses = { IMAGE_UNREADABLE: 422, IMAGE_TOO_LARGE: 413 };

describe('refused, and nothing is published', () => {
  test.each(nonImages)('refuses $what with 415', async ({ make }) => {
    const answer = await recognize(await make());
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ code: 'IMAGE_UNSUPPORTED' });
  });

  test.each(malformedImages)('refuses $what with $code', async ({ make, code }) => {
    const answer = await recognize(await make());
    expect([answer.status, await answer.json()]).toMatchObject([statuses[code], { code }]);
  });

  test('refuses zero bytes with 422', async () => {
    expect((await recognize(Buffer.alloc(0))).status).toBe(422);
  });

  test('refuses another photo than the confirmed one with 409', async () => {
    const answer = await recognize(await polyglot(), { bytes: 17 });
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'OBJECT_CHANGED' }]);
  });

  afterAll(() => {
    expect(adapter.published).toEqual([]);
  });
});

test('recognises a photo with another file behind it', async () => {
  const answer = await recognize(await polyglot());
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ status: 'unidentified' });
});
