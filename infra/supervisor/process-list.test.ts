import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import {
  isRunning,
  processListFile,
  readProcessList,
  startTimeOf,
  writeProcessList,
} from './process-list.ts';

const emptyList = () => processListFile(mkdtempSync(join(tmpdir(), 'list ')));
const self = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };

test('a pid that now belongs to another process is not taken for the old one', () => {
  expect(isRunning(self)).toBe(true);
  expect(isRunning({ pid: process.pid, startTime: '1' })).toBe(false);
  expect(isRunning({ pid: 2 ** 22 + 1, startTime: self.startTime })).toBe(false);
});

test('a list of an ended launcher gives way, one of a living launcher stays', () => {
  const file = emptyList();
  const entry = (name: string, launcher: typeof self) => ({ name, ...self, url: '', launcher });
  const other = { pid: 1, startTime: startTimeOf(1) ?? '' };
  writeProcessList(file, other, [entry('kafka', other)]);
  writeProcessList(file, self, [entry('graph-gateway', self)]);
  expect(readProcessList(file).map(({ name }) => name)).toEqual(['kafka', 'graph-gateway']);
  writeProcessList(file, self, []);
  expect(readProcessList(file).map(({ name }) => name)).toEqual(['kafka']);
});

test('two launchers that write at once lose none of their entries', async () => {
  const file = emptyList();
  const module = fileURLToPath(new URL('process-list.ts', import.meta.url));
  // Each lists itself under many launchers' names, one write each.
  const writer = (first: number) =>
    execa(process.execPath, [
      '--input-type=module',
      '-e',
      `import { startTimeOf, writeProcessList } from ${JSON.stringify(module)};
       const self = { pid: ${process.pid}, startTime: startTimeOf(${process.pid}) };
       for (let n = ${first}; n < ${first} + 50; n += 1) {
         const launcher = { pid: n, startTime: '1' };
         writeProcessList(${JSON.stringify(file)}, launcher, [{ name: 'p' + n, ...self, url: '', launcher }]);
       }`,
    ]);
  await Promise.all([writer(1_000), writer(2_000)]);
  expect(readProcessList(file)).toHaveLength(100);
});

test('the lock of a writer that was killed is overcome', () => {
  const file = emptyList();
  writeFileSync(`${file}.lock`, '');
  writeProcessList(file, self, [{ name: 'kafka', ...self, url: '', launcher: self }]);
  expect(readProcessList(file)).toHaveLength(1);
});
