import { describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type {
  ObjectVersion,
  ObjectVersions,
  VersionMarker,
} from '../platform/object-store/object-versions.ts';
import { createRetentionActivities, type SweepReport } from './delete-old-objects.ts';

const storeTime = new Date('2026-11-30T08:00:00Z');
const hours = 3_600_000;
const limits = [
  { prefix: 'incoming/', keepMs: 24 * hours },
  { prefix: 'images/', keepMs: 30 * 24 * hours },
];
const photo = (digit: number | string) =>
  `images/2026/10/23/019a53c4-7c10-7d3a-9a52-1f0c3a7be0${String(digit).padStart(2, '0')}.jpg`;
const upload = (digit: number) => `incoming/${String(digit).padStart(32, '0')}`;
const of = (key: string, ageHours: number, versionId = 'null'): ObjectVersion => ({
  key,
  versionId,
  lastModified: new Date(storeTime.getTime() - ageHours * hours),
});

/** A bucket in memory, in pages of two keys; `refuse` says with which code a key stays. */
function bucketOf(...content: readonly ObjectVersion[]) {
  const left = new Set(content);
  const calls: string[] = [];
  const refuse = new Map<string, string>();
  const counted: [string, string, number][] = [];
  let succeeded = 0;
  const versions: Pick<ObjectVersions, 'list' | 'remove'> = {
    list(prefix, after) {
      calls.push(`list ${prefix} ${after?.key ?? ''}`.trim());
      const keys = [...new Set([...left].map(({ key }) => key))]
        .filter((key) => key.startsWith(prefix) && key > (after?.key ?? ''))
        .sort();
      const page = keys.slice(0, 2);
      const next = keys.length > 2 ? { key: page[1] ?? '' } : undefined;
      const found = [...left].filter(({ key }) => page.includes(key));
      return Promise.resolve({ versions: found, storeTime, next });
    },
    remove(old) {
      for (const one of old) if (!refuse.has(one.key)) left.delete(one);
      return Promise.resolve(
        old.flatMap(({ key }) => {
          const code = refuse.get(key);
          return code === undefined ? [] : [{ key, code, message: 'not now' }];
        }),
      );
    },
  };
  const metrics = {
    deleted: (prefix: string, count: number) => void counted.push(['deleted', prefix, count]),
    failed: (prefix: string, count: number) => void counted.push(['failed', prefix, count]),
    succeeded: () => void (succeeded += 1),
  };
  const { deleteOldObjects } = createRetentionActivities({ versions, limits, metrics });
  const total = (what: string, prefix: string) =>
    counted.reduce((sum, [w, p, count]) => sum + (w === what && p === prefix ? count : 0), 0);
  return {
    calls,
    refuse,
    versions,
    total,
    successes: () => succeeded,
    left: () => [...left].map(({ key, versionId }) => `${key} ${versionId}`).sort(),
    /** One attempt; `from`: what the attempt before sent with its last heartbeat. */
    async sweep(from?: unknown) {
      const beats: unknown[] = [];
      const environment = new MockActivityEnvironment(
        { heartbeatDetails: from },
        { logger: new DefaultLogger('ERROR', () => undefined) },
      );
      environment.on('heartbeat', (details: unknown) => beats.push(details));
      const ended = environment.run<[], SweepReport, typeof deleteOldObjects>(deleteOldObjects);
      const outcome: { report?: SweepReport; error?: unknown } = await ended.then(
        (report) => ({ report }),
        (error: unknown) => ({ error }),
      );
      return { ...outcome, beats, last: beats.at(-1) };
    },
  };
}

describe('the sweep of old objects', () => {
  test('deletes objects dated into the future, which would stay for ever', async () => {
    const bucket = bucketOf(of(upload(1), -25), of(upload(2), -1), of(photo(1), -24 * 365 * 70));
    await bucket.sweep();
    expect(bucket.left()).toEqual([`${upload(2)} null`]);
  });

  test('deletes what is older than its prefix allows, by the clock of the store', async () => {
    const bucket = bucketOf(
      of(upload(1), 25),
      of(upload(2), 23),
      of(photo(1), 25),
      of(photo(2), 31 * 24),
      of(photo(3), 29 * 24),
    );
    const { report } = await bucket.sweep();
    expect(bucket.left()).toEqual([`${photo(1)} null`, `${photo(3)} null`, `${upload(2)} null`]);
    expect(report).toEqual({
      'incoming/': { deleted: 1, kept: 1, failed: 0 },
      'images/': { deleted: 1, kept: 2, failed: 0 },
    });
    expect(bucket.total('deleted', 'images/')).toBe(1);
    expect(bucket.successes()).toBe(1);
  });

  test('deletes old versions and delete markers each by its own age', async () => {
    const bucket = bucketOf(
      of(photo(1), 40 * 24, 'written'),
      of(photo(1), 31 * 24, 'delete marker'),
      of(photo(1), 1, 'written again'),
    );
    await bucket.sweep();
    expect(bucket.left()).toEqual([`${photo(1)} written again`]);
  });

  test('leaves every key that is not of our patterns', async () => {
    const foreign = [
      ...['incoming/report.pdf', `${upload(1)}0`, `incoming/sub/${upload(1)}`],
      ...['images/logo.png', 'images/2026/10/23/note.txt', `${photo(1)}.html`],
    ];
    const bucket = bucketOf(...foreign.map((key) => of(key, 1_000)));
    await bucket.sweep();
    expect(bucket.left()).toHaveLength(foreign.length);
  });

  test('reads a page at a time and heartbeats its position before each call', async () => {
    const bucket = bucketOf(...[1, 2, 3, 4, 5].map((digit) => of(photo(digit), 31 * 24)));
    const { beats } = await bucket.sweep();
    expect(bucket.left()).toEqual([]);
    expect(bucket.calls).toEqual([
      'list incoming/',
      'list images/',
      `list images/ ${photo(2)}`,
      `list images/ ${photo(4)}`,
    ]);
    expect(beats).toHaveLength(8);
  });
});

describe('the sweep after a failed attempt', () => {
  test('continues at the position of the last heartbeat, with the counts so far', async () => {
    const bucket = bucketOf(...[1, 2, 3, 4, 5].map((digit) => of(photo(digit), 31 * 24)));
    const list = bucket.versions.list;
    bucket.versions.list = (prefix: string, after?: VersionMarker) =>
      after?.key === photo(4) ? Promise.reject(new Error('no answer')) : list(prefix, after);
    const first = await bucket.sweep();
    expect(first).toHaveProperty('error.message', 'no answer');
    bucket.versions.list = list;
    bucket.calls.length = 0;
    const second = await bucket.sweep(first.last);
    expect(bucket.calls).toEqual([`list images/ ${photo(4)}`]);
    expect(second.report?.['images/']).toEqual({ deleted: 5, kept: 0, failed: 0 });
    expect(bucket.successes()).toBe(1);
  });

  test('starts again with what the store refused for the moment', async () => {
    const bucket = bucketOf(...[1, 2, 3].map((digit) => of(photo(digit), 31 * 24)));
    bucket.refuse.set(photo(1), 'SlowDown');
    const first = await bucket.sweep();
    expect(first).toHaveProperty('error.type', 'OBJECTS_NOT_DELETED');
    expect(first).toHaveProperty('error.nonRetryable', false);
    expect(bucket.left()).toEqual([`${photo(1)} null`]); // the others did not wait for it
    expect(bucket.total('failed', 'images/')).toBe(1);
    expect(bucket.successes()).toBe(0);
    bucket.refuse.clear();
    const second = await bucket.sweep(first.last);
    expect(second.report?.['images/']).toEqual({ deleted: 3, kept: 0, failed: 0 });
    expect(bucket.left()).toEqual([]);
  });
});

test('fails on what the store refuses for good, after the rest is deleted', async () => {
  const bucket = bucketOf(of(upload(1), 25), of(photo(1), 31 * 24));
  bucket.refuse.set(upload(1), 'AccessDenied');
  const { error } = await bucket.sweep();
  expect(error).toMatchObject({ type: 'OBJECTS_NOT_DELETED', nonRetryable: true });
  expect(bucket.left()).toEqual([`${upload(1)} null`]);
});

test('lists a page of one key again while something of it was deleted', async () => {
  const bucket = bucketOf(of(photo(1), 31 * 24, 'old'), of(photo(1), 1, 'young'));
  const list = bucket.versions.list;
  bucket.versions.list = async (prefix: string, after?: VersionMarker) => {
    const page = await list(prefix, after);
    const [one] = page.versions;
    return prefix === 'images/' && page.versions.length > 1 && one
      ? { ...page, versions: [one], next: { key: one.key, versionId: one.versionId } }
      : page;
  };
  const { report } = await bucket.sweep();
  expect(bucket.calls).toEqual(['list incoming/', 'list images/', 'list images/']);
  expect(report?.['images/']).toEqual({ deleted: 1, kept: 1, failed: 0 });
});

test('ends the sweep when its worker stops, without waiting for the store', async () => {
  const asked = Promise.withResolvers<undefined>();
  const versions = {
    list: () => {
      asked.resolve(undefined);
      return Promise.withResolvers<never>().promise;
    },
    remove: () => Promise.resolve([]),
  };
  const metrics = { deleted() {}, failed() {}, succeeded() {} };
  const { deleteOldObjects } = createRetentionActivities({ versions, limits, metrics });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const running = environment.run(deleteOldObjects);
  await asked.promise;
  environment.cancel('WORKER_SHUTDOWN');
  await expect(running).rejects.toMatchObject({ type: 'WORKER_STOPPED', nonRetryable: false });
});
