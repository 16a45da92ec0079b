import { expect, test } from '@jest/globals';
import { silentLogger } from '../../../platform/logger.ts';
import { TemporalUnavailableError } from '../../../platform/temporal/temporal.ts';
import { createAdmission } from './admission.ts';

const state = { open: 0, oldestMs: 0, fault: undefined as Error | undefined };
const admission = (limits = { openRuns: 10, waitMs: 3_000 }) =>
  createAdmission({
    limits,
    openRuns: { startedWithin: () => state.open },
    backlog: {
      oldestTaskMs: () =>
        state.fault === undefined ? Promise.resolve(state.oldestMs) : Promise.reject(state.fault),
    },
    logger: silentLogger(),
  });
const set = (now: Partial<typeof state>) =>
  Object.assign(state, { open: 0, oldestMs: 0, fault: undefined }, now);
const never = new AbortController().signal;

test('admits while few runs are under way and tasks are taken at once', async () => {
  set({ open: 9, oldestMs: 3_000 });
  expect(await admission().within(0, never)).toBe(true);
  await admission().probe();
});

test.each([
  ['as many runs as allowed are under way', { open: 10 }, '10 analyses under way'],
  ['a task has waited longer than allowed', { oldestMs: 3_100 }, 'tasks wait for 3 s in Temporal'],
  [
    'Temporal does not answer',
    { fault: new TemporalUnavailableError('no answer') },
    'no answer from Temporal',
  ],
])('admits nothing while %s, and says so', async (_, now, reason) => {
  set(now);
  expect(await admission().within(0, never)).toBe(false);
  await expect(admission().probe()).rejects.toThrow(reason);
});

test('admits as soon as there is room', async () => {
  set({ open: 10 });
  const admitted = admission().within(60_000, never);
  set({ open: 9 });
  expect(await admitted).toBe(true);
});

test('leaves an error that only the start itself can tell to the start', async () => {
  set({ fault: new Error('namespace not found') });
  expect(await admission().within(0, never)).toBe(true);
});

test('ends the wait when the process stops', async () => {
  set({ open: 10 });
  const stopping = new AbortController();
  const admitted = admission().within(60_000, stopping.signal);
  stopping.abort();
  expect(await admitted).toBe(false);
});
