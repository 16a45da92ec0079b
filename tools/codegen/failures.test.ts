import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { failureCodes, failures, retriedCodes } from '../../contracts/failures.ts';
import { withFailureEnum, withFailureTables } from './failures.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/operations.md has the table of failure codes that the code runs on', () => {
  const page = read('docs/operations.md');
  expect(withFailureTables(page)).toBe(page);
});

test('schema.graphql has the failure codes that end an analysis', () => {
  const schema = read('contracts/schema.graphql');
  expect(withFailureEnum(schema)).toBe(schema);
});

test('a failure code is final or retried, and its texts fit a table and a sentence', () => {
  expect([...failureCodes, ...retriedCodes].sort()).toEqual(Object.keys(failures).sort());
  for (const { meaning, operatorRemedy } of Object.values(failures))
    for (const cell of [meaning, operatorRemedy]) expect(cell).toMatch(/^[^|\n]{4,}$/);
  for (const code of failureCodes) expect(failures[code].clientRemedy).toMatch(/^[A-Z][^"]+\.$/);
});

test('a page without the place of a table is refused', () => {
  expect(() => withFailureTables('# Operations')).toThrow('final failures');
});
