import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openIdentityKeys } from './identity-keys.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('openIdentityKeys makes keys once, readable by their owner only, and keeps them', async () => {
  const file = join(folder, 'stack', 'identity-keys.json');
  const made = await openIdentityKeys(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, 'stack'))).toEqual(['identity-keys.json']);
  expect(await openIdentityKeys(file)).toEqual(made);
});

test('openIdentityKeys makes different keys for two stacks', async () => {
  const [one, two] = [
    await openIdentityKeys(join(folder, 'one.json')),
    await openIdentityKeys(join(folder, 'two.json')),
  ];
  expect(one.signing[0]?.kid).not.toBe(two.signing[0]?.kid);
  expect(one.cookies).not.toEqual(two.cookies);
});

test('openIdentityKeys refuses a file that holds something else and keeps it', async () => {
  const file = join(folder, 'identity-keys.json');
  for (const content of ['', '{"signing":[]}', '{"signing":[{"kty":"RSA"}],"cookies":["x"]}']) {
    await writeFile(file, content);
    await expect(openIdentityKeys(file)).rejects.toThrow(/invalid keys in .*: remove the file/);
    expect(await readFile(file, 'utf8')).toBe(content);
  }
});

test('openIdentityKeys restricts a file that other users may read', async () => {
  const file = join(folder, 'identity-keys.json');
  await openIdentityKeys(file);
  await chmod(file, 0o644);
  await openIdentityKeys(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
