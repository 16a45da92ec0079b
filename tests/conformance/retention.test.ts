// What the retention sweep deletes, on the real object store. Ages are made by moving the limit.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { Client } from 'minio';
import pLimit from 'p-limit';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import {
  createRetentionActivities,
  type SweepReport,
} from '../../activities/delete-old-objects.ts';
import { objectKeyOf, prefixes } from '../../contracts/objects.ts';
import { pick } from '../../contracts/settings.ts';
import { connectStack } from '../../infra/stack-control.ts';
import { readConfig } from '../../platform/config.ts';
import {
  connectObjectVersions,
  type ObjectVersion,
  type ObjectVersions,
  type VersionMarker,
} from '../../platform/object-store/object-versions.ts';
import type { StoreKey } from '../../platform/object-store/s3-client.ts';

const { S3_ENDPOINT, S3_REGION, S3_BUCKET } = readConfig(
  pick('S3_ENDPOINT', 'S3_REGION', 'S3_BUCKET'),
);
const secrets: Readonly<Record<string, string>> = (await connectStack('test')).stack.secrets;
const keyNamed = (name: string): StoreKey => ({
  accessKey: secrets[`S3_${name}_ACCESS_KEY`] ?? '',
  secretKey: secrets[`S3_${name}_SECRET_KEY`] ?? '',
});

const root = clientWith(keyNamed('ROOT'));
function clientWith(key: StoreKey): Client {
  const { hostname, port } = new URL(S3_ENDPOINT);
  return new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    region: S3_REGION,
    ...key,
  });
}
const opened: ObjectVersions[] = [];
function open(bucket: string, key = keyNamed('ROOT')): ObjectVersions {
  const versions = connectObjectVersions({
    endpoint: S3_ENDPOINT,
    region: S3_REGION,
    bucket,
    key: () => key,
    pageSize: 10, // all that is below takes several pages then
  });
  opened.push(versions);
  return versions;
}
afterAll(async () => {
  for (const versions of opened) await versions.close();
});

/** By the store's clock, whose Date header counts in seconds: a minute ago everything is old. */
const ages = { everything: -60_000, nothing: 3_600_000 } as const;
type Age = keyof typeof ages;

