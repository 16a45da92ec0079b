// Runs before every npm script, with whatever Node is there and before any package is: makes
// node_modules match package-lock.json. Nothing to do: back in a few milliseconds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = [22, 18]; // runs TypeScript without a flag

/** Returns when `node_modules` is what the lockfile says; the text to print and exit code 1 otherwise. */
export function ensurePackages(clone, { install = installPackages, print = console.error } = {}) {
  const lock = readFileSync(join(clone, 'package-lock.json'));
  const hash = createHash('sha256')
    .update(lock)
    .update(process.platform + process.arch);
  const wanted = hash.digest('hex');
  if (installedHash(clone) === wanted) return 'unchanged';
  return alone(join(clone, '.data', 'packages.lock'), print, () => {
    if (installedHash(clone) === wanted) return 'unchanged';
    if (!matchesLock(clone, JSON.parse(lock.toString()))) {
      print('npm packages are missing or of another version; installing them (usually 30 s) ...');
      install(clone);
    }
    writeFileSync(markerOf(clone), wanted);
    return 'installed';
  });
}

/** Says what to do where the locked Node (a Linux package) does not help; undefined when all is well. */
export function nodeFault(platform = process.platform, version = process.versions.node) {
  if (platform === 'linux') return undefined;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const recent = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (recent) return undefined;
  return (
    `This is Node ${version}; here Node ${oldestNode.join('.')} or newer is needed (24 is what it is tested with). ` +
    'On Linux x64 and arm64 an older one is enough: the right Node comes as a package.'
  );
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

/** Runs `work` while no other living process holds the lock file. */
function alone(file, print, work) {
  mkdirSync(join(file, '..'), { recursive: true });
  for (let told = false; !takeLock(file); told = true) {
    if (!told) print('another run is installing the npm packages; waiting for it ...');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    return work();
  } finally {
    unlinkSync(file);
  }
}

function takeLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (holderLives(file)) return false;
  // Its holder was killed. Only one of those who wait can move the file away.
  try {
    renameSync(file, `${file}.${process.pid}`);
    unlinkSync(`${file}.${process.pid}`);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return false;
}

function holderLives(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid === 0) return true; // just being written
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM' || error.code === 'ENOENT'; // ENOENT: just given back; ask again
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const fault = nodeFault();
  try {
    if (fault) throw new Error(fault);
    ensurePackages(fileURLToPath(new URL('..', import.meta.url)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
