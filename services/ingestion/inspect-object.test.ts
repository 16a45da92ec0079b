import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import { corruptedImages } from '../../tests/support/images/corrupted-images.ts';
import { codedItem, eightBit, heif } from '../../tests/support/images/heif-boxes.ts';
import { inspectObject } from './inspect-object.ts';

const plain = sharp({ create: { width: 64, height: 48, channels: 3, background: 'orange' } });

async function* inChunks(bytes: Buffer, size = 1_000) {
  for (let at = 0; at < bytes.length; at += size)
    yield await Promise.resolve(bytes.subarray(at, at + size));
}

const mediaTypeOf = async (bytes: Buffer) => (await inspectObject(inChunks(bytes))).mediaType;

test('computes size and checksum of the whole object, whatever the chunk size', async () => {
  const bytes = Buffer.alloc(10_001, 'a photo');
  const checksum = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  for (const size of [1, 4_100, 4_101, 100_000])
    expect(await inspectObject(inChunks(bytes, size))).toMatchObject({
      bytes: 10_001,
      checksum,
    });
});

describe('the media type of an object', () => {
  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('detects %s by its bytes', async (format) => {
    expect(await mediaTypeOf(await plain.clone().toFormat(format).toBuffer())).toBe(
      `image/${format}`,
    );
  });

  test('detects a PNG with a colour profile longer than the bytes inspected', async () => {
    const png = await plain.clone().png().toBuffer();
    const profile = Buffer.alloc(12 + 9_000);
    profile.writeUInt32BE(9_000);
    profile.write('iCCP', 4);
    const afterHeader = 8 + 25; // signature, IHDR
    const long = Buffer.concat([png.subarray(0, afterHeader), profile, png.subarray(afterHeader)]);
    expect(await mediaTypeOf(long)).toBe('image/png');
  });

  test.each([
    ['image/heic', ['heic', 'mif1', 'heic']],
    ['image/heic', ['heix', 'mif1', 'heix', 'tmap']],
    ['image/heic', ['mif1', 'mif1', 'heic', 'miaf']],
    ['image/heic', ['mif1']],
    ['image/avif', ['avif', 'mif1', 'miaf', 'MA1B']],
    ['image/avif', ['mif1', 'miaf', 'avif']],
    ['image/heif-sequence', ['msf1', 'heic', 'hevc']],
    ['image/heif-sequence', ['avis', 'avif']],
    ['video/mp4', ['mp42', 'isom']],
  ])('detects %s by the brands %j', async (mediaType, brands) => {
    expect(await mediaTypeOf(heif([codedItem(eightBit)], { brands }))).toBe(mediaType);
  });

  test.each([
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><text>CAT</text></svg>'],
    ['image/svg+xml', '<?xml version="1.0"?>\n<!-- drawn -->\n<svg width="1"/>'],
    ['application/xml', '<?xml version="1.0"?><machine/>'],
    ['text/plain', `a${'æ'.repeat(2_050)} the cut runs through a character`],
    ['application/pdf', '%PDF-1.7\n'],
  ])('detects %s in a text', async (mediaType, text) => {
    expect(await mediaTypeOf(Buffer.from(text))).toBe(mediaType);
  });

  test('detects no type in unknown bytes', async () => {
    expect(await mediaTypeOf(Buffer.alloc(5_000, 7))).toBeUndefined();
    expect(await mediaTypeOf(Buffer.from([0xc3, 0x28, 0xff, 0xfe, 1, 2]))).toBeUndefined();
  });
});

test('inspects corrupted images without an error', async () => {
  await fc.assert(
    fc.asyncProperty(corruptedImages, async (bytes) => {
      const found = await inspectObject(inChunks(bytes));
      expect(found.bytes).toBe(bytes.length);
    }),
    { numRuns: 300 },
  );
});
