// Makes node_modules match package-lock.json, on whatever Node is there and before any package is.
// Nothing to do: back in a few milliseconds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './host/lock.js';

/** Resolves when `node_modules` is what the lockfile says. @throws when npm cannot install it. */
export async function ensurePackages(
  clone,
  { install = installPackages, print = console.error } = {},
) {
  const lock = readFileSync(join(clone, 'package-lock.json'));
  const hash = createHash('sha256')
    .update(lock)
    .update(process.platform + process.arch);
  const wanted = hash.digest('hex');
  if (installedHash(clone) === wanted) return 'unchanged';
  const onWait = () => print('npm packages are being installed by another run: waiting for it ...');
  return withLock(join(clone, '.data', 'packages.lock'), onWait, () => {
    if (installedHash(clone) === wanted) return 'unchanged';
    if (!matchesLock(clone, JSON.parse(lock.toString()))) {
      print('npm packages are missing or of another version; installing them (usually 30 s) ...');
      install(clone);
    }
    writeFileSync(markerOf(clone), wanted);
    return 'installed';
  });
}

const markerOf = (clone) => join(clone, 'node_modules', '.lockfile-hash');

function installedHash(clone) {
  const marker = markerOf(clone);
  return existsSync(marker) ? readFileSync(marker, 'utf8') : undefined;
}

/** Whether npm's own record of what it installed says the same as the lockfile. */
function matchesLock(clone, lock) {
  const record = join(clone, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  const paths = new Set(wanted.map(([path]) => path));
  return (
    Object.keys(installed).every((path) => paths.has(path)) &&
    wanted.every(([path, { version, integrity, optional }]) => {
      const there = installed[path];
      if (there === undefined) return optional === true; // for another platform
      return there.version === version && there.integrity === integrity;
    })
  );
}

function installPackages(clone) {
  // npm runs this script with its own path in the environment; by hand it is on the PATH.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const [command, first] = npm && node ? [node, [npm]] : ['npm', []];
  const result = spawnSync(
    command,
    [...first, 'ci', '--loglevel=error', '--no-audit', '--no-fund'],
    {
      cwd: clone,
      stdio: ['ignore', 'inherit', 'inherit'],
      // Its install script would fetch a GPU library that nothing here uses.
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    },
  );
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`npm ci ended with ${result.status ?? result.signal}`);
}
