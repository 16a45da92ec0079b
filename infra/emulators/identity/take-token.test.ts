import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findLocalIdentity, takeToken } from './take-token.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-'));
  await mkdir(join(folder, 'dev'));
  const secrets = { IDENTITY_SECRET: 'the-secret-of-stack-dev' };
  await writeFile(join(folder, 'dev', 'secrets.json'), JSON.stringify(secrets));
});
afterAll(() => rm(folder, { recursive: true }));

const find = (environment: NodeJS.ProcessEnv) => findLocalIdentity(environment, folder);

test('findLocalIdentity reads the secret of the stack, unless IDENTITY_SECRET is set', async () => {
  const issuer = 'http://127.0.0.1:4100';
  expect(await find({})).toEqual({ issuer, secret: 'the-secret-of-stack-dev' });
  expect(await find({ OIDC_ISSUER: issuer })).toEqual(await find({}));
  expect(await find({ IDENTITY_SECRET: 'a-secret-of-my-own' })).toEqual({
    issuer,
    secret: 'a-secret-of-my-own',
  });
});

test.each([
  ['https://login.microsoftonline.com/common/v2.0', /is not on this machine/],
  ['http://127.0.0.1.example.com:4100', /is not on this machine/],
  ['nonsense', /is not on this machine/],
  ['http://127.0.0.1:4999', /No stack of this clone/],
  ['http://127.0.0.1:7100', /Stack test has no secrets yet/],
])('findLocalIdentity refuses %s', async (issuer, sentence) => {
  await expect(find({ OIDC_ISSUER: issuer })).rejects.toThrow(sentence);
});

test('takeToken names `npm start` when no server answers', async () => {
  const nobody = { issuer: 'http://127.0.0.1:1', secret: 'the-secret-of-stack-dev' };
  await expect(takeToken(nobody, 'anna')).rejects.toThrow(/No OpenID provider answers.*npm start/);
});
