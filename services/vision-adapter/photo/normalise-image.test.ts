import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import { silentLogger } from '../../../platform/logger.ts';
import { Problem } from '../../../platform/http/problem.ts';
import {
  malformedImages,
  drawnPhoto,
  hidden,
  nonImages,
  polyglot,
} from '../../../tests/support/images/malformed-images.ts';
import { corruptedImages } from '../../../tests/support/images/corrupted-images.ts';
import { scansWithoutEnd } from '../../../tests/support/images/costly-images.ts';
import {
  insertChunks,
  insertSegments,
  jpegSegment,
  pngChunk,
  webpAnimation,
} from '../../../tests/support/images/image-bytes.ts';
import { startDecoder, type Decoder } from './decoder.ts';

const photo = await drawnPhoto.clone().jpeg().toBuffer();

let decoder: Decoder;
beforeAll(async () => {
  decoder = await startDecoder({ logger: silentLogger(), limitMs: 60_000 });
});
afterAll(() => decoder.stop());

const normalise = (bytes: Buffer) => decoder.normalise(bytes, { used: false });
async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const outcome: unknown = await attempt.catch((error: unknown) => error);
  return outcome instanceof Problem ? outcome.code : 'no problem';
}

describe('invalid images', () => {
  test.each(nonImages)('refuses $what as IMAGE_UNSUPPORTED', async ({ make }) => {
    expect(await codeOf(normalise(await make()))).toBe('IMAGE_UNSUPPORTED');
  });

  test.each(malformedImages)('refuses $what as $code', async ({ make, code }) => {
    expect(await codeOf(normalise(await make()))).toBe(code);
  });

  test('refuses an empty file, one byte and magic bytes alone', async () => {
    for (const [bytes, code] of [
      [Buffer.alloc(0), 'IMAGE_UNSUPPORTED'],
      [Buffer.from([0xff]), 'IMAGE_UNSUPPORTED'],
      [photo.subarray(0, 4), 'IMAGE_UNREADABLE'],
      [(await drawnPhoto.clone().webp().toBuffer()).subarray(0, 12), 'IMAGE_UNREADABLE'],
    ] as const)
      expect(await codeOf(normalise(bytes))).toBe(code);
  });

  test('names the unsupported format', async () => {
    const gif = nonImages.find(({ mediaType }) => mediaType === 'image/gif');
    await expect(normalise((await gif?.make()) ?? photo)).rejects.toThrow(
      'image/gif is not supported: expected JPEG, PNG, WebP, HEIC or AVIF',
    );
  });

  test('names the refused size and the limit', async () => {
    const lying = malformedImages.find(({ what }) => what.includes('50000x50000'));
    await expect(normalise((await lying?.make()) ?? photo)).rejects.toThrow(
      '50000 x 50000 pixels: at most 250 million are allowed',
    );
    await expect(normalise(scansWithoutEnd(9_000, 3))).rejects.toThrow(
      '9000 x 9000 pixels: so many are allowed only in a JPEG or PNG stored row by row, not progressive',
    );
  });

  test('refuses more than a decoder may hold: 75 megapixels of progressive jpeg in full colour', async () => {
    expect(await codeOf(normalise(scansWithoutEnd(8_660, 3)))).toBe('IMAGE_TOO_LARGE');
    expect(await codeOf(normalise(scansWithoutEnd(800, 3)))).toBe('no problem');
  });

  test('refuses a side longer than a jpeg can have, however thin the picture', async () => {
    const thin = await sharp({
      create: { width: 2, height: 70_000, channels: 3, background: '#fb0' },
    })
      .png()
      .toBuffer();
    expect(await codeOf(normalise(thin))).toBe('IMAGE_TOO_LARGE');
  });
});

test('answers corrupted images with a final code, without a crash or hang', async () => {
  await fc.assert(
    fc.asyncProperty(corruptedImages, async (bytes) => {
      expect(['no problem', 'IMAGE_UNSUPPORTED', 'IMAGE_UNREADABLE', 'IMAGE_TOO_LARGE']).toContain(
        await codeOf(normalise(bytes)),
      );
    }),
    { numRuns: 300 },
  );
});

