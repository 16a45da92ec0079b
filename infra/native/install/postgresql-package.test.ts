import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openStack } from '../../stack/stack.ts';
import { postgresqlInstallation } from './postgresql-package.ts';

const quiet = () => undefined;
const emptyFolder = () => mkdtempSync(join(tmpdir(), 'a package '));

/** As npm leaves it where it runs no scripts. */
function unpacked(): string {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'native', 'lib'), { recursive: true });
  writeFileSync(join(folder, 'native', 'lib', 'libpq.so.5.18'), 'the library');
  const links = ['native/lib/libpq.so', 'native/lib/libpq.so.5'].map((target) => ({
    source: 'native/lib/libpq.so.5.18',
    target,
  }));
  writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  return folder;
}

test("makes the links of the libraries that npm's script would make, and again those that are missing", async () => {
  const folder = unpacked();
  const install = postgresqlInstallation(folder);
  const stack = openStack('test', emptyFolder());
  expect(install.installed()).toBe(false);
  await install.run(quiet, stack);
  expect(install.installed()).toBe(true);
  expect(readFileSync(join(folder, 'native', 'lib', 'libpq.so'), 'utf8')).toBe('the library');
  await install.run(quiet, stack); // as two starts at once would
  expect(existsSync(join(folder, 'native', 'lib', 'libpq.so.5'))).toBe(true);
});

test('a machine without a package is told what to do instead', async () => {
  const install = postgresqlInstallation(join(emptyFolder(), 'nothing'));
  expect(install.installed()).toBe(false);
  await expect(install.possible?.()).rejects.toMatchObject({
    code: 'USER_ERROR',
    message: expect.stringMatching(/linux-x64 and linux-arm64.*containers, or give DATABASE_URL/),
  });
});
