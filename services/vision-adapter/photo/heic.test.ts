import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { silentLogger } from '../../../platform/logger.ts';
import {
  codedItem,
  codedSize,
  eightBit,
  encodedHeic,
  gridItem,
  heif,
  imir,
  irot,
  tenBit,
  type HeifItem,
} from '../../../tests/support/images/heif-boxes.ts';
import { startDecoder, type Decoder } from './decoder.ts';

let decoder: Decoder;
beforeAll(async () => {
  decoder = await startDecoder({ logger: silentLogger(), limitMs: 30_000 });
});
afterAll(() => decoder.stop());

const normalise = (bytes: Buffer) => decoder.normalise(bytes, { used: false });

/** The colours of the quarters of a picture, row by row: r, g, b or y. */
async function quartersOf(bytes: Buffer) {
  const { jpeg, width, height } = await normalise(bytes);
  const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const colorAt = (x: number, y: number) => {
    const at = 3 * (Math.round(y * height) * width + Math.round(x * width));
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    if (red > 150) return green > 150 ? 'y' : 'r';
    return green > blue ? 'g' : 'b';
  };
  const quarters = [0.25, 0.75].flatMap((y) => [0.25, 0.75].map((x) => colorAt(x, y)));
  return { width, height, quarters: quarters.join('') };
}

const upright = { ...codedSize, quarters: 'rgby' };
const onItsSide = { width: codedSize.height, height: codedSize.width };

describe('a HEIC', () => {
  test('is decoded as it was drawn', async () => {
    expect(await quartersOf(encodedHeic)).toEqual(upright);
    expect(await quartersOf(heif([codedItem(eightBit)]))).toEqual(upright);
  });

  test('of 10 bits a colour is decoded too', async () => {
    expect(await quartersOf(heif([codedItem(tenBit)]))).toEqual(upright);
  });

  test('whose main brand is HEIF is decoded too', async () => {
    const brands = ['mif1', 'mif1', 'heic'];
    expect(await quartersOf(heif([codedItem(eightBit)], { brands }))).toEqual(upright);
  });

  test.each([
    ['a quarter turn', [irot(1)], { ...onItsSide, quarters: 'gyrb' }],
    ['three quarter turns', [irot(3)], { ...onItsSide, quarters: 'bryg' }],
    ['mirrored', [imir(1)], { ...codedSize, quarters: 'gryb' }],
    ['turned, then mirrored', [irot(2), imir(1)], { ...codedSize, quarters: 'byrg' }],
  ])('is shown as its container says: %s', async (_, properties, shown) => {
    expect(await quartersOf(heif([codedItem(eightBit, codedSize, ...properties)]))).toEqual(shown);
  });

  test('is turned once where EXIF says the same as the container, and not at all by EXIF alone', async () => {
    const exif: HeifItem = { type: 'Exif', data: exifOrientation(6) };
    const turned = heif([codedItem(eightBit, codedSize, irot(3)), exif]);
    expect(await quartersOf(turned)).toEqual({ ...onItsSide, quarters: 'bryg' });
    expect(await quartersOf(heif([codedItem(eightBit), exif]))).toEqual(upright);
  });

  test('of tiles is put together, as telephones store theirs', async () => {
    const tile = codedItem(eightBit);
    const size = { rows: 2, columns: 2, width: 250, height: 190 };
    const file = heif([tile, tile, tile, tile, gridItem(size, [1, 2, 3, 4])], { primary: 5 });
    const { width, height } = await normalise(file);
    expect({ width, height }).toEqual({ width: 250, height: 190 });
  });

  test('is its primary picture: a thumbnail before it is not looked at', async () => {
    const thumbnail = { ...codedItem(tenBit, codedSize, irot(1)), thumbnailOf: 2 };
    const file = heif([thumbnail, codedItem(eightBit)], { primary: 2 });
    expect(await quartersOf(file)).toEqual(upright);
  });

  test('leaves nothing of itself in the picture that goes to Vision', async () => {
    const exif: HeifItem = { type: 'Exif', data: Buffer.from('\0\0\0\0Jens Hansen') };
    const { jpeg } = await normalise(heif([codedItem(eightBit), exif]));
    expect(jpeg.includes('Jens Hansen')).toBe(false);
    expect((await sharp(jpeg).metadata()).exif).toBeUndefined();
  });
});

