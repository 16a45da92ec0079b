import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { silentLogger } from '../../../platform/logger.ts';
import { scansWithoutEnd } from '../../../tests/support/images/costly-images.ts';
import { insertSegments, jpegSegment } from '../../../tests/support/images/image-bytes.ts';
import { drawnPhoto, hidden } from '../../../tests/support/images/malformed-images.ts';
import { samplePhoto } from '../../../tests/support/harness/users.ts';
import { startDecoder, type Decoder } from './decoder.ts';

let decoder: Decoder;
beforeAll(async () => {
  decoder = await startDecoder({ logger: silentLogger(), limitMs: 60_000 });
});
afterAll(() => decoder.stop());

const normalise = (bytes: Buffer) => decoder.normalise(bytes, { used: false });
const plain = await drawnPhoto.clone().jpeg({ progressive: true }).toBuffer();
const greyscale = await drawnPhoto.clone().greyscale().jpeg({ progressive: true }).toBuffer();
const baseline = await drawnPhoto.clone().jpeg().toBuffer();
const sample = Buffer.from(await samplePhoto());
const app0 = (thumbnail: number) =>
  jpegSegment(
    0xe0,
    Buffer.concat([
      Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01', 'latin1'),
      Buffer.from([thumbnail, thumbnail]),
      Buffer.alloc(3 * thumbnail * thumbnail, 9),
    ]),
  );
const before = (end: number, bytes: Buffer) =>
  Buffer.concat([plain.subarray(0, -end), bytes, plain.subarray(-end)]);

describe('a progressive jpeg that holds a small picture and nothing else', () => {
  test.each([
    ['YCbCr', plain],
    ['grey', greyscale],
    ['with a JFIF header', insertSegments(plain, app0(0))],
    ['a sample of this repository', sample],
  ])('reaches Vision byte for byte: %s', async (_, bytes) => {
    const { jpeg, ...size } = await normalise(bytes);
    expect(jpeg.equals(bytes)).toBe(true);
    const { width, height } = await sharp(bytes).metadata();
    expect(size).toEqual({ width, height });
  });
});

describe('every other jpeg is re-encoded, without what was hidden in it', () => {
  const comment = Buffer.from(hidden);
  test.each([
    ['a comment', insertSegments(plain, jpegSegment(0xfe, comment))],
    ['an unknown segment', insertSegments(plain, jpegSegment(0xe7, comment))],
    ['EXIF', insertSegments(plain, jpegSegment(0xe1, Buffer.from(`Exif\0\0${hidden}`)))],
    ['a thumbnail', insertSegments(plain, app0(4))],
    ['bytes behind its end mark', Buffer.concat([plain, comment])],
    ['an end mark more', Buffer.concat([plain, comment, plain.subarray(-2)])],
    ['bytes behind its last scan', before(2, comment)],
    ['bytes behind the last scan of one component', greyscaleWith(comment)],
    ['one scan', baseline],
    ['RGB components', renamed('RGB')],
  ])('re-encodes a jpeg with %s', async (_, bytes) => {
    const { jpeg, width, height } = await normalise(bytes);
    expect({ width, height }).toEqual({ width: 640, height: 480 });
    expect(jpeg.equals(bytes)).toBe(false);
    expect(jpeg.includes(hidden)).toBe(false);
    expect(await sharp(jpeg).metadata()).toMatchObject({ isProgressive: false });
  });

  test('re-encodes a plain jpeg that is larger than 1600 pixels or a megabyte', async () => {
    const wide = await drawnPhoto.clone().resize(1_608, 8).jpeg({ progressive: true }).toBuffer();
    expect(await normalise(wide)).toMatchObject({ width: 1_600 });
    const noisy = await sharp({
      create: { ...noise, noise: { type: 'gaussian', mean: 128, sigma: 90 } },
    })
      .jpeg({ progressive: true, quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    expect(noisy.length).toBeGreaterThan(1e6);
    expect((await normalise(noisy)).jpeg.equals(noisy)).toBe(false);
  });

  test('re-encodes a jpeg with more scans than encoders write', async () => {
    const many = scansWithoutEnd(800);
    expect((await normalise(many)).jpeg.equals(many)).toBe(false);
  });
});

test.each([3, 300, 3_000])('refuses a plain jpeg that breaks off %i bytes early', async (bytes) => {
  const cut = plain.subarray(0, plain.length - 2 - bytes);
  await expect(normalise(cut)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  const marked = Buffer.concat([cut, plain.subarray(-2)]); // viewers show it with a smooth end
  expect((await normalise(marked)).jpeg.equals(marked)).toBe(false);
});

const noise = { width: 1_200, height: 1_200, channels: 3, background: '#fb0' } as const;

function greyscaleWith(bytes: Buffer): Buffer {
  return Buffer.concat([greyscale.subarray(0, -2), bytes, greyscale.subarray(-2)]);
}

/** The components named so, in the frame and in every scan. */
function renamed(names: string): Buffer {
  const bytes = Buffer.from(plain);
  const name = (at: number) => (bytes[at] = names.charCodeAt((bytes[at] ?? 1) - 1));
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc2]));
  for (const at of [10, 13, 16]) name(frame + at);
  for (let at = 0; (at = bytes.indexOf(Buffer.from([0xff, 0xda, 0]), at)) !== -1; at += 2)
    for (let of = 0; of < (bytes[at + 4] ?? 0); of += 1) name(at + 5 + 2 * of);
  return bytes;
}
