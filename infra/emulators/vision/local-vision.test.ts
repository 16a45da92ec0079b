import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import sharp from 'sharp';
import { silentLogger } from '../../../platform/logger.ts';
import { corruptedImages } from '../../../tests/support/images/corrupted-images.ts';
import { createAnnotateImages } from './annotate-images.ts';
import {
  startImageReader,
  startReaderProcess,
  type ImageReader,
  type ReaderProcess,
} from './reading/image-reader.ts';
import { UnreadableImageError } from './reading/seen-image.ts';
import { serveVision, type VisionServer } from './serve-vision.ts';
import { connectTestClient, textOf } from '../../../tests/support/vision/vision-client.ts';
import { vision, type ImageRequest, type ImageResponse } from './vision-protocol.ts';
import { eventually } from '../../../tests/support/harness/eventually.ts';

const { TEXT_DETECTION, LOGO_DETECTION, WEB_DETECTION, IMAGE_PROPERTIES } = vision.Feature.Type;

let reader: ImageReader;
let server: VisionServer;
let client: ReturnType<typeof connectTestClient>;
let machine: Buffer;
let looked = 0;

beforeAll(async () => {
  const faults: Error[] = [];
  reader = await startImageReader({
    queue: 20,
    reading: { threads: 2, effort: 'normal' },
    onFault: (error) => faults.push(error),
  });
  server = await serveVision({
    annotate: createAnnotateImages({
      get room() {
        return reader.room;
      },
      look: async (...image) => {
        const seen = await reader.look(...image);
        looked += 1;
        return seen;
      },
    }),
    logger: silentLogger(),
    registry: new Registry(),
    host: '127.0.0.1',
    port: 0,
  });
  client = connectTestClient(server.port);
  machine = await readFile(
    new URL('../../../client/samples/komatsu-pc210lc-11.jpg', import.meta.url),
  );
});

afterAll(async () => {
  await client.close();
  await server.stop();
  await reader.stop();
});

const never = new AbortController().signal;
const asking = (content: Uint8Array, ...types: number[]): ImageRequest => ({
  image: { content },
  features: types.map((type) => ({ type })),
});
const annotateOne = async (request: ImageRequest) => (await client.annotate([request]))[0];

/** The box that holds every corner. */
function boxOf(
  poly: { vertices?: { x?: number | null; y?: number | null }[] | null } | null | undefined,
) {
  const xs = (poly?.vertices ?? []).map((vertex) => vertex.x ?? 0);
  const ys = (poly?.vertices ?? []).map((vertex) => vertex.y ?? 0);
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}
const wordsOf = (response: ImageResponse | undefined) => response?.textAnnotations?.slice(1) ?? [];

