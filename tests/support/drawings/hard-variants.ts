// What happens to machines and to their photos on a site: where people still read, and reading gets hard.
import sharp, { type Sharp } from 'sharp';
import { seededChances, type Chances } from './seeded-random.ts';

/** JPEG in and out; the same seed, the same dirt. */
export const hardVariants = {
  /** Paint and letters rubbed off in spots and scratches. */
  worn: (picture: Buffer) =>
    paint(picture, 7, (pixels, chances) => {
      for (let spot = 0; spot < 900; spot += 1)
        blot(pixels, chances, { radius: [1, 6], color: [176, 160, 130], cover: 0.8 });
      for (let scratch = 0; scratch < 60; scratch += 1) strike(pixels, chances);
    }),
  /** Mud, most of it low, thin enough to see letters through. */
  dirty: (picture: Buffer) =>
    paint(picture, 8, (pixels, chances) => {
      for (let spot = 0; spot < 260; spot += 1)
        blot(pixels, chances, { radius: [4, 34], color: [96, 74, 50], cover: 0.55 });
    }),
  /** Posts of a fence stand before it. */
  occluded: (picture: Buffer) =>
    paint(picture, 9, (pixels, chances) => {
      for (let x = chances.between(0, 150); x < pixels.width; x += chances.between(110, 190))
        fillColumn(pixels, Math.round(x), 14);
    }),
  /** Seen by a phone that was held askew. */
  slanted: (picture: Buffer) =>
    asJpeg(
      sharp(picture).affine([1, 0.12, 0.28, 1], { background: '#8d9a8f' }).resize({ width: 1280 }),
    ),
  /** Seen from the front left: what is far is small. */
  perspective: (picture: Buffer) => tilt(picture),
  /** The machine takes a third of the picture's width. */
  far: async (picture: Buffer) => {
    const small = await sharp(picture).resize({ width: 440 }).toBuffer();
    const around = { top: 330, bottom: 300, left: 420, right: 420 };
    return asJpeg(sharp(small).extend({ ...around, extendWith: 'mirror' }), 70);
  },
  /** A thumbnail of a dealer's list, saved twice. */
  thumbnail: async (picture: Buffer) => {
    const small = await sharp(picture).resize({ width: 220 }).jpeg({ quality: 70 }).toBuffer();
    return asJpeg(sharp(small), 70);
  },
} as const satisfies Readonly<Record<string, (picture: Buffer) => Promise<Buffer>>>;

const asJpeg = (picture: Sharp, quality = 80) => picture.jpeg({ quality }).toBuffer();

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function paint(
  picture: Buffer,
  seed: number,
  change: (pixels: Pixels, chances: Chances) => void,
): Promise<Buffer> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  change({ data, width: info.width, height: info.height }, seededChances(seed));
  return asJpeg(sharp(data, { raw: info }));
}

function blot(
  { data, width, height }: Pixels,
  chances: Chances,
  look: { radius: readonly [number, number]; color: readonly number[]; cover: number },
): void {
  const radius = chances.between(...look.radius);
  const [x, y] = [chances.between(0, width), chances.between(0, height)];
  for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(height, y + radius); row += 1)
    for (let at = Math.max(0, Math.floor(x - radius)); at < Math.min(width, x + radius); at += 1) {
      if (Math.hypot(at - x, row - y) > radius) continue;
      for (const channel of [0, 1, 2]) {
        const index = 3 * (row * width + at) + channel;
        const was = data[index] ?? 0;
        data[index] = was + ((look.color[channel] ?? 0) - was) * look.cover;
      }
    }
}

function strike({ data, width, height }: Pixels, chances: Chances): void {
  const length = chances.between(20, 160);
  const slope = chances.between(-0.3, 0.3);
  const [x, y] = [chances.between(0, width - length), chances.between(0, height)];
  for (let step = 0; step < length; step += 1)
    for (const thick of [0, 1]) {
      const row = Math.round(y + step * slope) + thick;
      const index = 3 * (row * width + Math.round(x + step));
      if (row >= 0 && row < height) data.fill(165, index, index + 3);
    }
}

function fillColumn({ data, width, height }: Pixels, x: number, thick: number): void {
  for (let row = 0; row < height; row += 1)
    data.fill(92, 3 * (row * width + x), 3 * (row * width + Math.min(width, x + thick)));
}

/** A plane that turns away: its right edge is half as high as the left one. */
async function tilt(picture: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const seen = Buffer.alloc(data.length, 140);
  for (let x = 0; x < width; x += 1) {
    const share = x / width;
    const scale = 1 - share / 2;
    const from = Math.min(width - 1, Math.round((share / (2 - share)) * width));
    for (let y = 0; y < height; y += 1) {
      const row = Math.round(height / 2 + (y - height / 2) / scale);
      if (row < 0 || row >= height) continue;
      data.copy(seen, 3 * (y * width + x), 3 * (row * width + from), 3 * (row * width + from) + 3);
    }
  }
  return asJpeg(sharp(seen, { raw: info }));
}
