import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { documentSections, withSections } from './document-sections.ts';
import { journey } from './journey.ts';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);

test.each(Object.entries(documentSections))(
  'finds the generated sections of %s as npm run codegen writes them',
  (file, sections) => {
    const document = readFileSync(at(file), 'utf8');
    expect(document).toBe(withSections(document, sections));
  },
);

test('refuses a document without the place of a section', () => {
  const sections = { finalFailures: () => '' };
  expect(() => withSections('# Operations', sections)).toThrow('finalFailures');
});

test('names an existing file for every step of the journey', () => {
  expect(journey.map(({ code }) => code).filter((file) => !existsSync(at(file)))).toEqual([]);
  expect(journey.map(({ number }) => number)).toEqual(
    Array.from({ length: 15 }, (_, at) => at + 1),
  );
});