function sweep(versions: ObjectVersions, incoming: Age, images: Age): Promise<SweepReport> {
  const { deleteOldObjects } = createRetentionActivities({
    versions,
    limits: [
      { prefix: prefixes.incoming, keepMs: ages[incoming] },
      { prefix: prefixes.images, keepMs: ages[images] },
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
const foreignKeys = [
  ...['readme.txt', 'incoming/notes +%zz & æ.txt', 'incoming/folder/of/others.jpg'],
  ...['images/logo.png', `images/2026/11/30/${uuidv4()}.html`, 'images/2026/11/30/old/a.jpg'],
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
    const versions = open(bucket);

    beforeAll(async () => {
      await root.makeBucket(bucket);
      if (versioned) await root.setBucketVersioning(bucket, { Status: 'Enabled' });
      await putAll(bucket, foreignKeys);
    });
    afterAll(() => removeBucket(bucket, versions));

    test('the time of the store is in each answer', async () => {
      const { storeTime } = await versions.list(prefixes.images);
      expect(Math.abs(Date.now() - storeTime.getTime())).toBeLessThan(60_000);
    });

    test('each prefix has its own limit; what is younger stays', async () => {
      const [upload, photo] = [anUpload(), aPhoto()];
      await putAll(bucket, [upload, photo]);
      await sweep(versions, 'nothing', 'nothing');
      expect(await keysOf(versions)).toEqual(expect.arrayContaining([upload, photo]));
      const report = await sweep(versions, 'everything', 'nothing');
      expect(report[prefixes.incoming]).toMatchObject({ deleted: 1, failed: 0 });
      const left = await keysOf(versions);
      expect(left).toContain(photo);
      expect(left).not.toContain(upload);
    });

    test('every old version and delete marker goes, keys of other patterns stay', async () => {
      const [replaced, hidden] = [aPhoto(), aPhoto()];
      await putAll(bucket, [replaced, hidden]);
      await root.putObject(bucket, replaced, 'another photo');
      await root.removeObject(bucket, hidden); // puts a delete marker where versions are kept
      const before = await everyVersion(versions);
      const countOf = (key: string) => before.filter((one) => one.key === key).length;
      expect([countOf(replaced), countOf(hidden)]).toEqual(versioned ? [2, 2] : [1, 0]);
      await sweep(versions, 'everything', 'everything');
      expect(await keysOf(versions)).toEqual([...foreignKeys].sort());
    });

    test('nothing is left of several pages, nor of many versions of one photo', async () => {
      const one = aPhoto();
      await putAll(bucket, [...Array.from({ length: 25 }, aPhoto), one]);
      for (let written = 1; written < 25; written += 1) await root.putObject(bucket, one, 'x');
      const report = await sweep(versions, 'everything', 'everything');
      expect(report[prefixes.images]).toMatchObject({ deleted: versioned ? 50 : 26 });
      expect(await keysOf(versions)).toEqual([...foreignKeys].sort());
    });
  },
);

/** The client's type forgets that this answers a promise. */
const setLegalHold = root.setObjectLegalHold.bind(root) as unknown as (
  bucket: string,
  key: string,
  options: { status: 'ON' | 'OFF' },
) => Promise<void>;

test('what the store refuses to delete fails the sweep, after the rest is done', async () => {
  const bucket = `retention-${uuidv4()}`;
  const versions = open(bucket);
  await root.makeBucket(bucket, S3_REGION, { ObjectLocking: true });
  try {
    const [held, free] = [aPhoto(), aPhoto()];
    await putAll(bucket, [held, free]);
    await setLegalHold(bucket, held, { status: 'ON' });
    await expect(sweep(versions, 'everything', 'everything')).rejects.toMatchObject({
      type: 'OBJECTS_NOT_DELETED',
      details: [{ [prefixes.images]: { deleted: 1, kept: 0, failed: 1 } }],
    });
    expect(await keysOf(versions)).toEqual([held]);
    await setLegalHold(bucket, held, { status: 'OFF' });
    await sweep(versions, 'everything', 'everything');
    expect(await keysOf(versions)).toEqual([]);
  } finally {
    await removeBucket(bucket, versions);
  }
});

describe("the retention worker's key, in the bucket of the stack", () => {
  const key = keyNamed('RETENTION');
  const versions = open(S3_BUCKET, key);
  const client = clientWith(key);
  const denied = expect.objectContaining({ code: 'AccessDenied' });

  test('lists and deletes what is ours', async () => {
    for (const name of [anUpload(), aPhoto()]) {
      await root.putObject(S3_BUCKET, name, 'a photo');
      const { versions: listed } = await versions.list(name);
      expect(listed).toHaveLength(1);
      expect(await versions.remove(listed)).toEqual([]);
      expect((await versions.list(name)).versions).toEqual([]);
    }
  });

  test('neither reads nor writes, and deletes nothing elsewhere', async () => {
    const [photo, elsewhere] = [aPhoto(), `elsewhere/${uuidv4()}`];
    for (const name of [photo, elsewhere]) await root.putObject(S3_BUCKET, name, 'a photo');
    try {
      await expect(client.getObject(S3_BUCKET, photo)).rejects.toEqual(denied);
      await expect(client.putObject(S3_BUCKET, photo, 'another')).rejects.toEqual(denied);
      await expect(client.putObject(S3_BUCKET, anUpload(), 'one')).rejects.toEqual(denied);
      const { versions: listed } = await versions.list(elsewhere);
      expect(await versions.remove(listed)).toEqual([
        expect.objectContaining({ key: elsewhere, code: 'AccessDenied' }),
      ]);
      expect((await versions.list(elsewhere)).versions).toHaveLength(1);
    } finally {
      for (const name of [photo, elsewhere]) await root.removeObject(S3_BUCKET, name);
    }
  });
});