describe('reading images', () => {
  test('reads the lettering of a drawn machine, whole and word by word', async () => {
    const seen = await annotateOne(asking(machine, TEXT_DETECTION));
    expect(textOf(seen).split('\n')).toEqual(['KOMATSU', 'PC210LC-11']);
    expect(seen?.textAnnotations?.[0]?.description).toBe(textOf(seen));
    expect(wordsOf(seen).map((word) => word.description)).toEqual(['KOMATSU', 'PC210LC-11']);
    const page = seen?.fullTextAnnotation?.pages?.[0];
    expect(page).toMatchObject({ width: 1280, height: 960 });
    expect(page?.blocks?.every((block) => (block.confidence ?? 0) >= 0.6)).toBe(true);
  });

  test('places boxes where the letters were drawn, in pixels of the photo that was sent', async () => {
    const place = { left: 1500, top: 900, width: 900, height: 225 };
    const large = await sharp({
      create: { width: 3200, height: 2400, channels: 3, background: '#e8b923' },
    })
      .composite([{ input: await letteringOf(machine, place), left: place.left, top: place.top }])
      .jpeg()
      .toBuffer();
    const seen = await annotateOne(asking(large, TEXT_DETECTION));
    expect(wordsOf(seen).map((word) => word.description)).toEqual(['PC210LC-11']);
    const box = boxOf(wordsOf(seen)[0]?.boundingPoly);
    expect(box.left).toBeGreaterThan(place.left - 20);
    expect(box.right).toBeLessThan(place.left + place.width + 20);
    expect(box.top).toBeGreaterThan(place.top - 20);
    expect(box.bottom).toBeLessThan(place.top + place.height + 20);
  });

  test('reads letters that are too small as they are, and places them in the pixels that were sent', async () => {
    const photo = new URL('../../../client/samples/volvo-ec220e.jpg', import.meta.url);
    const small = await sharp(await readFile(photo))
      .resize({ width: 160 })
      .jpeg({ quality: 90 })
      .toBuffer();
    const seen = await annotateOne(asking(small, TEXT_DETECTION));
    expect(textOf(seen).split('\n')).toEqual(expect.arrayContaining(['VOLVO', 'EC220E']));
    expect(seen?.fullTextAnnotation?.pages?.[0]).toMatchObject({ width: 160, height: 120 });
    for (const word of wordsOf(seen)) {
      const box = boxOf(word.boundingPoly);
      expect(box.right).toBeLessThan(160);
      expect(box.bottom).toBeLessThan(120);
    }

    const hasty = await startImageReader({
      queue: 1,
      reading: { threads: 2, effort: 'fast' },
      onFault: () => undefined,
    });
    const { lines } = await hasty.look(small, { text: true, colors: false }, never);
    await hasty.stop();
    expect(lines.map(({ text }) => text)).not.toContain('EC220E');
  });

  test('reads a photo stored sideways upright, and places its boxes in the pixels sent', async () => {
    const sideways = await sharp(machine)
      .rotate(90) // clockwise: what was at (x, y) of 1280x960 is at (960 - y, x)
      .withMetadata({ orientation: 8 })
      .jpeg()
      .toBuffer();
    const [before, after] = [
      await annotateOne(asking(machine, TEXT_DETECTION)),
      await annotateOne(asking(sideways, TEXT_DETECTION)),
    ];
    expect(textOf(after)).toBe(textOf(before));
    expect(after?.fullTextAnnotation?.pages?.[0]).toMatchObject({ width: 960, height: 1280 });
    const was = boxOf(wordsOf(before)[0]?.boundingPoly);
    const is = boxOf(wordsOf(after)[0]?.boundingPoly);
    const expected = {
      left: 960 - was.bottom,
      right: 960 - was.top,
      top: was.left,
      bottom: was.right,
    };
    for (const side of ['left', 'right', 'top', 'bottom'] as const)
      expect(Math.abs(is[side] - expected[side])).toBeLessThan(12);
  });

  test('leaves the text out, not empty, for a picture without letters', async () => {
    const plain = await sharp({
      create: { width: 640, height: 480, channels: 3, background: '#88aacc' },
    })
      .png()
      .toBuffer();
    const seen = await annotateOne(asking(plain, TEXT_DETECTION));
    expect(seen).toMatchObject({ textAnnotations: [], fullTextAnnotation: null, error: null });
  });

  test('measures the colours of the pixels', async () => {
    const half = await sharp({
      create: { width: 400, height: 300, channels: 3, background: '#ffffff' },
    })
      .composite([
        {
          input: { create: { width: 200, height: 300, channels: 3, background: '#e2621d' } },
          left: 0,
          top: 0,
        },
      ])
      .png()
      .toBuffer();
    const seen = await annotateOne(asking(half, IMAGE_PROPERTIES));
    const [strongest] = seen?.imagePropertiesAnnotation?.dominantColors?.colors ?? [];
    expect(strongest?.color).toMatchObject({ red: 0xe2, green: 0x62, blue: 0x1d });
    expect(strongest?.pixelFraction).toBeCloseTo(0.5, 2);
  });

  test('answers as many colours as asked for, ten at most', async () => {
    const colors = async (maxResults?: number) => {
      const features = [{ type: IMAGE_PROPERTIES, ...(maxResults ? { maxResults } : {}) }];
      const seen = await annotateOne({ image: { content: machine }, features });
      return seen?.imagePropertiesAnnotation?.dominantColors?.colors?.length;
    };
    expect([await colors(3), await colors()]).toEqual([3, 10]);
  });

  test('names unsupported features beside the annotations', async () => {
    const seen = await annotateOne(asking(machine, LOGO_DETECTION, TEXT_DETECTION, WEB_DETECTION));
    expect(textOf(seen)).toContain('KOMATSU');
    expect(seen?.error).toMatchObject({
      code: 12,
      message: 'local vision cannot answer: LOGO_DETECTION, WEB_DETECTION',
    });
    expect(seen?.logoAnnotations).toEqual([]);
  });
});

