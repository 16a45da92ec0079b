import sharp, { type Sharp } from 'sharp';
import { measureColors } from './measure-colors.ts';
import type { TextEngine } from './read-text.ts';
import { UnreadableImageError, type Look, type Point, type SeenImage } from './seen-image.ts';

/** Vision's own limit, in pixels; checked on the header, before anything is decoded. */
const maximumPixels = 75_000_000;

/** Text is read at this size: more costs time and finds little. */
const longestSide = 1280;

/** The formats of Vision's list that libvips decodes. SVG, PDF and HEIC are not images here. */
const formats: ReadonlySet<string | undefined> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff']);

sharp.block({ operation: ['VipsForeignLoadSvg', 'VipsForeignLoadPdf'] });

/**
 * Decodes once, then looks.
 *
 * @throws {UnreadableImageError} in Vision's words.
 */
export async function lookAtImage(
  engine: TextEngine,
  bytes: Uint8Array,
  look: Look,
): Promise<SeenImage> {
  const { image, upright, stored, orientation } = await openImage(bytes);
  const { data, info } = await image
    .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(unreadable);
  const pixels = { data, width: info.width, height: info.height };
  const scale = { x: upright.width / info.width, y: upright.height / info.height };
  const place = toStoredPixels(orientation, stored);
  return {
    ...stored,
    lines: look.text
      ? await engine.readLines(pixels, ({ x, y }) => place({ x: x * scale.x, y: y * scale.y }))
      : [],
    colors: look.colors ? measureColors(data) : [],
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface OpenedImage {
  /** Will be upright when it is decoded. */
  readonly image: Sharp;
  readonly upright: Size;
  readonly stored: Size;
  readonly orientation: number | undefined;
}

async function openImage(bytes: Uint8Array): Promise<OpenedImage> {
  const image = sharp(bytes, { failOn: 'error', limitInputPixels: false });
  const header = await image.metadata().catch(unreadable);
  if (!formats.has(header.format)) throw new UnreadableImageError('Bad image data.');
  const { width, height, autoOrient, orientation } = header;
  if (width * height > maximumPixels)
    throw new UnreadableImageError('Image too large. Please limit to 75 megapixels.');
  return {
    image: image.autoOrient(),
    upright: autoOrient,
    stored: { width, height },
    orientation,
  };
}

/** Whatever the decoder says about foreign bytes means one thing to the caller. */
function unreadable(cause: unknown): never {
  throw new UnreadableImageError('Bad image data.', { cause });
}

/**
 * Where a point of the upright picture lies in the picture as it is stored, by EXIF orientation (TIFF 6.0,
 * tag 274; anything else is upright). Vision's boxes are in pixels of the image that was sent.
 *
 * @param stored its size before it is turned.
 */
export function toStoredPixels(
  orientation: number | undefined,
  stored: Size,
): (at: Point) => Point {
  return (at) => (turns[orientation ?? 1] ?? upright)(at, stored);
}

type Turn = (upright: Point, stored: Size) => Point;
const upright: Turn = (at) => at;
const turns: Readonly<Record<number, Turn>> = {
  2: ({ x, y }, { width }) => ({ x: width - x, y }),
  3: ({ x, y }, { width, height }) => ({ x: width - x, y: height - y }),
  4: ({ x, y }, { height }) => ({ x, y: height - y }),
  5: ({ x, y }) => ({ x: y, y: x }),
  6: ({ x, y }, { height }) => ({ x: y, y: height - x }),
  7: ({ x, y }, { width, height }) => ({ x: width - y, y: height - x }),
  8: ({ x, y }, { width }) => ({ x: width - y, y: x }),
};
