// One key per right: what each may do on the real stores, and everything else that it may not.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'minio';
import { previewKeyOf, storeRights, type StoreRightName } from '../../contracts/objects.ts';
import { openStore, stores, type StoreFixture } from '../support/harness/store.ts';

const acts = {
  'read incoming/': (client, { bucket, incoming }) => drain(client.getObject(bucket, incoming)),
  'read images/': (client, { bucket, image }) => drain(client.getObject(bucket, image)),
  'read previews/': (client, { bucket, preview }) => drain(client.getObject(bucket, preview)),
  'read elsewhere': (client, { bucket }) => drain(client.getObject(bucket, 'elsewhere/file')),
  'write incoming/': (client, { bucket, fixture }) =>
    client.putObject(bucket, fixture.incomingKey(), 'x'),
  'write images/': (client, { bucket, fixture }) =>
    client.putObject(bucket, fixture.objectKey(), 'x'),
  'write previews/': (client, { bucket, fixture }) =>
    client.putObject(bucket, previewKeyOf(fixture.objectKey()), 'x'),
  'write elsewhere': (client, { bucket }) => client.putObject(bucket, 'elsewhere/other', 'x'),
  'delete incoming/': (client, { bucket, fixture }) =>
    client.removeObject(bucket, fixture.incomingKey()),
  'delete images/': (client, { bucket, fixture }) =>
    client.removeObject(bucket, fixture.objectKey()),
  'delete previews/': (client, { bucket, fixture }) =>
    client.removeObject(bucket, previewKeyOf(fixture.objectKey())),
  'delete elsewhere': (client, { bucket }) => client.removeObject(bucket, 'elsewhere/file'),
  list: (client, { bucket }) => client.listObjectsV2(bucket).toArray(),
  'list versions': (client, { bucket }) =>
    client.listObjects(bucket, '', true, { IncludeVersion: true }).toArray(),
  'tag an object': (client, { bucket, image }) =>
    client.setObjectTagging(bucket, image, { a: 'b' }),
  'read the policy': (client, { bucket }) => client.getBucketPolicy(bucket),
  'change the policy': (client, { bucket }) => client.setBucketPolicy(bucket, ''),
  'change versioning': (client, { bucket }) =>
    client.setBucketVersioning(bucket, { Status: 'Enabled' }),
  'delete the bucket': (client, { bucket }) => client.removeBucket(bucket),
  'make a bucket': (client, { fixture }) => client.makeBucket(`${fixture.bucket.slice(0, 40)}-x`),
} satisfies Record<string, (client: Client, at: Place) => Promise<unknown>>;
type Act = keyof typeof acts;

interface Place {
  readonly fixture: StoreFixture;
  readonly bucket: string;
  readonly incoming: string;
  readonly image: string;
  readonly preview: string;
}

const may: Record<StoreRightName, readonly Act[]> = {
  upload: ['write incoming/'],
  ingestion: ['read incoming/', 'read images/', 'write images/', 'delete incoming/', 'list'],
  media: ['read images/', 'read previews/', 'list'],
  preview: ['write previews/'],
  retention: [
    ...(['delete incoming/', 'delete images/', 'delete previews/'] as const),
    ...(['list', 'list versions'] as const),
  ],
};

async function drain(stream: ReturnType<Client['getObject']>) {
  await (await stream).toArray();
}

describe.each(stores)('%s', (name) => {
  let place: Place;
  beforeAll(async () => {
    const fixture = await openStore(name);
    const { bucket } = fixture;
    const [incoming, image] = [fixture.incomingKey(), fixture.objectKey()];
    place = { fixture, bucket, incoming, image, preview: previewKeyOf(image) };
    for (const key of [incoming, image, place.preview, 'elsewhere/file'])
      await fixture.root.putObject(bucket, key, 'x');
  }, 300_000);
  afterAll(() => place.fixture.close());

  test.each(Object.keys(storeRights) as StoreRightName[])(
    'allows the key of %s what its right says and nothing else',
    async (right) => {
      const client = place.fixture.client(place.fixture.keys[right]);
      const done: Act[] = [];
      for (const act of Object.keys(acts) as Act[])
        try {
          await acts[act](client, place);
          done.push(act);
        } catch (error) {
          expect([act, (error as { code?: string }).code]).toEqual([act, 'AccessDenied']);
        }
      // MinIO lists versions to whoever may list.
      const allowed = done.filter((act) => act !== 'list versions' || may[right].includes(act));
      expect(allowed.sort()).toEqual([...may[right]].sort());
    },
  );
});