describe('refusals in the words of Vision', () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  test.each([
    [
      'no image',
      { features: [{ type: TEXT_DETECTION }] },
      3,
      'Request must specify image and features.',
    ],
    [
      'no feature',
      { image: { content: Buffer.from('x') } },
      3,
      'Request must specify image and features.',
    ],
    ['garbage', asking(Buffer.from('no image at all'), TEXT_DETECTION), 3, 'Bad image data.'],
    ['SVG', asking(svg, TEXT_DETECTION), 3, 'Bad image data.'],
    [
      'a bucket address',
      {
        image: { source: { imageUri: 'gs://bucket/photo' } },
        features: [{ type: TEXT_DETECTION }],
      },
      7,
      'Error opening file: gs://bucket/photo',
    ],
    [
      'content and address',
      {
        image: { content: Buffer.from('x'), source: { imageUri: 'http://127.0.0.1:1/x' } },
        features: [{ type: TEXT_DETECTION }],
      },
      3,
      'Only one of image content and uri should be specified.',
    ],
  ])('refuses %s', async (_, request: ImageRequest, code, message) => {
    expect((await annotateOne(request))?.error).toMatchObject({ code, message });
  });

  test('refuses a URI instead of fetching it', async () => {
    const uri = { image: { source: { imageUri: 'http://127.0.0.1:1/x' } } };
    const seen = await annotateOne({ ...uri, features: [{ type: TEXT_DETECTION }] });
    expect(seen?.error?.message).toMatch(/^The URL does not appear to be accessible by us/);
  });

  test('refuses a truncated photo', async () => {
    const cut = machine.subarray(0, machine.length / 2);
    const seen = await annotateOne(asking(cut, TEXT_DETECTION));
    expect(seen?.error).toMatchObject({ code: 3, message: 'Bad image data.' });
  });

  test('fails only the image that is corrupted, with a text of Vision', async () => {
    await fc.assert(
      fc.asyncProperty(corruptedImages, async (bytes) => {
        const seen = await annotateOne(asking(bytes, IMAGE_PROPERTIES));
        if (seen?.error == null) expect(seen?.imagePropertiesAnnotation).not.toBeNull();
        else expect(seen.error.message).toMatch(/^(Bad image data|Image too large|Request must)/);
      }),
      { numRuns: 100 },
    );
  });

  test('refuses more than 75 megapixels by the header alone', async () => {
    const pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    const bomb = claimSize(pixel, 9000);
    const seen = await annotateOne(asking(bomb, TEXT_DETECTION));
    expect(seen?.error?.message).toBe('Image too large. Please limit to 75 megapixels.');
  });

  test('answers the other images of a batch with one invalid image', async () => {
    const [good, bad, also] = await client.annotate([
      asking(machine, TEXT_DETECTION),
      asking(Buffer.from('garbage'), TEXT_DETECTION),
      asking(machine, TEXT_DETECTION),
    ]);
    expect([textOf(good), textOf(also)]).toEqual(['KOMATSU\nPC210LC-11', 'KOMATSU\nPC210LC-11']);
    expect(bad?.error).toMatchObject({ code: 3 });
  });

  test('refuses a call with more than 16 images', async () => {
    const many = Array.from({ length: 17 }, () => asking(machine, TEXT_DETECTION));
    await expect(client.annotate(many)).rejects.toMatchObject({ code: 3 });
  });

  test('refuses more images than the queue holds at once, and begins none', async () => {
    const batch = Array.from({ length: 12 }, () => asking(machine, TEXT_DETECTION));
    const first = await client.start(batch);
    const given = first.answer.catch((error: unknown) => error);
    await eventually(() => reader.waiting > 8);
    await expect(client.annotate(batch)).rejects.toMatchObject({ code: 8 });
    first.answer.cancel();
    await given;
  });

  test('refuses a request beyond the size limit', async () => {
    const huge = asking(Buffer.alloc(22 * 1024 * 1024), TEXT_DETECTION);
    await expect(client.annotate([huge])).rejects.toMatchObject({ code: 8 });
  });
});

