import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { trustedDocuments } from './trusted-documents.ts';

test('finds contracts/trusted-documents.json as npm run codegen writes it', () => {
  const file = new URL('../../contracts/trusted-documents.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(trustedDocuments());
});
