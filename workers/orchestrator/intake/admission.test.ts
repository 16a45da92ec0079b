import { expect, test } from '@jest/globals';
import { silentLogger } from '../../../platform/logger.ts';
import { TemporalUnavailableError } from '../../../platform/temporal/temporal.ts';
import { createAdmission } from './admission.ts';

const state = { open: 0, oldestMs: 0, fault: undefined as Error | undefined };
const admission = (limits = { openRuns: 10, taskWaitMs: 3_000 }) =>
  createAdmission({
    limits,
    openRuns: { countRecent: () => state.open },
    backlog: {
      oldestTaskMs: () =>
        state.fault === undefined ? Promise.resolve(state.oldestMs) : Promise.reject(state.fault),
    },
    logger: silentLogger(),
  });
const set = (now: Partial<typeof state>) =>
  Object.assign(state, { open: 0, oldestMs: 0, fault: undefined }, now);
const always = () => true;

test('admits while few runs are under way and tasks are taken at once', async () => {
  set({ open: 9, oldestMs: 3_000 });
  expect(await admission().waitForRoom(0, always)).toBe(undefined);
  await admission().probe();
});

test.each([
  ['as many runs as allowed are under way', { open: 10 }, '10 analyses under way', 'busy'],
  [
    'a task has waited longer than allowed',
    { oldestMs: 3_100 },
    'tasks wait for 3 s in Temporal',
    'busy',
  ],
  [
    'Temporal does not answer',
    { fault: new TemporalUnavailableError('no answer') },
    'no answer',
    'unavailable',
  ],
])('admits nothing while %s, and says so', async (_, now, reason, cause) => {
  set(now);
  expect(await admission().waitForRoom(0, always)).toEqual({ reason, cause });
  await expect(admission().probe()).rejects.toThrow(reason);
});

test('admits as soon as there is room', async () => {
  set({ open: 10 });
  const admitted = admission().waitForRoom(60_000, always);
  set({ open: 9 });
  expect(await admitted).toBe(undefined);
});

test('leaves an error that only the start itself can tell to the start', async () => {
  set({ fault: new Error('namespace not found') });
  expect(await admission().waitForRoom(0, always)).toBe(undefined);
});

test('ends the wait when nobody waits any more', async () => {
  set({ open: 10 });
  let isHeld = true;
  const admitted = admission().waitForRoom(60_000, () => isHeld);
  isHeld = false; // the broker has taken the message back
  expect(await admitted).toMatchObject({ cause: 'busy' });
});
