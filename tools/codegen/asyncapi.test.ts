import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { describeEvents } from './asyncapi.ts';

const text = readFileSync(new URL('../../contracts/asyncapi.yaml', import.meta.url), 'utf8');

test('parses asyncapi.yaml as a valid AsyncAPI 3 document', async () => {
  const { diagnostics, document } = await new Parser().parse(text);
  const error: number = 0; // Spectral's scale: error, warning, information, hint
  expect(diagnostics.filter(({ severity }: { severity: number }) => severity === error)).toEqual(
    [],
  );
  expect(document?.version()).toBe('3.0.0');
});

test('finds asyncapi.yaml as npm run codegen writes it', () => {
  expect(parse(text)).toEqual(JSON.parse(JSON.stringify(describeEvents())));
});
