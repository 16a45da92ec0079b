import { afterEach, expect, test } from '@jest/globals';
import { silentLogger } from '../../platform/logger.ts';
import type { Weakness } from '../../platform/object-store/find-weaknesses.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { checkStore, clockWarning, type StoreCheck } from './check-store.ts';

const running: StoreCheck[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
const check = (findWeaknesses: () => Promise<readonly Weakness[]>) => {
  const one = checkStore({ findWeaknesses, logger: silentLogger() });
  running.push(one);
  return one;
};

test('warns of each weakness of the store, with the remedy', async () => {
  const storeCheck = check(() => Promise.resolve(['unsigned-put']));
  await eventually(() => {
    expect(storeCheck.warnings()).toEqual({
      'store-unsigned-put': expect.stringContaining('docs/operations.md'),
    });
  });
});

test('repeats the check while the store is unavailable, until it answers', async () => {
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

test('stops the check at once while the store is unavailable', async () => {
  const storeCheck = check(() => Promise.reject(new ObjectStoreUnavailableError('unavailable')));
  await storeCheck.stop();
  expect(storeCheck.warnings()).toEqual({});
});

test('warns when the store refuses the check', async () => {
  const storeCheck = check(() => Promise.reject(new Error('AccessDenied')));
  await eventually(() => {
    expect(storeCheck.warnings()).toEqual({
      'store-not-checked': expect.stringContaining('AccessDenied'),
    });
  });
});

test.each([
  [undefined, {}],
  [59_000, {}],
  [-59_000, {}],
  [360_000, { clock: expect.stringContaining("360 s ahead of the object store's") }],
  [-360_000, { clock: expect.stringContaining("360 s behind the object store's") }],
])('warns of a clock that is %p ms ahead as what it is, on our side', (aheadMs, warnings) => {
  expect(clockWarning(aheadMs)).toEqual(warnings);
});
