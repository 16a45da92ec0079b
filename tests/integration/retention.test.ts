// What the retention sweep deletes, on the real object store. Ages are made by moving the limit.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Client } from 'minio';
import pLimit from 'p-limit';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import {
  createRetentionActivities,
  type SweepReport,
} from '../../activities/delete-old-objects.ts';
import { prefixes, previewKeyOf } from '../../contracts/objects.ts';
import { objectKeyOf } from '../../services/ingestion/start-upload.ts';
import {
  connectObjectVersions,
  type ObjectVersion,
  type ObjectVersions,
  type VersionMarker,
} from '../../platform/object-store/object-versions.ts';
import { openStore, region, stores, type StoreFixture } from '../support/harness/store.ts';

/** By the store's clock, whose Date header counts in seconds: a minute ago everything is old. */
const ages = { everything: -60_000, nothing: 3_600_000 } as const;
type Age = keyof typeof ages;

function sweep(versions: ObjectVersions, incoming: Age, images: Age): Promise<SweepReport> {
  const { deleteOldObjects } = createRetentionActivities({
    versions,
    limits: [
      { prefix: prefixes.incoming, keepMs: ages[incoming] },
      { prefix: prefixes.images, keepMs: ages[images] },
      { prefix: prefixes.previews, keepMs: ages[images] },
    ],
    metrics: { deleted: () => undefined, failed: () => undefined, succeeded: () => undefined },
  });
  const logger = new DefaultLogger('ERROR', () => undefined); // refusals are what one test is about
  return new MockActivityEnvironment({}, { logger }).run<[], SweepReport, typeof deleteOldObjects>(
    deleteOldObjects,
  );
}

const anUpload = () => `${prefixes.incoming}${randomBytes(16).toString('hex')}`;
const aPhoto = () => objectKeyOf(uuidv7(), 'image/jpeg', new Date());
const aPreview = () => previewKeyOf(aPhoto());
const foreignKeys = [
  ...['readme.txt', 'incoming/notes +%zz & æ.txt', 'incoming/folder/of/others.jpg'],
  ...['previews/logo.png', `previews/2026/11/30/${uuidv4()}.png`],
  ...['images/logo.png', `images/2026/11/30/${uuidv4()}.tar.gz`, 'images/2026/11/30/old/a.jpg'],
];

async function everyVersion(versions: ObjectVersions): Promise<readonly ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  let after: VersionMarker | undefined;
  do {
    const page = await versions.list('', after);
    found.push(...page.versions);
    after = page.next;
  } while (after !== undefined);
  return found;
}
const keysOf = async (versions: ObjectVersions) =>
  [...new Set((await everyVersion(versions)).map(({ key }) => key))].sort();

