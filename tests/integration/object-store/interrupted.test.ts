// VersityGW killed in the middle of a PUT, and without a byte of disk left.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { connectObjectStore } from '../../../platform/object-store/object-store.ts';
import { createPresignPut } from '../../../platform/object-store/presign-put.ts';
import { ObjectStoreUnavailableError } from '../../../platform/object-store/s3-client.ts';
import {
  fillDisk,
  freeDisk,
  mayMount,
  mountSmallDisk,
  unmount,
} from '../../support/object-store/small-disk.ts';
import { startOwnStore, type OwnStore } from '../../support/object-store/own-versitygw.ts';
import { declared, send } from '../../support/object-store/raw-put.ts';

const body = randomBytes(6 * 1024 * 1024);
const as = { contentType: 'image/jpeg', metadata: {} };

async function presigned({ fixture }: OwnStore) {
  const key = fixture.incomingKey();
  const presignPut = createPresignPut(fixture.settings('upload'));
  return { key, url: await presignPut(key, { seconds: 300, headers: declared(body) }) };
}
const put = (url: string) => send(url, { headers: declared(body), body });

test('keeps nothing of a PUT in whose middle the store was killed, and takes it again', async () => {
  const store = await startOwnStore();
  try {
    const { key, url } = await presigned(store);
    const half = send(url, { headers: declared(body), body, leaveAfter: body.length / 2 });
    await store.kill();
    await half;
    await store.start();
    expect(await store.fixture.list()).toEqual([]);
    expect((await put(url)).status).toBe(200);
    expect(body.equals(await store.fixture.bytesOf(key))).toBe(true);
  } finally {
    await store.close();
  }
});

// Without a disk of its own there is no telling where the real one ends.
(mayMount ? describe : describe.skip)('the disk full', () => {
  test('refuses a PUT on a full disk without a trace, fails a copy as unavailable, and recovers after deletes', async () => {
    const disk = await mkdtemp(join(tmpdir(), 'small-disk-'));
    await mountSmallDisk(disk, 32);
    try {
      const store = await startOwnStore(disk);
      const ingestion = connectObjectStore(store.fixture.settings('ingestion'));
      try {
        const first = await presigned(store);
        expect((await put(first.url)).status).toBe(200);
        const { etag } = await ingestion.stat(first.key);
        await fillDisk(disk);

        const second = await presigned(store);
        const refused = await put(second.url);
        expect(refused.status ?? 507).toBeGreaterThanOrEqual(500);
        expect(await store.fixture.list()).toEqual([first.key]);
        const image = store.fixture.objectKey();
        await expect(ingestion.copy(first.key, image, { ...as, etag })).rejects.toThrow(
          ObjectStoreUnavailableError,
        );
        await expect(ingestion.create(image, body, as)).rejects.toThrow(
          ObjectStoreUnavailableError,
        );
        expect(body.equals(await store.fixture.bytesOf(first.key))).toBe(true);

        await freeDisk(disk);
        expect((await put(second.url)).status).toBe(200);
        await ingestion.copy(first.key, image, { ...as, etag });
        expect(body.equals(await store.fixture.bytesOf(image))).toBe(true);
      } finally {
        await ingestion.close();
        await store.close();
      }
    } finally {
      await unmount(disk);
      await rm(disk, { recursive: true });
    }
  });
});
