import { afterEach, expect, test } from '@jest/globals';
import { silentLogger } from '../../platform/logger.ts';
import type { Weakness } from '../../platform/object-store/find-weaknesses.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import { eventually } from '../../tests/eventually.ts';
import { askStore, type StoreAnswers } from './ask-store.ts';

const asked: StoreAnswers[] = [];
afterEach(async () => {
  for (const one of asked.splice(0)) await one.stop();
});
const ask = (find: () => Promise<readonly Weakness[]>) => {
  const answers = askStore({ find, logger: silentLogger() });
  asked.push(answers);
  return answers;
};

test('names what the store lets through, with the remedy', async () => {
  const answers = ask(() => Promise.resolve(['unsigned-put']));
  await eventually(() => {
    expect(answers.warnings()).toEqual({
      'store-unsigned-put': expect.stringMatching(/nobody signed.*docs\/operations\.md/),
    });
  });
});

test('is asked again while the store is unavailable, and once more only until it answers', async () => {
  let calls = 0;
  const answers = ask(() => {
    calls += 1;
    return calls === 1
      ? Promise.reject(new ObjectStoreUnavailableError('unavailable'))
      : Promise.resolve(['copy-source'] as const);
  });
  await eventually(() => {
    expect(Object.keys(answers.warnings())).toEqual(['store-copy-source']);
  });
  expect(calls).toBe(2);
});

test('stops at once while it waits for the store', async () => {
  const answers = ask(() => Promise.reject(new ObjectStoreUnavailableError('unavailable')));
  await answers.stop();
  expect(answers.warnings()).toEqual({});
});
