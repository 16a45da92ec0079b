import { afterEach, expect, test } from '@jest/globals';
import { silentLogger } from '../../platform/logger.ts';
import type { Weakness } from '../../platform/object-store/find-weaknesses.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { checkStore, type StoreCheck } from './check-store.ts';

const running: StoreCheck[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
const check = (findWeaknesses: () => Promise<readonly Weakness[]>) => {
  const one = checkStore({ findWeaknesses, logger: silentLogger() });
  running.push(one);
  return one;
};

test('names what the store lets through, with the remedy', async () => {
  const storeCheck = check(() => Promise.resolve(['unsigned-put']));
  await eventually(() => {
    expect(storeCheck.warnings()).toEqual({
      'store-unsigned-put': expect.stringContaining('docs/operations.md'),
    });
  });
});

test('is repeated while the store is unavailable, and only until it answers', async () => {
  let calls = 0;
  const storeCheck = check(() => {
    calls += 1;
    return calls === 1
      ? Promise.reject(new ObjectStoreUnavailableError('unavailable'))
      : Promise.resolve(['copy-source'] as const);
  });
  await eventually(() => {
    expect(Object.keys(storeCheck.warnings())).toEqual(['store-copy-source']);
  });
  expect(calls).toBe(2);
});

test('stops at once while it waits for the store', async () => {
  const storeCheck = check(() => Promise.reject(new ObjectStoreUnavailableError('unavailable')));
  await storeCheck.stop();
  expect(storeCheck.warnings()).toEqual({});
});

test('a check that is refused is a warning of its own: nothing is known then', async () => {
  const storeCheck = check(() => Promise.reject(new Error('AccessDenied')));
  await eventually(() => {
    expect(storeCheck.warnings()).toEqual({
      'store-not-checked': expect.stringContaining('AccessDenied'),
    });
  });
});