describe('normalisation', () => {
  test('turns jpeg, png and webp into a jpeg of at most 1600 pixels', async () => {
    const wide = await drawnPhoto.clone().resize(3200, 1200, { fit: 'fill' }).toBuffer();
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const written = await sharp(wide, { raw: { width: 3200, height: 1200, channels: 3 } })
        .toFormat(format)
        .toBuffer();
      const { jpeg, width, height } = await normalise(written);
      expect({ width, height }).toEqual({ width: 1600, height: 600 });
      expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
    }
  });

  test('does not enlarge a small photo', async () => {
    expect(await normalise(photo)).toMatchObject({ width: 640, height: 480 });
  });

  test('turns the picture as EXIF says, and removes EXIF', async () => {
    const turned = await sharp(photo)
      .withExif({ IFD0: { Copyright: 'Jens Hansen' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { jpeg, width, height } = await normalise(turned);
    expect({ width, height }).toEqual({ width: 480, height: 640 });
    const { exif, orientation } = await sharp(jpeg).metadata();
    expect({ exif, orientation }).toEqual({ exif: undefined, orientation: undefined });
    expect(jpeg.includes('Jens Hansen')).toBe(false);
  });

  test('removes a second file hidden behind the picture', async () => {
    const { jpeg, width } = await normalise(await polyglot());
    expect(width).toBe(640);
    expect(jpeg.includes(hidden)).toBe(false);
  });

  test('turns transparent areas white, not black', async () => {
    const clear = await sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const { channels } = await sharp((await normalise(clear)).jpeg).stats();
    expect(channels[0]?.mean).toBeGreaterThan(250);
  });

  test.each([
    ['CMYK jpeg', () => drawnPhoto.clone().toColourspace('cmyk').jpeg().toBuffer()],
    ['grey jpeg', () => drawnPhoto.clone().greyscale().jpeg().toBuffer()],
    ['16-bit png', () => drawnPhoto.clone().toColourspace('rgb16').png().toBuffer()],
    ['interlaced png', () => drawnPhoto.clone().png({ progressive: true }).toBuffer()],
    ['palette png', () => drawnPhoto.clone().png({ palette: true, effort: 1 }).toBuffer()],
    ['png with a broken colour profile', brokenProfile],
    ['jpeg with a broken colour profile', () => insertSegments(photo, brokenIcc)],
    ['jpeg whose orientation is none of eight', () => insertSegments(photo, exifOrientation(9))],
    ['animated webp, of which the first picture counts', animated],
  ])('%s comes out as 8 bits of RGB or grey, at its size', async (_, make) => {
    const { jpeg, width, height } = await normalise(await make());
    expect({ width, height }).toEqual({ width: 640, height: 480 });
    const { depth, space } = await sharp(jpeg).metadata();
    expect({ depth, space }).toEqual({
      depth: 'uchar',
      space: expect.stringMatching(/^(srgb|b-w)$/),
    });
  });
});

test('lets libvips open nothing but jpeg, png, webp and avif in the decoder process', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    `import sharp from 'sharp';
     import { guardDecoder } from ${JSON.stringify(new URL('./normalise-image.ts', import.meta.url).href)};
     guardDecoder();
     const dot = sharp({ create: { width: 9, height: 9, channels: 3, background: '#fb0' } });
     const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
     const files = { svg, pdf: Buffer.from('%PDF-1.7') };
     for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'])
       files[format] = await dot.clone().toFormat(format).toBuffer();
     for (const [name, bytes] of Object.entries(files))
       await sharp(bytes).metadata().then(() => console.log(name), () => undefined);`,
  ]);
  expect(stdout.trim().split('\n')).toEqual(['jpeg', 'png', 'webp', 'avif']);
});

const garbage = Buffer.from('no colour profile at all');
const brokenIcc = jpegSegment(
  0xe2,
  Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), garbage]),
);

async function brokenProfile(): Promise<Buffer> {
  const profile = Buffer.concat([Buffer.from('a\0\0'), deflateSync(garbage)]);
  return insertChunks(await drawnPhoto.clone().png().toBuffer(), pngChunk('iCCP', profile));
}

async function animated(): Promise<Buffer> {
  const webp = await drawnPhoto.clone().webp().toBuffer();
  return webpAnimation({ width: 640, height: 480 }, { webp, width: 640, height: 480 }, 3);
}

function exifOrientation(value: number): Buffer {
  const head = Buffer.from('Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0', 'latin1');
  return jpegSegment(0xe1, Buffer.concat([head, Buffer.from([value, 0, 0, 0, 0, 0, 0, 0])]));
}
