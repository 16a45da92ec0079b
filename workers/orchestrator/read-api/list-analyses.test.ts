import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import { listAnalyses } from './list-analyses.ts';

const owner = '5d41402abc4b2a76b9719d911017c592';
const temporal = {
  withTimeout: () => Promise.reject(new Error('Temporal was asked')),
} as unknown as Temporal;
const from = (after: string) => listAnalyses(temporal, { owner, first: 5, after });
const encoded = (text: string) => Buffer.from(text).toString('base64url');
const runId = '4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11';

test.each([
  ['a time that Temporal cannot read', encoded(`253402300800000:${runId}`)],
  ['a run with a quote', encoded(`1:' OR Owner != '${'0'.repeat(22)}`)],
  ['a negative time', encoded(`-1:${runId}`)],
  ['nothing', ''],
])('refuses a forged cursor of %s before Temporal is asked', async (_, after) => {
  await expect(from(after)).rejects.toMatchObject({ status: 422, code: 'INVALID' });
});

test('refuses any text that is not a cursor', async () => {
  const texts = fc.string({ unit: 'binary' });
  await fc.assert(
    fc.asyncProperty(fc.oneof(texts, texts.map(encoded)), async (after) => {
      await expect(from(after)).rejects.toMatchObject({ status: 422 });
    }),
  );
});

test('takes a cursor that the list gave', async () => {
  await expect(from(encoded(`1795680000000:${runId}`))).rejects.toThrow('Temporal was asked');
});
