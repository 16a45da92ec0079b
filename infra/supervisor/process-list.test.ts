import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isRunning, startTimeOf } from '../host/process-handle.js';
import { processListFile, readProcessList, writeProcessList } from './process-list.ts';

const self = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };

test('tells a process from a later one with its pid', () => {
  expect(isRunning(self)).toBe(true);
  expect(isRunning({ pid: process.pid, startTime: '1' })).toBe(false);
  expect(isRunning({ pid: 2 ** 22 + 1, startTime: self.startTime })).toBe(false);
});

test('reads what was written last, and nothing where a stack was never started', () => {
  const file = processListFile(mkdtempSync(join(tmpdir(), 'list ')));
  expect(readProcessList(file)).toEqual([]);
  const run = { name: 'kafka', ...self, url: '127.0.0.1:9092', launcher: self };
  writeProcessList(file, [run, { ...run, name: 'temporal' }]);
  writeProcessList(file, [run]);
  expect(readProcessList(file)).toEqual([run]);
});
