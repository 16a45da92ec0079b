import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keysFolder, storeKeySettings } from '../keys/key-settings.ts';
import { rememberEndpoint } from '../keys/provisioned-endpoints.ts';
import { openStack, type Stack, type Runtime } from '../stack/stack.ts';
import { storeInUse, type StoreName } from '../stack/store-in-use.ts';
import { chooseStore } from './choose-store.ts';
import { fakeDocker } from '../../tests/support/fake-docker.ts';
import { assertKeysOfGivenStore } from './given-store.ts';
import { projectOf } from '../compose/compose.ts';

const before = { ...process.env };
let stack: Stack;
beforeEach(() => {
  stack = openStack('dev', mkdtempSync(join(tmpdir(), 'a clone with blanks ')));
});
afterEach(() => {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});

async function choice(runtime: Runtime, requested?: StoreName) {
  const said: string[] = [];
  await chooseStore(stack, runtime, requested, (line) => said.push(line));
  return [storeInUse(stack), ...said];
}
const fromEarlier =
  'Object store: MinIO, because the photos of earlier starts lie there; ' +
  '`npm run infra -- store move` copies them to VersityGW, the default.';

test('chooses VersityGW for a new stack, and logs nothing', async () => {
  expect(await choice('native')).toEqual(['versitygw']);
});

test('keeps MinIO where it holds data of an earlier version, until they are moved', async () => {
  mkdirSync(join(stack.folder, 'minio'));
  expect(await choice('native')).toEqual(['minio', fromEarlier]);
  expect(await choice('native')).toEqual(['minio', 'Object store: MinIO.']);
});

test('finds data of an earlier version in their volume, in containers', async () => {
  const docker = fakeDocker();
  process.env['PATH'] = docker.path;
  expect(await choice('compose')).toEqual(['versitygw']);
  stack = openStack('dev', mkdtempSync(join(tmpdir(), 'another clone ')));
  docker.makeVolume(`${projectOf(stack)}_minio`);
  expect(await choice('compose')).toEqual(['minio', fromEarlier]);
});

test('keeps the requested store at the next start', async () => {
  expect(await choice('native', 'minio')).toEqual(['minio', 'Object store: MinIO.']);
  expect(await choice('native')).toEqual(['minio', 'Object store: MinIO.']);
  expect(await choice('native', 'versitygw')).toEqual([
    'versitygw',
    expect.stringMatching(
      /VersityGW, from now on\. The photos in MinIO stay there.*OBJECT_MISSING/,
    ),
  ]);
  expect(await choice('native')).toEqual(['versitygw']);
});

test('remembers a store each for containers and for native packages', async () => {
  process.env['PATH'] = fakeDocker().path;
  await choice('native', 'minio');
  expect(await choice('compose')).toEqual(['versitygw']);
  expect((await choice('native'))[0]).toBe('minio');
});

test.each(['S3_ACCESS_KEY', 'S3_SECRET_KEY'])(
  'refuses %s, naming the settings that replace it',
  (name) => {
    process.env[name] = 'a-former-key';
    expect(() => {
      assertKeysOfGivenStore(stack);
    }).toThrow(
      new RegExp(`^${name} is no longer a setting.*S3_UPLOAD_ACCESS_KEY.*npm run provision`),
    );
  },
);

test('refuses an endpoint without its keys, unless they were provisioned there', () => {
  process.env['S3_ENDPOINT'] = 'https://store.internal';
  const assert = () => {
    assertKeysOfGivenStore(stack);
  };
  expect(assert).toThrow(/^S3_ENDPOINT=.* `npm run provision`, .*S3_RETENTION_SECRET_KEY.*_FILE/);
  rememberEndpoint(keysFolder(stack), 'https://store.internal');
  expect(assert).not.toThrow();
  process.env['S3_MEDIA_ACCESS_KEY'] = 'half-of-one-key';
  expect(assert).toThrow('S3_MEDIA_SECRET_KEY');
  for (const name of storeKeySettings) process.env[`${name}_FILE`] = '/run/secrets/one';
  expect(assert).not.toThrow();
});

test('refuses keys without an endpoint, and --store with one', () => {
  process.env['S3_MEDIA_SECRET_KEY_FILE'] = '/run/secrets/one';
  expect(() => {
    assertKeysOfGivenStore(stack);
  }).toThrow(/S3_ENDPOINT is missing/);
  process.env['S3_ENDPOINT'] = 'https://store.internal';
  expect(() => {
    assertKeysOfGivenStore(stack, 'minio');
  }).toThrow(/^--store .* S3_ENDPOINT/);
});