describe.each(stores)('%s', (name) => {
  let fixture: StoreFixture;
  let root: Client;
  beforeAll(async () => {
    fixture = await openStore(name);
    root = fixture.root;
  }, 300_000);
  const opened: ObjectVersions[] = [];
  function open(bucket: string, key = fixture.rootKey): ObjectVersions {
    const versions = connectObjectVersions({
      ...fixture.settings('retention'),
      bucket,
      key: () => key,
      pageSize: 10, // all that is below takes several pages then
    });
    opened.push(versions);
    return versions;
  }
  afterAll(async () => {
    for (const versions of opened) await versions.close();
    await fixture.close();
  });

  async function removeBucket(bucket: string, versions: ObjectVersions): Promise<void> {
    for (;;) {
      const left = await everyVersion(versions);
      if (left.length === 0) break;
      expect(await versions.remove(left)).toEqual([]);
    }
    await root.removeBucket(bucket);
  }

  const limit = pLimit(10);
  const putAll = (bucket: string, keys: readonly string[]) =>
    Promise.all(keys.map((key) => limit(() => root.putObject(bucket, key, 'a photo'))));

  describe.each([{ versioned: false }, { versioned: true }])(
    'a bucket that keeps versions: $versioned',
    ({ versioned }) => {
      const bucket = `retention-${uuidv4()}`;
      let versions: ObjectVersions;

      beforeAll(async () => {
        versions = open(bucket);
        await root.makeBucket(bucket);
        if (versioned) await root.setBucketVersioning(bucket, { Status: 'Enabled' });
        await putAll(bucket, foreignKeys);
      });
      afterAll(() => removeBucket(bucket, versions));

      test('reads the time of the store from each answer', async () => {
        const { storeTime } = await versions.list(prefixes.images);
        expect(Math.abs(Date.now() - storeTime.getTime())).toBeLessThan(60_000);
      });

      test('deletes what is older than the limit of its prefix, and keeps the rest', async () => {
        const [upload, photo, preview] = [anUpload(), aPhoto(), aPreview()];
        await putAll(bucket, [upload, photo, preview]);
        await sweep(versions, 'nothing', 'nothing');
        expect(await keysOf(versions)).toEqual(expect.arrayContaining([upload, photo, preview]));
        const report = await sweep(versions, 'everything', 'nothing');
        expect(report[prefixes.incoming]).toMatchObject({ deleted: 1, failed: 0 });
        const left = await keysOf(versions);
        expect(left).toEqual(expect.arrayContaining([photo, preview]));
        expect(left).not.toContain(upload);
      });

      test('deletes every old version and delete marker, and keeps keys of other patterns', async () => {
        const [replaced, hidden] = [aPhoto(), aPreview()];
        await putAll(bucket, [replaced, hidden]);
        await root.putObject(bucket, replaced, 'another photo');
        await root.removeObject(bucket, hidden); // puts a delete marker where versions are kept
        const before = await everyVersion(versions);
        const countOf = (key: string) => before.filter((one) => one.key === key).length;
        expect([countOf(replaced), countOf(hidden)]).toEqual(versioned ? [2, 2] : [1, 0]);
        await sweep(versions, 'everything', 'everything');
        expect(await keysOf(versions)).toEqual([...foreignKeys].sort());
      });

      test('deletes several pages of objects, and many versions of one photo', async () => {
        const one = aPhoto();
        await putAll(bucket, [...Array.from({ length: 25 }, aPhoto), one]);
        for (let written = 1; written < 25; written += 1) await root.putObject(bucket, one, 'x');
        const report = await sweep(versions, 'everything', 'everything');
        expect(report[prefixes.images]).toMatchObject({ deleted: versioned ? 50 : 26 });
        expect(await keysOf(versions)).toEqual([...foreignKeys].sort());
      });
    },
  );

  test('deletes versions and delete markers with the key of the retention worker', async () => {
    const { bucket, keys } = fixture;
    const versions = open(bucket, keys.retention);
    await root.setBucketVersioning(bucket, { Status: 'Enabled' });
    const [upload, photo] = [anUpload(), aPhoto()];
    await putAll(bucket, [upload, photo, photo, previewKeyOf(photo)]);
    await root.removeObject(bucket, upload);
    const report = await sweep(versions, 'everything', 'everything');
    expect(report).toEqual({
      [prefixes.incoming]: { deleted: 2, kept: 0, failed: 0 },
      [prefixes.images]: { deleted: 2, kept: 0, failed: 0 },
      [prefixes.previews]: { deleted: 1, kept: 0, failed: 0 },
    });
    expect(await everyVersion(versions)).toEqual([]);
  });

  /** The client's type forgets that this answers a promise. */
  const setLegalHold = (bucket: string, key: string, status: 'ON' | 'OFF') => {
    const call = root.setObjectLegalHold.bind(root) as unknown as (
      ...args: unknown[]
    ) => Promise<void>;
    return call(bucket, key, { status });
  };

  test('fails the sweep for what the store refuses to delete, after it has deleted the rest', async () => {
    const bucket = `retention-${uuidv4()}`;
    const versions = open(bucket);
    await root.makeBucket(bucket, region, { ObjectLocking: true });
    try {
      const [held, free] = [aPhoto(), aPhoto()];
      await putAll(bucket, [held, free]);
      await setLegalHold(bucket, held, 'ON');
      await expect(sweep(versions, 'everything', 'everything')).rejects.toMatchObject({
        type: 'OBJECTS_NOT_DELETED',
        details: [{ [prefixes.images]: { deleted: 1, kept: 0, failed: 1 } }],
      });
      expect(await keysOf(versions)).toEqual([held]);
      await setLegalHold(bucket, held, 'OFF');
      await sweep(versions, 'everything', 'everything');
      expect(await keysOf(versions)).toEqual([]);
    } finally {
      await removeBucket(bucket, versions);
    }
  });
});
