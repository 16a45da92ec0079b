import { expect, test } from '@jest/globals';
import { listMissing } from './deleted-runs.ts';

const run = (runId: string) => ({
  ...{ correlationId: '019a53c4-7c10-7d3a-9a52-1f0c3a7be001', runId },
  ...{ owner: '5d41402abc4b2a76b9719d911017c592', startedAt: '2026-11-23T08:00:00.000Z' },
  objectKey: 'images/2026/11/23/4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11.jpg',
});

async function* running(...runIds: string[]) {
  await Promise.resolve();
  for (const runId of runIds) yield { runId } as never;
}

test('finds the open runs that Temporal does not list as running', async () => {
  const openRuns = { knownFor: () => ['a', 'b'].map(run), forget: () => undefined };
  expect(await listMissing(() => running('a'), openRuns, 0)).toEqual([run('b')]);
});

test('takes no more of them into one look than it can ask for', async () => {
  const many = Array.from({ length: 1_200 }, (_, at) => run(String(at)));
  const openRuns = { knownFor: () => many, forget: () => undefined };
  expect(await listMissing(() => running(), openRuns, 0)).toHaveLength(500);
});