describe('an image that ends the reader', () => {
  const look = { text: true, colors: false };
  const reading = { threads: 1, effort: 'normal' } as const;
  const { signal } = new AbortController();

  async function startWatched(limitMs = 60_000) {
    const processes: ReaderProcess[] = [];
    const faults: Error[] = [];
    const watched = await startImageReader({
      queue: 3,
      reading,
      limitMs,
      onFault: (error) => faults.push(error),
      async start(settings) {
        const started = await startReaderProcess(settings);
        processes.push(started);
        return started;
      },
    });
    return { watched, processes, faults };
  }

  test('is unreadable alone: the images beside it are read by another process', async () => {
    const { watched, processes, faults } = await startWatched();
    const looks = [1, 2, 3].map(() => watched.look(machine, look, signal));
    await eventually(() => watched.waiting === 3);
    process.kill(processes[0]?.pid ?? 0, 'SIGKILL'); // as the kernel does when memory runs out
    const [first, ...others] = await Promise.allSettled(looks);
    expect(first).toMatchObject({ status: 'rejected', reason: expect.any(UnreadableImageError) });
    for (const other of others)
      expect(other).toMatchObject({ status: 'fulfilled', value: { width: 1280 } });
    expect([processes.length, faults.length]).toEqual([2, 0]);
    await watched.stop();
  });

  test('is unreadable when it takes too long, and its process is killed', async () => {
    const { watched, processes, faults } = await startWatched(1);
    for (let attempt = 0; attempt < 2; attempt += 1)
      await expect(watched.look(machine, look, signal)).rejects.toThrow('Bad image data.');
    expect([processes.length, faults.length]).toEqual([2, 0]);
    await watched.stop();
  });

  test('reports a fault when no other process can be started', async () => {
    const first = await startReaderProcess(reading);
    const faults: Error[] = [];
    let starts = 0;
    const lost = await startImageReader({
      queue: 2,
      reading,
      onFault: (error) => faults.push(error),
      start() {
        starts += 1;
        return starts === 1 ? Promise.resolve(first) : Promise.reject(new Error('no memory left'));
      },
    });
    first.kill();
    await expect(lost.look(machine, look, signal)).rejects.toThrow('no memory left');
    expect(faults).toHaveLength(1);
  });
});

describe('calls given up', () => {
  test('skips the images of a cancelled call', async () => {
    await eventually(() => reader.waiting === 0);
    const call = await client.start(
      Array.from({ length: 10 }, () => asking(machine, TEXT_DETECTION)),
    );
    const given = call.answer.catch((error: unknown) => error);
    await eventually(() => reader.waiting > 5);
    call.answer.cancel();
    expect(await given).toMatchObject({ code: 1 });
    const lookedAt = looked;
    await eventually(() => reader.waiting === 0);
    expect(looked - lookedAt).toBeLessThanOrEqual(2); // what was under the lens, not ten
  });

  test('gives up a call after its deadline on both sides', async () => {
    const batch = Array.from({ length: 10 }, () => asking(machine, TEXT_DETECTION));
    await expect(client.annotate(batch, 150)).rejects.toMatchObject({ code: 4 });
    await eventually(() => reader.waiting === 0);
  });

  test('keeps the event loop free while images are read', async () => {
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    });
    await client.annotate([asking(machine, TEXT_DETECTION), asking(machine, TEXT_DETECTION)]);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(100); // reading on this thread lets it turn some ten times
  });
});

/** A PNG whose header lies about its size. */
function claimSize(png: Buffer, side: number): Buffer {
  const lying = Buffer.from(png);
  lying.writeUInt32BE(side, 16);
  lying.writeUInt32BE(side, 20);
  lying.writeUInt32BE(crc32(lying.subarray(12, 29)), 29);
  return lying;
}

/** The model number of the drawn machine, cut out and enlarged. */
async function letteringOf(picture: Buffer, size: { width: number; height: number }) {
  return sharp(picture)
    .extract({ left: 800, top: 515, width: 300, height: 75 })
    .resize({ width: size.width })
    .toBuffer();
}
