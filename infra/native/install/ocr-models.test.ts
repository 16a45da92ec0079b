import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStack } from '../../stack/stack.ts';
import { ocrModelsInstallation } from './ocr-models.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'ocr-models-'));
});
afterEach(() => {
  rmSync(cache, { recursive: true });
});

test.each([
  ['without Python', 'no-such-python', /no-such-python is missing/],
  ['with a Python whose pip fails', 'false', /Command failed/],
])('%s the start goes on, and it is said why the models are missing', async (_, command, why) => {
  const lines: string[] = [];
  const install = ocrModelsInstallation({ command, remedy: 'install Python 3 with pip.' }, cache);
  await install.run((line) => lines.push(line), openStack('test', cache));
  expect(lines.at(-1)).toMatch(/^PP-OCRv6 is not installed, PP-OCRv4 reads alone: /);
  expect(lines.at(-1)).toMatch(why);
  expect(install.installed()).toBe(false);
  expect(readdirSync(cache).filter((name) => name.startsWith('rapidocr'))).toEqual([]);
});
