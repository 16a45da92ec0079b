import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { failureCodes, failures, retriedCodes } from '../../contracts/failures.ts';
import { withFailureEnum } from './failures.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('keeps the failure codes of schema.graphql in step with contracts/failures.ts', () => {
  const schema = read('contracts/schema.graphql');
  expect(withFailureEnum(schema)).toBe(schema);
});

test('lists every failure code as final or retried, with texts that fit a table and a sentence', () => {
  expect([...failureCodes, ...retriedCodes].sort()).toEqual(Object.keys(failures).sort());
  for (const { meaning, operatorRemedy } of Object.values(failures))
    for (const cell of [meaning, operatorRemedy]) expect(cell).toMatch(/^[^|\n]{4,}$/);
  for (const code of failureCodes) expect(failures[code].clientRemedy).toMatch(/^[A-Z][^"]+\.$/);
});

test('refuses a schema without enum FailureCode', () => {
  expect(() => withFailureEnum('type Query { ping: String }')).toThrow('enum FailureCode');
});
