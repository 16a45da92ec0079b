import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
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

/** A disk that takes its time, so that others come between any two steps. */
const slowDisk = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const wait = new Int32Array(new SharedArrayBuffer(4));
  for (const name of ['readFileSync', 'linkSync', 'renameSync', 'unlinkSync']) {
    const real = fs[name];
    fs[name] = (...args) => {
      if (String(args[0]).includes('work.lock')) Atomics.wait(wait, 0, 0, Math.random() * 60);
      return real(...args);
    };
  }
  syncBuiltinESMExports();`;

/** Takes the lock, looks whether it is alone, and dies with it: each of the others finds it stale. */
const dying = (file: string) => `
  import { unlinkSync, writeFileSync } from 'node:fs';
  import { setTimeout as delay } from 'node:timers/promises';
  import { withLock } from ${JSON.stringify(fileURLToPath(new URL('lock.js', import.meta.url)))};
  const inside = ${JSON.stringify(`${file}.inside`)};
  await withLock(${JSON.stringify(file)}, () => undefined, async () => {
    writeFileSync(inside, '', { flag: 'wx' }); // throws where another one is inside
    await delay(100);
    unlinkSync(inside);
    process.exit();
  });`;

test('withLock lets one process in at a time although each dies with its lock while others wait', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'a lock '));
  const file = join(folder, 'work.lock');
  const disk = `data:text/javascript,${encodeURIComponent(slowDisk)}`;
  const args = ['--import', disk, '--input-type=module', '-e', dying(file)];
  const runs = Array.from({ length: 12 }, () => execa(process.execPath, args, { reject: false }));
  const ends = (await Promise.all(runs)).map(({ stderr }) => stderr);
  expect(ends).toEqual(ends.map(() => ''));
  expect(readdirSync(folder)).toEqual(['work.lock']);
}, 30_000);
