import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readConfig } from '../../platform/config.ts';
import { ensureKeys } from '../keys/generations.ts';
import { storePlan, storePlanSettings } from './store-plan.ts';

function planOf(environment: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  ensureKeys(folder);
  return storePlan(readConfig(storePlanSettings, environment), folder);
}

test('pages of CORS_ORIGINS and of the gateway itself may upload, with the headers of a putUrl', () => {
  const { cors } = planOf({
    CORS_ORIGINS: 'https://app.example, https://other.example',
    PUBLIC_ORIGIN: 'https://gateway.example/graphql',
  });
  expect(cors.origins).toEqual([
    'https://app.example',
    'https://other.example',
    'https://gateway.example',
  ]);
  // content-length is set by browsers and allowed without being named
  expect([...cors.headers].sort()).toEqual([
    'content-type',
    'if-none-match',
    'x-amz-checksum-sha256',
  ]);
});

test('each right has a key of its own', () => {
  const keys = planOf({}).grants.flatMap((grant) => grant.keys.map(({ accessKey }) => accessKey));
  expect(keys).toHaveLength(5);
  expect(new Set(keys).size).toBe(5);
});
