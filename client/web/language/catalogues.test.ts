import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { failures } from '../../../contracts/failures.ts';
import { da } from './da.ts';
import { en } from './en.ts';

const cloneFolder = fileURLToPath(new URL('../../..', import.meta.url));

type Words = { readonly [key: string]: string | Words };

function flat(words: Words, path = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'string' ? [[path + key, value]] : [...flat(value, `${path}${key}.`)],
    ),
  );
}
const placeholders = (text: string) => [...text.matchAll(/{{\w+}}/g)].map(([name]) => name).sort();

test('both languages have the same keys, each with words and the same placeholders', () => {
  const [danish, english] = [flat(da), flat(en)];
  expect([...danish.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [key, text] of english) {
    expect([key, placeholders(danish.get(key) ?? '')]).toEqual([key, placeholders(text)]);
    expect([key, danish.get(key)?.trim()]).not.toEqual([key, '']);
  }
});

test('every final failure has its remedy in both languages', () => {
  const final = Object.entries(failures).flatMap(([code, { final }]) => (final ? [code] : []));
  for (const remedies of [da.remedy, en.remedy])
    expect(Object.keys(remedies)).toEqual(expect.arrayContaining(final));
});

test('every word is used by the page', () => {
  const code = globSync('client/web/**/*.{ts,tsx}', { cwd: cloneFolder })
    .filter((file) => !file.includes('/language/d') && !file.includes('/language/en.'))
    .map((file) => readFileSync(join(cloneFolder, file), 'utf8'))
    .join('\n');
  const isUsed = (key: string) => {
    const name = key.replace(/_(one|other)$/, '');
    const family = name.slice(0, name.lastIndexOf('.') + 1);
    return code.includes(`'${name}'`) || code.includes(`\`${family}\${`);
  };
  expect([...flat(en).keys()].filter((key) => !isUsed(key))).toEqual([]);
});
