import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { variants } from '../tests/support/drawings/variants.ts';

const picture = await readFile(new URL('../client/samples/cat-320d.jpg', import.meta.url));

async function meanOf(image: Sharp): Promise<number> {
  const { channels } = await image.stats();
  return channels.reduce((sum, { mean }) => sum + mean, 0) / channels.length;
}

describe('variants of a photo', () => {
  test('adds the same noise each time', async () => {
    const [once, again] = [await variants.noisy(picture), await variants.noisy(picture)];
    expect(once.equals(again)).toBe(true);
  });

  test('turns a photo onto its side, with the EXIF that puts it upright', async () => {
    const turned = sharp(await variants.turned(picture));
    expect(await turned.metadata()).toMatchObject({ width: 960, height: 1280, orientation: 6 });
    const upright = await turned.autoOrient().resize(64, 48).raw().toBuffer();
    const original = await sharp(picture).resize(64, 48).raw().toBuffer();
    const apart = original.map((value, at) => Math.abs(value - (upright[at] ?? 0)));
    expect(apart.reduce((sum, value) => sum + value, 0) / apart.length).toBeLessThan(4);
  });

  test('makes dark photos darker and small ones small, and keeps the size of the rest', async () => {
    const bright = await meanOf(sharp(picture));
    expect(await meanOf(sharp(await variants.dark(picture)))).toBeLessThan(bright / 2);
    expect(Math.abs((await meanOf(sharp(await variants.noisy(picture)))) - bright)).toBeLessThan(5);
    expect(await sharp(await variants.small(picture)).metadata()).toMatchObject({ width: 360 });
    expect(await sharp(await variants.rotated(picture)).metadata()).toMatchObject({
      width: 1280,
      height: 960,
    });
  });
});
