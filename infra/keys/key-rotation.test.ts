import { lutimesSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import {
  beginRotation,
  findOverdue,
  propagationMs,
  completeRotation,
  withKeysLocked,
} from './key-rotation.ts';
import { endedUsers } from './generations.ts';
import {
  ensureKeys,
  newKeys,
  readCurrent,
  readGenerations,
  type Generation,
} from './generations.ts';
import { keyFile } from './key-settings.ts';

const hourMs = 60 * 60_000;
const generation = (name: string, endsOlder = false): Generation => ({
  name,
  keys: newKeys({}),
  endsOlder,
});
const overdueAfter = (generations: readonly Generation[], current: string, ms: number) =>
  findOverdue(generations, { name: current, since: 1_000 }, 1_000 + ms).map(({ name }) => name);

test('the former keys stay valid for 24 hours beside the new ones', () => {
  const generations = [generation('2'), generation('1')];
  expect(overdueAfter(generations, '2', 24 * hourMs - 1)).toEqual([]);
  expect(overdueAfter(generations, '2', 24 * hourMs)).toEqual(['1']);
});

test('a second rotation ends the oldest, when every process can have read the newest', () => {
  const generations = [generation('3'), generation('2'), generation('1')];
  expect(overdueAfter(generations, '3', propagationMs - 1)).toEqual([]);
  expect(overdueAfter(generations, '3', propagationMs)).toEqual(['1']);
});

test('the rotation of a key that leaked ends all others, when every process can have read the newest', () => {
  const generations = [generation('3', true), generation('2'), generation('1')];
  expect(overdueAfter(generations, '3', propagationMs - 1)).toEqual([]);
  expect(overdueAfter(generations, '3', propagationMs)).toEqual(['2', '1']);
});

test('nothing is overdue beside a generation that is not active yet', () => {
  const generations = [generation('2', true), generation('1')];
  expect(overdueAfter(generations, '1', 100 * hourMs)).toEqual([]);
});

let folder: string;
const steps: string[] = [];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'keys ')), 'keys');
  ensureKeys(folder);
  steps.length = 0;
});

const names = () => readGenerations(folder).map(({ name }) => name);
/** Writes down which generations the store was told of, and which one processes read then. */
const settle = (more: { processesRun?: boolean; mayBecomeCurrent?: boolean } = {}) =>
  completeRotation(folder, {
    provision: async () => {
      await Promise.resolve();
      const current = names().indexOf(readCurrent(folder).name);
      steps.push(`users of ${names().length}, current is ${current}`);
    },
    processesRun: more.processesRun ?? false,
    mayBecomeCurrent: () => more.mayBecomeCurrent ?? true,
    log: () => undefined,
  });
const ticketKey = (name: 'TICKET_KEY' | 'TICKET_KEY_PREVIOUS') =>
  readFileSync(keyFile(folder, name), 'utf8');

test('activates new keys only after the store has their users', async () => {
  const before = ticketKey('TICKET_KEY');
  beginRotation(folder, { leaked: false });
  expect(ticketKey('TICKET_KEY')).toBe(before);
  await settle();
  expect(steps).toEqual(['users of 2, current is 1']);
  expect(readCurrent(folder).name).toBe(names()[0]);
  expect([ticketKey('TICKET_KEY') === before, ticketKey('TICKET_KEY_PREVIOUS')]).toEqual([
    false,
    before,
  ]);
});

test('completing a rotation again changes nothing', async () => {
  beginRotation(folder, { leaked: false });
  await settle();
  const [before, current] = [names(), readCurrent(folder)];
  await settle();
  expect([names(), readCurrent(folder)]).toEqual([before, current]);
});

test('a second rotation ends the first keys', async () => {
  const first = readGenerations(folder);
  for (let count = 1; count <= 2; count += 1) {
    beginRotation(folder, { leaked: false });
    await settle();
  }
  expect(names()).toHaveLength(2);
  expect(endedUsers(folder)).toContain(first[0]?.keys.S3_UPLOAD_ACCESS_KEY);
  expect(steps.at(-1)).toBe('users of 2, current is 0');
});

test('old keys end while the stack runs, 24 hours after the rotation', async () => {
  beginRotation(folder, { leaked: false });
  await settle();
  const old = ticketKey('TICKET_KEY_PREVIOUS');
  const yesterday = new Date(Date.now() - 24 * hourMs - 1);
  lutimesSync(join(folder, 'current'), yesterday, yesterday);
  await settle({ processesRun: true });
  expect(names()).toEqual([readCurrent(folder).name]);
  expect(ticketKey('TICKET_KEY_PREVIOUS')).not.toBe(old);
});

test('ends the former keys at once where nothing runs, if one of them leaked', async () => {
  const old = ticketKey('TICKET_KEY');
  beginRotation(folder, { leaked: true });
  await settle();
  expect(names()).toEqual([readCurrent(folder).name]);
  expect(ticketKey('TICKET_KEY_PREVIOUS')).not.toBe(old);
});

test('resumes a rotation that was killed before its keys became current', async () => {
  beginRotation(folder, { leaked: false });
  const begun = names();
  beginRotation(folder, { leaked: false });
  expect(names()).toEqual(begun);
  await settle();
  expect(readCurrent(folder).name).toBe(begun[0]);
});

test('does not reuse unfinished keys from before a leak', async () => {
  beginRotation(folder, { leaked: false });
  const [suspect] = names();
  beginRotation(folder, { leaked: true });
  await settle();
  expect(names()).toHaveLength(1);
  expect(names()).not.toContain(suspect);
});

test('does not activate keys while processes use a store without their users', async () => {
  const before = readCurrent(folder);
  beginRotation(folder, { leaked: true });
  await settle({ mayBecomeCurrent: false, processesRun: true });
  expect(readCurrent(folder)).toEqual(before);
  expect(names()).toHaveLength(2);
});

test('runs one rotation at a time', async () => {
  const said: string[] = [];
  const order: string[] = [];
  const turn = (name: string) =>
    withKeysLocked(
      folder,
      (line) => said.push(line),
      async () => {
        order.push(`${name} begins`);
        beginRotation(folder, { leaked: false });
        await settle();
        order.push(`${name} ends`);
      },
    );
  await Promise.all([turn('one'), turn('other')]);
  expect(order).toEqual(['one begins', 'one ends', 'other begins', 'other ends']);
  expect(said).toEqual(['keys locked by another process: waiting for it']);
  expect(names()).toHaveLength(2);
});
