import sharp, { type Sharp } from 'sharp';
import { measureColors } from './measure-colors.ts';
import { joinLines, leastConfidence, promisesMore } from './read-more.ts';
import type { Pixels, TextEngine } from './read-text.ts';
import type { ReadingPass } from './reading-plans.ts';
import {
  UnreadableImageError,
  type Look,
  type Point,
  type SeenImage,
  type SeenLine,
} from './seen-image.ts';

/** Vision's own limit, in pixels; checked on the header, before anything is decoded. */
const maximumPixels = 75_000_000;

/** Beyond it a drawn-up picture holds nothing that a reader could use. */
const maximumEnlargement = 4;

/** The formats of Vision's list that libvips decodes. SVG, PDF and HEIC are not images here. */
const formats: ReadonlySet<string | undefined> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff']);

sharp.block({ operation: ['VipsForeignLoadSvg', 'VipsForeignLoadPdf'] });

/**
 * Decodes, then looks: once, and a second time where the plan has one and the first look promises more.
 *
 * @throws {UnreadableImageError} in Vision's words.
 */
export async function lookAtImage(
  engine: TextEngine,
  bytes: Uint8Array,
  look: Look,
): Promise<SeenImage> {
  const opened = await openImage(bytes);
  const { first, second } = engine.plan;
  const pixels = await decodeFor(first, opened);
  const lines = look.text ? await readLines(engine, first, pixels, opened) : [];
  const again = promisesMore(lines) ? second : undefined;
  const more =
    again === undefined
      ? []
      : await readLines(engine, again, await decodeFor(again, opened), opened);
  return {
    ...opened.stored,
    lines: joinLines(lines, more).filter(({ confidence }) => confidence >= leastConfidence),
    colors: look.colors ? measureColors(pixels.data) : [],
    looks: again === undefined ? 1 : 2,
  };
}

/** The picture at the size of a pass: one that is smaller is drawn up, because small letters are read badly. */
async function decodeFor(
  { shrinkTo, enlargeTo }: ReadingPass,
  { image, upright }: OpenedImage,
): Promise<Pixels> {
  const longest = Math.max(upright.width, upright.height);
  const side =
    longest < enlargeTo
      ? Math.min(enlargeTo, longest * maximumEnlargement)
      : Math.min(longest, shrinkTo);
  const { data, info } = await image
    .clone()
    .resize({ width: side, height: side, fit: 'inside' })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(unreadable);
  return { data, width: info.width, height: info.height };
}

/** Lines with their corners in pixels of the image as it was sent. */
async function readLines(
  engine: TextEngine,
  pass: ReadingPass,
  pixels: Pixels,
  { upright, stored, orientation }: OpenedImage,
): Promise<SeenLine[]> {
  const scale = { x: upright.width / pixels.width, y: upright.height / pixels.height };
  const toStored = toStoredPixels(orientation, stored);
  const place = ({ x, y }: Point) => toStored({ x: x * scale.x, y: y * scale.y });
  const lines = await engine.readLines(pixels, pass);
  return lines.map((line) => {
    const [a, b, c, d] = line.corners;
    return { ...line, corners: [place(a), place(b), place(c), place(d)] };
  });
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
