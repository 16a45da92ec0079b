import sharp, { type Sharp } from 'sharp';
import { seededChances } from './seeded-random.ts';

/** What happens to photos: the same picture as a worse camera or a hurried hand takes it. JPEG in and out. */
export const variants = {
  plain: (picture: Buffer) => Promise.resolve(picture),
  rotated: (picture: Buffer) =>
    asJpeg(sharp(picture).rotate(7, { background: '#8d9a8f' }).resize(1280, 960, { fit: 'cover' })),
  dark: (picture: Buffer) => asJpeg(sharp(picture).modulate({ brightness: 0.12 })),
  noisy: addNoise,
  small: (picture: Buffer) => asJpeg(sharp(picture).resize({ width: 360 })),
  /** Lies on its side, and its EXIF says how to put it up. */
  turned: (picture: Buffer) => asJpeg(sharp(picture).rotate(-90).withMetadata({ orientation: 6 })),
} as const satisfies Readonly<Record<string, (picture: Buffer) => Promise<Buffer>>>;

const asJpeg = (picture: Sharp) => picture.jpeg({ quality: 80 }).toBuffer();

const noise = 90; // of 255, up or down: a phone at night

async function addNoise(picture: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const chances = seededChances(1);
  const grains = Uint8Array.from(data, (value) =>
    Math.max(0, Math.min(255, value + chances.between(-noise, noise))),
  );
  const { width, height, channels } = info;
  return asJpeg(sharp(grains, { raw: { width, height, channels } }));
}
