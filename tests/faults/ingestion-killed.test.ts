// tu-ingestion-service killed between each two steps of a confirmation: the repeat finishes it.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'minio';
import { settings } from '../../contracts/settings.ts';
import { beginStory, deadline, endOf, samplePhoto, type Story } from '../support/harness/users.ts';
import { declarationOf, put } from '../support/upload-by-hand.ts';
import {
  openHoldingStore,
  type HoldingStore,
  type Step,
} from '../support/object-store/holding-store.ts';

const ingestion = 'tu-ingestion-service';
const bucket = settings.S3_BUCKET.schema.parse(undefined);
let story: Story;
let proxy: HoldingStore;
let store: Client;

beforeAll(async () => {
  story = await beginStory();
  const { stack } = story.stack;
  const port = stack.ports.versitygw;
  const endpoint = `http://127.0.0.1:${port}`;
  proxy = await openHoldingStore(endpoint, bucket);
  store = new Client({
    endPoint: '127.0.0.1',
    port,
    useSSL: false,
    region: 'us-east-1',
    accessKey: stack.secrets.S3_ROOT_ACCESS_KEY,
    secretKey: stack.secrets.S3_ROOT_SECRET_KEY,
  });
  // Only the process goes through the proxy: clients PUT to the store itself.
  const environment = { S3_ENDPOINT: proxy.url, S3_PUBLIC_ENDPOINT: endpoint };
  await story.stack.restart(ingestion, environment);
});
afterAll(async () => {
  await story.stack.restart(ingestion, {});
  await proxy.close();
});

const steps: readonly [
  moment: string,
  method: Step['method'],
  at: 'incoming' | 'images',
  held: Step['held'],
][] = [
  ['before the HEAD of the upload', 'HEAD', 'incoming', 'unsent'],
  ['before it reads the upload', 'GET', 'incoming', 'unsent'],
  ['before it copies the upload', 'PUT', 'images', 'unsent'],
  ['after the copy, before the event', 'PUT', 'images', 'unanswered'],
  ['after the event, before it deletes the upload', 'DELETE', 'incoming', 'unsent'],
  ['after it has deleted the upload', 'DELETE', 'incoming', 'unanswered'],
];
test.each(steps)(
  'analyses a photo once when ingestion is killed %s',
  async (_moment, method, at, held) => {
    const { client } = story.newUser();
    const photo = await samplePhoto();
    const declared = declarationOf(photo);
    const { correlationId, imageUploadPayload: upload } = await client.startUpload(declared);
    expect(await put(upload, photo)).toBe(200);
    const incomingKey = new URL(upload.putUrl).pathname.slice(`/${bucket}/`.length);
    const key = at === 'incoming' ? incomingKey : upload.objectKey;

    const isHeld = proxy.hold({ method, key, held });
    const { uploadId } = upload;
    const { bytes, checksum } = declared;
    const confirming = client.confirmUpload({ uploadId, bytes, checksum }, { signal: deadline() });
    await isHeld;
    await story.stack.kill(ingestion);
    expect(await confirming).toEqual({ status: 'Accepted' });

    expect(await endOf(client, correlationId)).toMatchObject({ state: 'completed', success: true });
    expect(await store.statObject(bucket, upload.objectKey)).toMatchObject({
      metaData: { 'content-type': 'image/jpeg' },
    });
    const own: string[] = [];
    const { completed } = await client.feedCursors();
    for await (const analysis of client.analyses({ atLeast: completed, signal: deadline() }))
      own.push(analysis.correlationId);
    expect(own).toEqual([correlationId]);
  },
);
