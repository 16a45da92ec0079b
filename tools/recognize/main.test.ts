import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';

const answer = JSON.stringify({
  textAnnotations: [{ description: 'CAT 320D' }, { description: 'CAT' }, { description: '320D' }],
  labelAnnotations: [{ description: 'Excavator', score: 0.9 }],
});

let folder: string;
let plain: string;
let marked: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recognize '));
  plain = join(folder, 'plain.json');
  marked = join(folder, 'marked.json');
  await writeFile(plain, answer);
  await writeFile(marked, `\uFEFF${answer}`);
});
afterAll(() => rm(folder, { recursive: true }));

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const recognize = (...words: string[]) =>
  execa(process.execPath, [main, ...words], { reject: false });

test('prints one JSON document for all files with --json, failed ones too, and exits with 1', async () => {
  const missing = join(folder, 'missing.json');
  const { stdout, exitCode } = await recognize('--json', plain, marked, missing);
  const [first, second, third] = JSON.parse(stdout) as Record<string, unknown>[];
  expect(first).toMatchObject({
    path: plain,
    error: null,
    answer: { brand: 'Caterpillar', type: 'Excavator', model: '320D' },
    status: 'identified',
    reasons: expect.arrayContaining([expect.any(String)]),
    lettering: expect.arrayContaining([
      expect.objectContaining({ word: 'CAT', takenAs: 'Caterpillar' }),
    ]),
    named: [{ by: 'label', name: 'Excavator', score: expect.closeTo(0.9) }],
    claims: expect.arrayContaining([
      expect.objectContaining({ about: 'brand', value: 'Caterpillar' }),
    ]),
  });
  expect(second).toMatchObject({ path: marked, error: null, answer: { model: '320D' } });
  expect(third).toEqual({ path: missing, error: expect.stringContaining('ENOENT') });
  expect(exitCode).toBe(1);
});

test('reads a JSON file that begins with a byte order mark, and prints tables', async () => {
  const { stdout, exitCode } = await recognize(marked);
  expect(stdout).toContain(`== ${marked}`);
  for (const title of ['Lettering', 'Named by Vision', 'Claims', 'Answer', 'Reasons'])
    expect(stdout).toMatch(new RegExp(`^${title}$`, 'm'));
  expect(exitCode).toBe(0);
});
