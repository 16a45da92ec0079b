import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ocrModelsFolder } from '../../../native/install/ocr-models.ts';
import { startImageReader } from './image-reader.ts';
import { hasV6Models, loadTextModels } from './text-models.ts';

const folder = ocrModelsFolder();
/** Installed by `npm start` and `npm test`; a clone that has run neither has PP-OCRv4 alone. */
const whereInstalled = hasV6Models(folder) ? test : test.skip;

async function read(effort: 'normal' | 'thorough', models: string | undefined) {
  const reader = await startImageReader({
    queue: 1,
    reading: { threads: 1, effort, models },
    onFault: () => undefined,
  });
  const photo = new URL('../../../../client/samples/unbranded-tb235.jpg', import.meta.url);
  const never = new AbortController().signal;
  const seen = await reader.look(await readFile(photo), { text: true, colors: false }, never);
  await reader.stop();
  return { texts: seen.lines.map(({ text }) => text), looks: seen.looks };
}

whereInstalled('finds a character for each class of the PP-OCRv6 recognition model', async () => {
  const { recognition } = await loadTextModels('PP-OCRv6', folder);
  const characters = recognition?.charactersDictionary ?? [];
  expect(characters).toHaveLength(18_709); // 18,710 classes, the first is the CTC blank
  expect(new Set(characters).size).toBe(characters.length);
  expect(characters.at(-1)).toBe(' ');
});

whereInstalled('reads with PP-OCRv6 alone when the effort is thorough', async () => {
  expect(await read('thorough', folder)).toEqual({ texts: ['TB235'], looks: 1 });
});

whereInstalled('looks a second time at a picture with a number and no name', async () => {
  expect(await read('normal', folder)).toEqual({ texts: ['TB235'], looks: 2 });
});

test.each(['normal', 'thorough'] as const)(
  'reads with PP-OCRv4 alone where PP-OCRv6 is not installed, effort %s',
  async (effort) => {
    expect(await read(effort, undefined)).toEqual({ texts: ['TB235'], looks: 1 });
  },
);

test('takes a folder for installed only with both files', () => {
  const empty = mkdtempSync(join(tmpdir(), 'models-'));
  writeFileSync(join(empty, 'PP-OCRv6_det_small.onnx'), '');
  expect(hasV6Models(empty)).toBe(false);
  writeFileSync(join(empty, 'PP-OCRv6_rec_small.onnx'), '');
  expect(hasV6Models(empty)).toBe(true);
  rmSync(empty, { recursive: true });
});