describe('a HEIC that is refused', () => {
  test.each(['msf1', 'hevc', 'avis'])('a sequence of pictures: %s', async (brand) => {
    const file = heif([codedItem(eightBit)], { brands: [brand, 'mif1', 'heic'] });
    await expect(normalise(file)).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: expect.stringContaining('sequence of pictures'),
    });
  });

  const tile = codedItem(eightBit);
  const hostile: readonly (readonly [string, Buffer, string | RegExp])[] = [
    ['its first box alone', encodedHeic.subarray(0, 28), 'IMAGE_UNREADABLE'],
    ['cut in its boxes', encodedHeic.subarray(0, 300), 'IMAGE_UNREADABLE'],
    ['cut in its picture', encodedHeic.subarray(0, -100), 'IMAGE_UNREADABLE'],
    ['of 65,000 x 65,000 pixels', heif([codedItem(eightBit, side(65_000))]), 'IMAGE_TOO_LARGE'],
    ['of 60 million pixels', heif([codedItem(eightBit, side(7_746))]), 'IMAGE_TOO_LARGE'],
    ['of no pixels', heif([codedItem(eightBit, side(0))]), /IMAGE_(UNREADABLE|UNSUPPORTED)/],
    ['without a primary picture', heif([tile], { primary: 9 }), 'IMAGE_UNREADABLE'],
    ['of 5,000 items', heif(Array.from({ length: 5_000 }, () => tile)), /IMAGE_TOO_LARGE/],
    ['a grid of itself', heif([gridItem(gridOf(1, 128), [1])]), 'IMAGE_UNREADABLE'],
    ['grids of grids of grids', deepGrids(), /IMAGE_(UNREADABLE|UNSUPPORTED|TOO_LARGE)/],
    ['a grid without its tiles', heif([gridItem(gridOf(2, 128), [])]), 'IMAGE_UNREADABLE'],
    ['noise after its first box', noisy(), 'IMAGE_UNREADABLE'],
  ];
  test.each(hostile)('%s', async (_, file, code) => {
    const outcome: unknown = await normalise(file).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: expect.stringMatching(code) });
  });

  test('leaves the decoder able to decode the next photo', async () => {
    for (const [, file] of hostile) await normalise(file).catch(() => undefined);
    expect(await quartersOf(encodedHeic)).toEqual(upright);
  });
});

test('an AVIF is decoded, turned as its container says', async () => {
  const drawn = sharp({ create: { width: 64, height: 32, channels: 3, background: '#fb0' } });
  const turned = await drawn.withMetadata({ orientation: 6 }).avif({ effort: 0 }).toBuffer();
  expect(await normalise(turned)).toMatchObject({ width: 32, height: 64 });
  await expect(normalise(turned.subarray(0, -20))).rejects.toMatchObject({
    code: 'IMAGE_UNREADABLE',
  });
});

function gridOf(rows: number, width: number) {
  return { rows, columns: 1, width, height: width };
}
function side(length: number) {
  return { width: length, height: length };
}

/** Each of eight levels shows the one below 256 times: decoded naively, 10^19 pictures. */
function deepGrids(): Buffer {
  const levels = Array.from({ length: 8 }, (_, level) =>
    gridItem({ rows: 16, columns: 16, ...codedSize }, Array<number>(256).fill(level + 1)),
  );
  return heif([codedItem(eightBit), ...levels], { primary: 9 });
}

function noisy(): Buffer {
  const noise = Buffer.from(encodedHeic);
  for (let at = 28; at < noise.length; at += 1) noise[at] = (at * 7919) & 0xff;
  return noise;
}

/** TIFF with one tag, behind the four bytes that say where it begins. */
function exifOrientation(value: number): Buffer {
  const tiff = Buffer.from(
    'II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0',
    'latin1',
  );
  tiff.writeUInt16LE(value, 18);
  return Buffer.concat([Buffer.alloc(4), tiff]);
}
