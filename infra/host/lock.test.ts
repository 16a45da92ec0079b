import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { withLock } from './lock.js';

test('withLock gives the lock of a killed process to one of those who wait, the others in turn', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'a lock '));
  const file = join(folder, 'work.lock');
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: 'of an earlier process' }));
  let inside = 0;
  const most: number[] = [];
  const work = async () => {
    most.push(++inside);
    await delay(20);
    inside -= 1;
  };
  await Promise.all([1, 2, 3].map(() => withLock(file, () => undefined, work)));
  expect(most).toEqual([1, 1, 1]);
  expect(readdirSync(folder)).toEqual([]);
});

test('withLock releases the lock when the work fails', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'a lock ')), 'work.lock');
  const work = () => Promise.reject(new Error('failed'));
  await expect(withLock(file, () => undefined, work)).rejects.toThrow('failed');
  expect(existsSync(file)).toBe(false);
});
