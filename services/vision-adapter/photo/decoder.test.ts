import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { silentLogger } from '../../../platform/logger.ts';
import { Problem } from '../../../platform/http/problem.ts';
import { drawnPhoto } from '../../../tests/support/images/malformed-images.ts';
import { eventually } from '../../../tests/support/harness/eventually.ts';
import { scansWithoutEnd } from '../../../tests/support/images/costly-images.ts';
import { startDecoder, startDecoderProcess } from './decoder.ts';
import type { DecoderProcess } from './decoder-process.ts';

const logger = silentLogger();
const newBudget = () => ({ used: false });
const photo = await drawnPhoto.clone().jpeg().toBuffer();

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const outcome: unknown = await attempt.catch((error: unknown) => error);
  return outcome instanceof Problem ? outcome.code : 'no problem';
}

test('decodes at most two photos at once, one above 25 megapixels alone', async () => {
  const seen = { most: 0, besideLarge: 0 };
  let inHand = 0;
  const real = await startDecoderProcess();
  const watched = await startDecoder({
    logger,
    limitMs: 60_000,
    start: () =>
      Promise.resolve({
        ...real,
        ended: false,
        async run(bytes, options, limitMs) {
          inHand += 1;
          seen.most = Math.max(seen.most, inHand);
          if (options.alone) seen.besideLarge = Math.max(seen.besideLarge, inHand - 1);
          return real.run(bytes, options, limitMs).finally(() => (inHand -= 1));
        },
      }),
  });
  const large = await flat(5_100).jpeg().toBuffer(); // 26 MP
  const photos = [photo, large, photo, photo, large, photo];
  await Promise.all(photos.map((bytes) => watched.normalise(bytes, newBudget())));
  expect(seen).toEqual({ most: 2, besideLarge: 0 });
  const beside = await real.run(large, { alone: false }, 60_000);
  expect(beside).toEqual({ kind: 'large' });
  await watched.stop();
});

test('decodes a large photo before the photos that come later', async () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const queue: DecoderProcess = {
    pid: undefined,
    ended: false,
    run(bytes, { alone }) {
      const name = `${Buffer.from(bytes).toString()}${alone ? ' alone' : ''}`;
      begun.push(name);
      if (name === 'large') return Promise.resolve({ kind: 'large' });
      const image = { jpeg: Buffer.from(name), width: 1, height: 1 };
      return new Promise((resolve) => {
        ends.set(name, () => {
          resolve({ kind: 'normalised', image });
        });
      });
    },
    kill: () => undefined,
  };
  const decoder = await startDecoder({ logger, start: () => Promise.resolve(queue) });
  const take = (name: string) => void decoder.normalise(Buffer.from(name), newBudget());
  const endOf = async (name?: string) => {
    if (name !== undefined) ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const name of ['a', 'b', 'large', 'c']) take(name);
  await endOf();
  expect(begun).toEqual(['a', 'b']);
  await endOf('a'); // the header of the large one is read, and it waits for both slots
  expect(begun).toEqual(['a', 'b', 'large', 'c']);
  take('d');
  await endOf('b');
  expect(begun).toEqual(['a', 'b', 'large', 'c']); // a slot is free, yet the large one is first in line
  await endOf('c');
  expect(begun).toEqual(['a', 'b', 'large', 'c', 'large alone']);
  await endOf('large alone');
  expect(begun).toEqual(['a', 'b', 'large', 'c', 'large alone', 'd']);
});

describe('a preview', () => {
  test('is the photo itself where that is small, and smaller where it is not', async () => {
    const { decoder, processes } = await startWatched();
    const small = await decoder.normalise(photo, newBudget());
    expect(await decoder.preview(small)).toBe(small.jpeg);
    const large = await decoder.normalise(await flat(1_600).jpeg().toBuffer(), newBudget());
    const { width, height } = await sharp(await decoder.preview(large)).metadata();
    expect({ width, height, processes: processes.length }).toEqual({
      ...{ width: 1280, height: 1280, processes: 1 },
    });
    await decoder.stop();
  });

  test('fails where the decoder ends over it', async () => {
    const ending: DecoderProcess = {
      pid: undefined,
      ended: false,
      run: () => Promise.resolve({ kind: 'ended' }),
      kill: () => undefined,
    };
    const fragile = await startDecoder({ logger, start: () => Promise.resolve(ending) });
    const image = { jpeg: photo, width: 1_600, height: 1_200 };
    await expect(fragile.preview(image)).rejects.toThrow('no preview: decoder answered ended');
  });
});

