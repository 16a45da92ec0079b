import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
// @ts-expect-error plain JavaScript: it runs before any package, TypeScript's Node included
import { ensurePackages as ensure } from './ensure-packages.js';

const script = fileURLToPath(new URL('ensure-packages.js', import.meta.url));
const ensurePackages = ensure as (
  clone: string,
  options: { install?: (clone: string) => void; print?: (line: string) => void },
) => Promise<'unchanged' | 'installed'>;

const locked = (version: string) => ({
  '': { name: 'trial' },
  'node_modules/one': { version, integrity: `sha512-${version}` },
  'node_modules/for-another-platform': { version, integrity: 'sha512-x', optional: true },
});

function cloneWith(version: string): string {
  const clone = mkdtempSync(join(tmpdir(), 'a clone '));
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages: locked(version) }));
  return clone;
}

/** Leaves what npm leaves: folders and its own record. */
function npmLeaves(clone: string, version: string): void {
  mkdirSync(join(clone, 'node_modules'), { recursive: true });
  const { '': _top, 'node_modules/for-another-platform': _other, ...packages } = locked(version);
  writeFileSync(join(clone, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
}

const quiet = () => undefined;

test('installs once, then says unchanged until the lockfile changes', async () => {
  const clone = cloneWith('1.0.0');
  let installations = 0;
  const install = () => {
    installations += 1;
    npmLeaves(clone, '1.0.0');
  };
  expect(await ensurePackages(clone, { install, print: quiet })).toBe('installed');
  expect(await ensurePackages(clone, { install, print: quiet })).toBe('unchanged');
  expect(installations).toBe(1);

  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages: locked('1.0.1') }));
  expect(await ensurePackages(clone, { install, print: quiet })).toBe('installed');
  expect(installations).toBe(2);
});

test('takes over what npm has installed by hand without doing it again', async () => {
  const clone = cloneWith('1.0.0');
  npmLeaves(clone, '1.0.0');
  const install = () => {
    throw new Error('nothing to install');
  };
  expect(await ensurePackages(clone, { install, print: quiet })).toBe('installed');
});

test('repeats an installation that failed the next time', async () => {
  const clone = cloneWith('1.0.0');
  const fails = () => {
    throw new Error('npm ci ended with 1');
  };
  await expect(ensurePackages(clone, { install: fails, print: quiet })).rejects.toThrow(
    'npm ci ended',
  );
  const works = () => {
    npmLeaves(clone, '1.0.0');
  };
  expect(await ensurePackages(clone, { install: works, print: quiet })).toBe('installed');
});

test('takes over the lock of a killed run', async () => {
  const clone = cloneWith('1.0.0');
  mkdirSync(join(clone, '.data'));
  const ended = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  writeFileSync(
    join(clone, '.data', 'packages.lock'),
    JSON.stringify({ pid: Number(ended), startTime: '1' }),
  );
  const install = () => {
    npmLeaves(clone, '1.0.0');
  };
  expect(await ensurePackages(clone, { install, print: quiet })).toBe('installed');
  expect(existsSync(join(clone, '.data', 'packages.lock'))).toBe(false);
});

test('installs once when two runs begin at once', async () => {
  const clone = cloneWith('1.0.0');
  const run = `
    import { appendFileSync, mkdirSync } from 'node:fs';
    import { ensurePackages } from ${JSON.stringify(script)};
    const clone = ${JSON.stringify(clone)};
    await ensurePackages(clone, { print() {}, install() {
      appendFileSync(clone + '/installations', 'x');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      mkdirSync(clone + '/node_modules', { recursive: true });
    } });`;
  const node = () => execa(process.execPath, ['--input-type=module', '-e', run]);
  await Promise.all([node(), node()]);
  expect(execFileSync('cat', [join(clone, 'installations')], { encoding: 'utf8' })).toBe('x');
});
