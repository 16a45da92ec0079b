import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startImageReader, startReaderProcess, type ImageReader } from './image-reader.ts';

const reading = { threads: 1, effort: 'normal' } as const;
const look = { text: false, colors: true };
const never = new AbortController().signal;
let machine: Buffer;
const open: ImageReader[] = [];

async function start(options: { waitLimitMs?: number }): Promise<ImageReader> {
  const reader = await startImageReader({
    queue: 4,
    reading,
    onFault: () => undefined,
    ...options,
  });
  open.push(reader);
  return reader;
}

beforeAll(async () => {
  const photo = '../../../../client/samples/komatsu-pc210lc-11.jpg';
  machine = await readFile(new URL(photo, import.meta.url));
});
afterAll(async () => {
  await Promise.all(open.map((reader) => reader.stop()));
});

test('a caller that gives up leaves its place in the queue at once, and its image is not read', async () => {
  const reader = await start({});
  const first = reader.look(machine, look, never);
  const gaveUp = new AbortController();
  const waiting = [1, 2, 3].map(() => reader.look(machine, look, gaveUp.signal));
  const outcomes = Promise.allSettled(waiting);
  expect(reader.room).toBe(0);
  gaveUp.abort(new Error('past its deadline'));
  expect([reader.room, reader.waiting]).toEqual([3, 1]);
  await first;
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: 'rejected' });
  expect(reader.waiting).toBe(0);
});

test('has no room for an image whose turn would come after its caller has given up', async () => {
  const reader = await start({ waitLimitMs: 1 });
  await reader.look(machine, look, never);
  expect(reader.room).toBe(4); // nothing waits: whatever comes is read at once
  const second = reader.look(machine, look, never);
  expect(reader.room).toBe(0);
  await second;
  expect(reader.room).toBe(4);
});

test('the process that reads images reports nothing to the maker of its runtime', async () => {
  const started = await startReaderProcess(reading);
  const environment = await readFile(`/proc/${started.pid}/environ`, 'utf8');
  started.kill();
  expect(environment.split('\0')).toContain('ORT_DISABLE_TELEMETRY=1');
});
