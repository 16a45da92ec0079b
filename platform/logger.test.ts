// Real processes whose log has no room: a disk that is full, a pipe that nobody reads.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { afterEach, expect, jest, test } from '@jest/globals';
import { eventually } from '../tests/support/harness/eventually.ts';

jest.setTimeout(60_000);

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const service = new URL('service.ts', import.meta.url).href;
/** A process of ours that reports over IPC when it has logged its lines, and then does what it is sent. */
const talking = (lines: number) => `
  import { closeSync, openSync } from 'node:fs';
  import { z } from 'zod';
  import { runService } from '${service}';
  const setting = (schema) => ({ schema, meaning: '' });
  runService({
    name: 'talking',
    settings: {
      HOST: setting(z.string().default('127.0.0.1')),
      PORT: setting(z.number().default(0)),
      LOG_LEVEL: setting(z.string().default('info')),
    },
    start: ({ logger }) => ({
      afterListen: async () => {
        for (let line = 0; line < ${lines}; line += 1) logger.info({ text: 'x'.repeat(1_000) }, 'line');
        logger.fatal('last line');
        process.on('message', ({ log, stdout, crash }) => {
          if (log) logger.info(log);
          if (stdout) {
            closeSync(1);
            openSync(stdout, 'a'); // as the lowest number that is free: 1
          }
          if (!crash) return;
          setInterval(() => process.send('at work'), 1);
          throw new Error(crash);
        });
        process.send('logged');
      },
    }),
  });`;

async function startTalking(lines: number, stdout: 'pipe' | number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', talking(lines)], {
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
  });
  children.push(child);
  if (typeof stdout === 'number') closeSync(stdout);
  await once(child, 'message', { signal: AbortSignal.timeout(20_000) });
  return child;
}

/** @returns the exit code. */
async function stop(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(10_000) });
  child.kill('SIGTERM');
  return (await ended)[0];
}

test('a full disk under the log neither ends a process nor keeps it from stopping', async () => {
  expect(await stop(await startTalking(10, openSync('/dev/full', 'w')))).toBe(0);
});

test('a process whose log nobody reads works on, and stops when it should', async () => {
  const pipe = join(mkdtempSync(join(tmpdir(), 'log-')), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const neverRead = openSync(pipe, 'r+');
  const child = await startTalking(20_000, openSync(pipe, 'w'));
  expect(await stop(child)).toBe(0);
  closeSync(neverRead);
});

test('a process that crashes does nothing more, though nobody reads its log', async () => {
  const pipe = join(mkdtempSync(join(tmpdir(), 'log-')), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const neverRead = openSync(pipe, 'r+');
  const child = await startTalking(20_000, openSync(pipe, 'w'));
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(10_000) });
  child.send({ crash: 'broken' });
  expect(await ended).toEqual([1, null]);
  expect(messages).toEqual([]);
  closeSync(neverRead);
});

test('a reader that is late gets the reason of a crash as the last line', async () => {
  const child = await startTalking(500, 'pipe');
  child.send({ crash: 'broken' });
  const lines = (await text(child.stdout as Readable)).trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    level: 'fatal',
    service: 'talking',
    err: { message: 'broken' },
    msg: 'unhandled error: process exiting',
  });
});

interface Line {
  readonly msg: string;
  readonly lines?: number;
}
const linesOf = (log: string) =>
  log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

test('says how many lines a pipe that nobody read has lost, once there is room again', async () => {
  const child = await startTalking(20_000, 'pipe');
  let log = '';
  child.stdout?.on('data', (data) => (log += String(data)));
  await eventually(() => {
    child.send({ log: 'more' });
    return log.includes('log lines lost');
  });
  expect(await stop(child)).toBe(0);
  const lines = linesOf(log);
  const lost = lines.filter(({ msg }) => msg.startsWith('log lines lost'));
  const missing = 20_000 - lines.filter(({ msg }) => msg === 'line').length;
  expect(missing).toBeGreaterThan(0);
  expect(lost).toHaveLength(1);
  expect(lost[0]?.lines).toBeGreaterThanOrEqual(missing);
});

test('says how many lines a full disk has lost, once there is room again', async () => {
  const child = await startTalking(10, openSync('/dev/full', 'w'));
  const file = join(mkdtempSync(join(tmpdir(), 'log-')), 'log');
  child.send({ stdout: file });
  child.send({ log: 'more' });
  await eventually(() => readFileSync(file, 'utf8').includes('more'));
  expect(await stop(child)).toBe(0);
  // starting, listening, ten lines and the last of them
  expect(linesOf(readFileSync(file, 'utf8'))).toMatchObject([
    { msg: 'more' },
    { msg: expect.stringMatching(/^log lines lost/), lines: 13 },
    { msg: 'stopping' },
    { msg: 'stopped' },
  ]);
});

test('a reader that is late gets the last lines of a process that stops', async () => {
  const child = await startTalking(500, 'pipe');
  const ended = stop(child);
  const lines = (await text(child.stdout as Readable)).trimEnd().split('\n');
  expect(await ended).toBe(0);
  expect(lines.filter((line) => line.includes('"msg":"line"'))).toHaveLength(500);
  expect(lines.at(-1)).toContain('"msg":"stopped"');
});
