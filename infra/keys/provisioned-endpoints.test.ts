import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ensureKeys, newKeys, readGenerations, writeGeneration } from './generations.ts';
import {
  endpointsWithoutNewest,
  provisionedEndpoints,
  rememberEndpoint,
} from './provisioned-endpoints.ts';

test('remembers the stores at which the keys were provisioned, and which of them lack the newest', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'keys ')), 'keys');
  ensureKeys(folder);
  expect(provisionedEndpoints(folder)).toEqual({});
  for (const endpoint of ['https://a', 'https://b', 'https://a'])
    rememberEndpoint(folder, endpoint);
  const [first] = readGenerations(folder);
  expect(provisionedEndpoints(folder)).toEqual({
    'https://a': first?.name,
    'https://b': first?.name,
  });
  expect(endpointsWithoutNewest(folder)).toEqual([]);
  writeGeneration(folder, newKeys({}));
  rememberEndpoint(folder, 'https://b');
  expect(endpointsWithoutNewest(folder)).toEqual(['https://a']);
});