describe('a decode that fails', () => {
  const slow = scansWithoutEnd(7_400); // minutes of work

  test('kills a decode that takes too long: BUSY once, then IMAGE_TOO_LARGE', async () => {
    const { decoder: hurried, processes } = await startWatched(1_500);
    const retryBudget = newBudget();
    expect(await codeOf(hurried.normalise(slow, retryBudget))).toBe('BUSY');
    expect(await codeOf(hurried.normalise(slow, retryBudget))).toBe('IMAGE_TOO_LARGE');
    await eventually(() => {
      expect(processes.map(({ pid }) => isAlive(pid ?? 0))).toEqual(processes.map(() => false));
    });
    expect(await hurried.normalise(photo, newBudget())).toMatchObject({ width: 640 }); // in a new process
    await hurried.stop();
  });

  test('decodes the photos beside one that crashed the decoder', async () => {
    const { decoder: watched, processes } = await startWatched();
    const both = [watched.normalise(photo, newBudget()), watched.normalise(photo, newBudget())];
    processes[0]?.kill(); // as the kernel does when memory runs out
    expect((await Promise.all(both)).map(({ width }) => width)).toEqual([640, 640]);
    expect(processes).toHaveLength(2);
    await watched.stop();
  });

  test('answers IMAGE_UNREADABLE for a photo that crashes the decoder twice', async () => {
    const dying: DecoderProcess = {
      pid: undefined,
      ended: true,
      run: () => Promise.resolve({ kind: 'ended' }),
      kill: () => undefined,
    };
    const fragile = await startDecoder({ logger, start: () => Promise.resolve(dying) });
    const retryBudget = newBudget();
    expect(await codeOf(fragile.normalise(photo, retryBudget))).toBe('BUSY');
    expect(await codeOf(fragile.normalise(photo, retryBudget))).toBe('IMAGE_UNREADABLE');
  });

  test('answers BUSY for as long as no decoder can be started', async () => {
    const first = await startDecoderProcess();
    let starts = 0;
    const lost = await startDecoder({
      logger,
      start() {
        starts += 1;
        return starts === 1 ? Promise.resolve(first) : Promise.reject(new Error('no memory left'));
      },
    });
    first.kill();
    const retryBudget = newBudget();
    for (let tries = 0; tries < 3; tries += 1)
      expect(await codeOf(lost.normalise(photo, retryBudget))).toBe('BUSY');
    expect({ starts, retryBudget }).toEqual({ starts: 4, retryBudget: { used: false } });
  });

  test('leaves no decoder process behind when the adapter is killed', async () => {
    const adapter = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { startDecoderProcess } from ${JSON.stringify(new URL('./decoder.ts', import.meta.url).href)};
       import { scansWithoutEnd } from ${JSON.stringify(new URL('../../../tests/support/images/costly-images.ts', import.meta.url).href)};
       const decoder = await startDecoderProcess();
       void decoder.run(scansWithoutEnd(7400), { alone: true }, 600_000);
       console.log(decoder.pid);`,
    ]);
    const [said] = (await once(adapter.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    expect(isAlive(pid)).toBe(true);
    adapter.kill('SIGKILL');
    await eventually(() => {
      expect(isAlive(pid)).toBe(false);
    });
  });
});

async function startWatched(limitMs = 60_000) {
  const processes: DecoderProcess[] = [];
  const start = async () => {
    const started = await startDecoderProcess();
    processes.push(started);
    return started;
  };
  return { decoder: await startDecoder({ logger, limitMs, start }), processes };
}

function flat(side: number) {
  return sharp({ create: { width: side, height: side, channels: 3, background: '#fb0' } });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
