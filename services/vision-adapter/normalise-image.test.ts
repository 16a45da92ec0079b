import { crc32, deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { Problem } from '../../platform/problem.ts';
import { normaliseImage } from './normalise-image.ts';

let photo: Buffer; // 640x480, with enough in it that half a file is half a picture
beforeAll(async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  photo = await sharp({
    create: { width: 640, height: 480, channels: 3, background: '#fb0', noise },
  })
    .jpeg()
    .toBuffer();
});

async function codeOf(bytes: Buffer): Promise<string> {
  const outcome: unknown = await normaliseImage(bytes).catch((error: unknown) => error);
  return outcome instanceof Problem ? outcome.code : 'no problem';
}

describe('refused for good', () => {
  test('half a jpeg is unreadable, not a photo with a grey half', async () => {
    expect(await codeOf(photo.subarray(0, photo.length / 2))).toBe('IMAGE_UNREADABLE');
  });

  test('half a progressive jpeg, half a png, half a webp', async () => {
    const others = await Promise.all([
      sharp(photo).jpeg({ progressive: true }).toBuffer(),
      sharp(photo).png().toBuffer(),
      sharp(photo).webp().toBuffer(),
    ]);
    for (const bytes of others)
      expect(await codeOf(bytes.subarray(0, bytes.length / 2))).toBe('IMAGE_UNREADABLE');
  });

  test('a header that lies about 50000x50000 pixels is too large, at once', async () => {
    expect(await codeOf(png(50_000, 50_000, Buffer.alloc(10)))).toBe('IMAGE_TOO_LARGE');
  });

  test('a bomb: 400 megapixels in a small file', async () => {
    const row = Buffer.alloc(1 + 20_000 / 8);
    const bomb = png(20_000, 20_000, Buffer.concat(Array.from({ length: 64 }, () => row)), 1);
    expect(bomb.length).toBeLessThan(2_000_000);
    expect(await codeOf(bomb)).toBe('IMAGE_TOO_LARGE');
  });

  test('a header that promises more rows than there are', async () => {
    const row = Buffer.alloc(1 + 100 * 3, 7);
    const rows = Buffer.concat(Array.from({ length: 10 }, () => row));
    expect(await codeOf(png(100, 1_000, rows))).toBe('IMAGE_UNREADABLE');
  });

  test.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>'],
    ['SVG behind an XML line', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['text', 'not a photo at all'],
    ['PDF', '%PDF-1.7\n1 0 obj << >> endobj'],
    ['nothing', ''],
  ])('%s', async (_, text) => {
    expect(await codeOf(Buffer.from(text))).toBe('IMAGE_UNSUPPORTED');
  });

  test('GIF and TIFF, though the decoder could read them', async () => {
    for (const format of ['gif', 'tiff'] as const)
      expect(await codeOf(await sharp(photo).toFormat(format).toBuffer())).toBe(
        'IMAGE_UNSUPPORTED',
      );
  });

  test('AVIF, and HEIC as telephones write it', async () => {
    const avif = await sharp(photo).resize(16).avif({ effort: 0 }).toBuffer();
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
    expect(await codeOf(avif)).toBe('IMAGE_UNSUPPORTED');
    expect(await codeOf(heic)).toBe('IMAGE_UNSUPPORTED');
  });
});

describe('normalised', () => {
  test('jpeg, png and webp become a jpeg of at most 1600 pixels', async () => {
    const wide = await sharp(photo).resize(3200, 1200, { fit: 'fill' }).toBuffer();
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const { jpeg, width, height } = await normaliseImage(
        await sharp(wide).toFormat(format).toBuffer(),
      );
      expect({ width, height }).toEqual({ width: 1600, height: 600 });
      expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
    }
  });

  test('a small photo is not blown up', async () => {
    expect(await normaliseImage(photo)).toMatchObject({ width: 640, height: 480 });
  });

  test('what EXIF says of the camera is turned into pixels, and EXIF is gone', async () => {
    const turned = await sharp(photo)
      .withExif({ IFD0: { Copyright: 'Jens Hansen' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { jpeg, width, height } = await normaliseImage(turned);
    expect({ width, height }).toEqual({ width: 480, height: 640 });
    const { exif, orientation } = await sharp(jpeg).metadata();
    expect({ exif, orientation }).toEqual({ exif: undefined, orientation: undefined });
  });

  test('a second file hidden behind the picture stays behind', async () => {
    const tail = Buffer.from('PK\x03\x04 hidden archive <script>alert(1)</script>');
    const { jpeg } = await normaliseImage(Buffer.concat([photo, tail]));
    expect(jpeg.includes('hidden archive')).toBe(false);
  });

  test('transparent parts become white, not black', async () => {
    const clear = await sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const { channels } = await sharp((await normaliseImage(clear)).jpeg).stats();
    expect(channels[0]?.mean).toBeGreaterThan(250);
  });

  test('many at once all come through', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => normaliseImage(photo)));
    expect(all).toHaveLength(8);
  });
});

/** A PNG written by hand: whatever the header claims, the pixels are these raw rows. */
function png(width: number, height: number, rows: Buffer, bitDepth = 8): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, bitDepth === 1 ? 0 : 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
