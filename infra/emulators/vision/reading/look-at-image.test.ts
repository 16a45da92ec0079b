import { expect, test } from '@jest/globals';
import sharp from 'sharp';
import { toStoredPixels } from './look-at-image.ts';

const stored = { width: 12, height: 8 };
const dot = { x: 2, y: 1 };

/** Where a decoder that turns by EXIF puts the one white pixel. */
async function dotWhenUpright(orientation: number) {
  const pixels = Buffer.alloc(stored.width * stored.height);
  pixels[dot.y * stored.width + dot.x] = 255;
  const png = await sharp(pixels, { raw: { ...stored, channels: 1 } })
    .withMetadata({ orientation })
    .png()
    .toBuffer();
  const { data, info } = await sharp(png)
    .autoOrient()
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = data.indexOf(255);
  return { x: at % info.width, y: Math.floor(at / info.width) };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'maps a point of the upright picture to where it is stored, orientation %i',
  async (orientation) => {
    const upright = await dotWhenUpright(orientation);
    const middle = { x: upright.x + 0.5, y: upright.y + 0.5 };
    const back = toStoredPixels(orientation, stored)(middle);
    expect(back).toEqual({ x: dot.x + 0.5, y: dot.y + 0.5 });
  },
);

test.each([undefined, 0, 9])('turns nothing for orientation %s', (orientation) => {
  expect(toStoredPixels(orientation, stored)(dot)).toEqual(dot);
});
