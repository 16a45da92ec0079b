// tu-ingestion-service killed between each two steps of a confirmation: the repeat finishes it.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'minio';
import { settings } from '../../../contracts/settings.ts';
import { beginStory, deadline, endOf, samplePhoto, type Story } from '../../stories/story.ts';
import { openHoldingStore, type HoldingStore, type Step } from './holding-store.ts';

const ingestion = 'tu-ingestion-service';
const bucket = settings.S3_BUCKET.schema.parse(undefined);
let story: Story;
let line: HoldingStore;
let store: Client;

beforeAll(async () => {
  story = await beginStory();
  const { stack } = story.stack;
  const port = stack.ports.versitygw;
  const endpoint = `http://127.0.0.1:${port}`;
  line = await openHoldingStore(endpoint, bucket);
  store = new Client({
    endPoint: '127.0.0.1',
    port,
    useSSL: false,
    region: 'us-east-1',
    accessKey: stack.secrets.S3_ROOT_ACCESS_KEY,
    secretKey: stack.secrets.S3_ROOT_SECRET_KEY,
  });
  // Only the process goes through the line: clients PUT to the store itself.
  const environment = { S3_ENDPOINT: line.url, S3_PUBLIC_ENDPOINT: endpoint };
  await story.stack.restart(ingestion, environment);
});
afterAll(async () => {
  await story.stack.restart(ingestion, {});
  await line.close();
});

test.each<[string, Step]>([
  ['before it looks', { method: 'HEAD', prefix: 'incoming/', held: 'unsent' }],
  ['before it reads', { method: 'GET', prefix: 'incoming/', held: 'unsent' }],
  ['before it copies', { method: 'PUT', prefix: 'images/', held: 'unsent' }],
  ['after the copy, before the event', { method: 'PUT', prefix: 'images/', held: 'unanswered' }],
  [
    'after the event, before it tidies up',
    { method: 'DELETE', prefix: 'incoming/', held: 'unsent' },
  ],
  ['after it has tidied up', { method: 'DELETE', prefix: 'incoming/', held: 'unanswered' }],
])('killed %s, the photo is analysed once', async (_moment, step) => {
  const { client } = story.newUser();
  const held = line.hold(step);
  const uploading = client.upload(await samplePhoto(), { signal: deadline() });
  await held;
  await story.stack.kill(ingestion);
  const { correlationId, objectKey } = await uploading;
  const end = await endOf(client, correlationId);
  expect(end).toMatchObject({ state: 'completed', success: true });
  expect(await store.statObject(bucket, objectKey)).toMatchObject({
    metaData: { 'content-type': 'image/jpeg' },
  });
  const own: string[] = [];
  for await (const analysis of client.analyses({ signal: deadline() }))
    own.push(analysis.correlationId);
  expect(own).toEqual([correlationId]);
});
