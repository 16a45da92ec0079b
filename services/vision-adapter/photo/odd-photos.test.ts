import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../../platform/logger.ts';
import { rowByRow } from '../../../tests/support/images/costly-images.ts';
import { withJpegSize, withWebpSize } from '../../../tests/support/images/image-bytes.ts';
import { drawnPhoto } from '../../../tests/support/images/malformed-images.ts';
import { oddPhotos, unknownKinds } from '../../../tests/support/images/odd-photos.ts';
import { startDecoder, type Decoder } from './decoder.ts';
import { inspectImage } from './normalise-image.ts';

let decoder: Decoder;
beforeAll(async () => {
  decoder = await startDecoder({ logger: silentLogger(), limitMs: 60_000 });
});
afterAll(() => decoder.stop());

const normalise = (bytes: Buffer) => decoder.normalise(bytes, { used: false });

test.each(oddPhotos)('decodes $what', async ({ make }) => {
  expect(await normalise(await make())).toMatchObject({ width: 640, height: 480 });
});

test.each(unknownKinds)('refuses $what as what it is', async ({ make, refusal }) => {
  await expect(normalise(await make())).rejects.toMatchObject({
    code: 'IMAGE_UNSUPPORTED',
    message: `${refusal}: save it as an ordinary JPEG`,
  });
});

test.each([12, 300, 3_000])(
  'refuses a jpeg that lacks %i bytes of its picture',
  async (missing) => {
    for (const progressive of [false, true]) {
      const whole = await drawnPhoto.clone().jpeg({ progressive }).toBuffer();
      const cut = whole.subarray(0, whole.length - 2 - missing);
      await expect(normalise(cut)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    }
  },
);

test('shrinks a jpeg of 200 megapixels while it is decoded', async () => {
  expect(await normalise(rowByRow(16_320, 12_240))).toMatchObject({ width: 1600, height: 1200 });
});

describe('what a decoder must hold whole', () => {
  const progressive = drawnPhoto.clone().jpeg({ progressive: true });
  const lossy = drawnPhoto.clone().webp();
  const lossless = drawnPhoto.clone().webp({ lossless: true });

  test('allows 108 megapixels of progressive jpeg and of lossy webp', async () => {
    for (const bytes of [
      withJpegSize(await progressive.toBuffer(), 12_000, 9_000),
      withWebpSize(await lossy.toBuffer(), 12_000, 9_000),
    ])
      expect(await inspectImage(bytes)).toEqual({ large: true });
  });

  test('refuses 120 megapixels of progressive jpeg and 108 of lossless webp', async () => {
    for (const bytes of [
      withJpegSize(await progressive.toBuffer(), 12_000, 10_000),
      withWebpSize(await lossless.toBuffer(), 12_000, 9_000),
    ])
      await expect(inspectImage(bytes)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });
});
