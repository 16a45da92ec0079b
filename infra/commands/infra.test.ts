import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { cloneFolder } from '../stack/stack.ts';

const infra = (...args: string[]) =>
  execa(process.execPath, [join(cloneFolder, 'infra', 'commands', 'infra.ts'), ...args], {
    reject: false,
  });

test.each(['start', 'demo', 'provision', 'token', 'infra', 'ops'])(
  '`%s --help` prints how it is used, starts nothing and succeeds',
  async (command) => {
    const file = join(cloneFolder, 'infra', 'commands', `${command}.ts`);
    const run = await execa(process.execPath, [file, '--help'], { reject: false });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain('npm ');
  },
);

test('prints its commands with --help', async () => {
  const run = await infra('--help');
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout).toMatch(/^npm run infra -- <command>[^]*--inspect/);
});

test.each([
  [['up'], '`up` is now `npm start -- --servers`'],
  [['status', 'production'], "unknown stack 'production': dev or test."],
  [['stop'], 'npm run infra -- <command>'],
  [['restart', 'kafka', '--inspect'], 'npm run infra -- <command>'],
  [['status', '--all'], "Unknown option '--all'"],
])('refuses %j, with what helps', async (args, expected) => {
  const run = await infra(...args);
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain(expected);
  expect(run.stderr).not.toMatch(/^\s+at /m); // no stack for people
});
