// `node infra/run.js [--node-option ...] <file or command of a package> [argument ...]`: how every npm
// script starts. It runs on whatever Node is there, before any package is: makes node_modules match the
// lockfile, then runs the rest on the locked Node, with its input, output, signals and exit code.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './ensure-packages.js';

const clone = fileURLToPath(new URL('..', import.meta.url));
const compileCache = join(clone, 'node_modules', '.cache', 'compiled');
const lookEveryMs = 500;
const shells = /(^|\/)-?(sh|bash|dash|ash|zsh)$/;

/**
 * The Node of the lockfile, a package for Linux; elsewhere the one that runs this.
 *
 * @throws when that is too old, with what helps.
 */
export function chooseNode(folder, { platform, arch, versions, features, execPath } = process) {
  const { engines } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const oldest = engines.node.replace('>=', '');
  if (isOlder(versions.node, oldest))
    throw new Error(`Node ${versions.node} is too old: install Node ${oldest} or newer.`);
  if (platform === 'linux' && ['x64', 'arm64'].includes(arch))
    return join(folder, 'node_modules', `node-linux-${arch}`, 'bin', 'node');
  if (features.typescript) return execPath;
  throw new Error(
    `Node ${versions.node} does not run TypeScript: install Node 24. ` +
      `Node ${oldest} is enough on Linux x64 and arm64, where Node 24 comes as a package.`,
  );
}

function isOlder(version, oldest) {
  const [have, need] = [version, oldest].map((text) => text.split('.').map(Number));
  return have[0] < need[0] || (have[0] === need[0] && have[1] < need[1]);
}

/** @returns the arguments for Node: a package's command stands for the file that it runs. */
export function nodeArguments(args, folder = clone) {
  const at = args.findIndex((arg) => !arg.startsWith('--'));
  if (at < 0) throw new Error('usage: node infra/run.js [--node-option ...] <file> [argument ...]');
  const command = join(folder, 'node_modules', '.bin', args[at]);
  const file = existsSync(args[at]) || !existsSync(command) ? args[at] : realpathSync(command);
  return [...args.slice(0, at), file, ...args.slice(at + 1)];
}

function run(node, args, npm) {
  // kafkajs sets one timer with a negative delay on Node 24; it does no harm.
  const options = `${process.env['NODE_OPTIONS'] ?? ''} --disable-warning=TimeoutNegativeWarning`;
  const child = spawn(node, args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_OPTIONS: options.trim(),
      // Compiled modules are kept, so that commands and all that they start come up in half the time.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compileCache,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  const watch = npm && setInterval(() => npm.isGone() && child.kill('SIGTERM'), lookEveryMs);
  child.once('error', (error) => fail(error));
  child.once('exit', (code, signal) => {
    clearInterval(watch);
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/**
 * npm does not pass every end of its own on, and cannot pass a SIGKILL on; what it has started would run
 * on without it. Whoever called npm may leave: `(npm start &)` stays up.
 */
function watchNpm() {
  if (process.env['npm_lifecycle_event'] === undefined) return undefined; // started by hand
  const parent = process.ppid;
  const [npm, program] = parentOf(parent);
  // npm runs a script through a shell; some shells make way for the script, some wait for it.
  const waits = shells.test(program);
  return { isGone: () => process.ppid !== parent || (waits && parentOf(parent)[0] !== npm) };
}

/** The parent of a process, and the process's own program; neither where nobody can say. */
function parentOf(pid) {
  try {
    const row = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, program = ''] = /^\s*(\d+)\s+(.*?)\s*$/.exec(row) ?? [];
    return [Number(parent), program];
  } catch {
    return [0, '']; // no `ps` on this machine, or the process has just left
  }
}

function fail(error) {
  console.error(error.message);
  process.exit(1);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const npm = watchNpm();
    const node = chooseNode(clone);
    await ensurePackages(clone);
    run(node, nodeArguments(process.argv.slice(2)), npm);
  } catch (error) {
    fail(error);
  }
}
