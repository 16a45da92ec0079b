import { expect, test } from '@jest/globals';
import type { AuditEntry } from '../../../contracts/acts.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { TemporalUnavailableError } from '../../../platform/temporal/temporal.ts';
import { createActs } from './acts.ts';
import type { RegisterClient } from './register-client.ts';

const correlationId = '019a53c4-7c10-7d3a-9a52-1f0c3a7be001';
const owner = '5d41402abc4b2a76b9719d911017c592';

/** Temporal finds an open run, and then fails so. */
function failingWith(error: Error) {
  const entries: AuditEntry[] = [];
  let calls = 0;
  const acts = createActs({
    temporal: {
      withTimeout: () => {
        calls += 1;
        return calls === 1
          ? Promise.resolve({ run: { closeTime: undefined }, owner } as never)
          : Promise.reject(error);
      },
    },
    register: {
      writeAudit(entry) {
        entries.push(entry);
        return Promise.resolve();
      },
    } as Partial<RegisterClient> as RegisterClient,
    logger: silentLogger(),
  });
  const act = { caller: { actor: `owner:${owner}`, owner }, correlationId, reason: undefined };
  return { cancel: () => acts.cancel(act), outcomes: () => entries.map(({ outcome }) => outcome) };
}

test('leaves the beginning alone in the audit where nobody knows whether the act takes effect', async () => {
  const { cancel, outcomes } = failingWith(new TemporalUnavailableError('no answer in time'));
  await expect(cancel()).rejects.toThrow('no answer in time');
  expect(outcomes()).toEqual(['BEGUN']);
});

test('notes an act as failed that did certainly not take effect', async () => {
  const { cancel, outcomes } = failingWith(new Error('refused'));
  await expect(cancel()).rejects.toThrow('refused');
  expect(outcomes()).toEqual(['BEGUN', 'FAILED']);
});
