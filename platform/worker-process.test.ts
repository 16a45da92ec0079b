import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

interface Hashed {
  readonly kind: 'hashed';
  readonly hash: Uint8Array;
}
const file = new URL('../tests/support/echo-worker.ts', import.meta.url);
const start = (onEnd?: (cause: Error) => void) =>
  startWorkerProcess<'hash' | 'sleep' | 'exit', Hashed>(file, { onEnd });
const minute = 60_000;

let worker: WorkerProcess<'hash' | 'sleep' | 'exit', Hashed>;
beforeAll(async () => {
  worker = await start();
});
afterAll(() => {
  worker.kill();
});

test('receives bytes of any length whole, however many are sent at once', async () => {
  const sent = [7, 0, 65_536, 1, 20_000_000, 0, 300].map((length) => randomBytes(length));
  const answers = await Promise.all(sent.map((bytes) => worker.run(bytes, 'hash', minute)));
  expect(answers).toEqual(
    sent.map((bytes) => ({ kind: 'hashed', hash: createHash('sha256').update(bytes).digest() })),
  );
});

test('kills the process when work takes too long, and ends the work beside it', async () => {
  const ended = Promise.withResolvers<Error>();
  const slow = await start(ended.resolve);
  const beside = slow.run(Buffer.alloc(3), 'sleep', minute);
  expect(await slow.run(Buffer.alloc(3), 'sleep', 200)).toEqual({ kind: 'timed out' });
  expect(slow.ended).toBe(true);
  expect(await beside).toEqual({ kind: 'ended' });
  expect((await ended.promise).message).toContain('SIGKILL');
  expect(await slow.run(Buffer.alloc(3), 'hash', minute)).toEqual({ kind: 'ended' });
});

test('reports a process that ends by itself', async () => {
  const ended = Promise.withResolvers<Error>();
  const failing = await start(ended.resolve);
  expect(await failing.run(Buffer.alloc(3), 'exit', minute)).toEqual({ kind: 'ended' });
  expect((await ended.promise).message).toBe('child process ended: 1');
});

test('rejects when the process cannot start', async () => {
  await expect(startWorkerProcess(file, { args: ['exit'] })).rejects.toThrow(
    'child process ended: 1',
  );
});
