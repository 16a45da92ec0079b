// What goes to Vision has been decoded whole once, and is upright, small and without what was hidden in or
// behind the upload (EXIF, GPS, appended files): re-encoded, unless the upload is exactly that already. Runs
// in the decoder's own process (decoder-process.ts), which may be killed.
import { fileTypeFromBuffer } from 'file-type';
import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { longestPreviewSide } from '../../../contracts/photos.ts';
import { readPlainJpeg } from './plain-jpeg.ts';

/** A decoded photo: JPEG, upright, longest side at most 1600 px, no metadata. */
export interface NormalisedImage {
  readonly jpeg: Buffer;
  readonly width: number;
  readonly height: number;
}

export type InvalidImageCode = 'IMAGE_UNSUPPORTED' | 'IMAGE_UNREADABLE' | 'IMAGE_TOO_LARGE';

/** These bytes are no photo that can be analysed. Without a detail the code says why. */
export class InvalidImageError extends Error {
  override readonly name = 'InvalidImageError';
  readonly code: InvalidImageCode;
  readonly detail: string | undefined;

  constructor(code: InvalidImageCode, more: { detail?: string | undefined; cause?: unknown } = {}) {
    super(more.cause instanceof Error ? more.cause.message : (more.detail ?? code));
    this.code = code;
    this.detail = more.detail;
  }
}

const formats = ['jpeg', 'png', 'webp'] as const;
type Format = (typeof formats)[number];

const sniffedBytes = 4_100; // what file-type asks for, and what confirm looks at too
const maximumPixels = 250e6; // what telephones and medium format take, with room to spare
const maximumSide = 65_500; // of a JPEG; libvips buffers many rows at once, so a longer one costs gigabytes
const largePixels = 25e6;
const longestSide = 1600; // more costs time and gains nothing in reading
const longestPlain = 1e6; // bytes: about what re-encoding makes of the largest picture
const openOptions = { limitInputPixels: maximumPixels, failOn: 'error' } as const;

/** What a decoder may have to hold of a picture before its first row comes out; most kinds hold nothing. */
const maximumHeldBytes = 330e6;
const heldBytes: Readonly<Record<Format, (picture: Metadata, bytes: Buffer) => number>> = {
  // Scans that refine each other: the 16-bit coefficients of every sample.
  jpeg: ({ width, height, isProgressive, chromaSubsampling }) =>
    isProgressive ? width * height * 2 * (samplesPerPixel[chromaSubsampling ?? ''] ?? 4) : 0,
  // Interlaced: the whole picture as it is.
  png: ({ width, height, isProgressive, channels, bitsPerSample }) =>
    isProgressive ? width * height * channels * ((bitsPerSample ?? 8) > 8 ? 2 : 1) : 0,
  // The picture, unless it is lossy and shrinks while it is decoded; of an animation also its canvas.
  webp({ width, height, pages, hasAlpha }, bytes) {
    if ((pages ?? 1) > 1) return width * height * 5;
    if (isLossyWebp(bytes)) return hasAlpha ? width * height : 0;
    return width * height * 4;
  },
};
const samplesPerPixel: Readonly<Record<string, number>> = { '4:2:0': 1.5, '4:2:2': 2, '4:4:4': 3 };

/** By the chunk that holds the picture: `VP8 ` is lossy, `VP8L` is not. */
function isLossyWebp(bytes: Buffer): boolean {
  for (let at = 12; at + 8 <= bytes.length;) {
    const chunk = bytes.toString('latin1', at, at + 4);
    if (chunk === 'VP8 ' || chunk === 'VP8L') return chunk === 'VP8 ';
    const length = bytes.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return false;
}

/**
 * Once per process, before the first photo. These switches hold for the whole process, so
 * they are no side effect of an import.
 */
export function guardDecoder(): void {
  // Defence in depth: only jpeg, png and webp, by their first bytes, get this far.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadWebpBuffer',
    ],
  });
  sharp.cache(false); // no photo comes twice
  sharp.concurrency(1); // two photos side by side, not two threads on one
}

/**
 * Judges by first bytes and header alone: nothing is decoded yet.
 *
 * @returns `large`: so much that no other photo should be decoded beside it.
 * @throws {InvalidImageError}
 */
export async function inspectImage(bytes: Buffer): Promise<{ large: boolean }> {
  const format = await requireKnownFormat(bytes);
  // Without a limit, so that a refusal can name the size: nothing but the header is read here.
  const header = await sharp(bytes, { ...openOptions, limitInputPixels: false })
    .metadata()
    .catch(invalid);
  if (header.format !== format)
    throw new InvalidImageError('IMAGE_UNSUPPORTED', {
      detail: `the file begins as ${format} and goes on as ${header.format}`,
    });
  const excess = excessOf(header, heldBytes[format](header, bytes));
  if (excess !== undefined) {
    const detail = `${header.width} x ${header.height} pixels: ${excess}`;
    throw new InvalidImageError('IMAGE_TOO_LARGE', { detail });
  }
  return { large: header.width * header.height > largePixels };
}

/** Which limit the picture exceeds, in words for people. */
function excessOf({ width, height }: Metadata, held: number): string | undefined {
  if (width * height > maximumPixels) return `at most ${maximumPixels / 1e6} million are allowed`;
  if (Math.max(width, height) > maximumSide) return `a side may have at most ${maximumSide}`;
  if (held > maximumHeldBytes)
    return 'so many are allowed only if stored row by row, not progressive';
  return undefined;
}

/** By its first bytes: the name and the content type of an upload prove nothing. */
async function requireKnownFormat(bytes: Buffer): Promise<Format> {
  const sniffed = (await fileTypeFromBuffer(bytes.subarray(0, sniffedBytes)))?.mime;
  const found = sniffed === 'image/apng' ? 'image/png' : sniffed; // its first picture is a PNG's
  const format = formats.find((name) => found === `image/${name}`);
  if (bytes.toString('latin1', 12, 16) === 'CgBI') throw unknownKind('a PNG made for iOS apps');
  if (format !== undefined) return format;
  const detail = found && `${found} is not supported: expected jpeg, png or webp`;
  throw new InvalidImageError('IMAGE_UNSUPPORTED', { detail });
}

/**
 * Decodes an inspected photo whole: a JPEG of our own comes back, or the bytes themselves if they are
 * small and nothing but an upright picture. @throws {InvalidImageError}
 */
export async function normalise(bytes: Buffer): Promise<NormalisedImage> {
  return (await keepPlain(bytes)) ?? reencode(bytes);
}

async function keepPlain(bytes: Buffer): Promise<NormalisedImage | undefined> {
  const { width, height } = readPlainJpeg(bytes) ?? { width: 0, height: 0 };
  const isSmall = bytes.length <= longestPlain && Math.max(width, height) <= longestSide;
  if (width === 0 || !isSmall) return undefined;
  const eighth = (side: number) => Math.max(1, Math.floor(side / 8));
  try {
    // Every bit of every scan is read; only the pixels are not all made.
    await sharp(bytes, { ...openOptions, failOn: 'warning' })
      .resize({ width: eighth(width), height: eighth(height), fit: 'fill', kernel: 'nearest' })
      .raw()
      .toBuffer();
    return { jpeg: bytes, width, height };
  } catch {
    return undefined; // to be re-encoded, or refused there
  }
}

async function reencode(bytes: Buffer): Promise<NormalisedImage> {
  try {
    return await decodeAndEncode(bytes, openOptions);
  } catch (error) {
    if (!(error instanceof Error && breaksOff.test(error.message))) return invalid(error);
    // With the mark set, any warning means that picture data are missing too.
    const ended = Buffer.concat([bytes, endOfJpeg]);
    return decodeAndEncode(ended, { ...openOptions, failOn: 'warning' }).catch(invalid);
  }
}

const breaksOff = /premature end of JPEG image/i;
const endOfJpeg = Buffer.from([0xff, 0xd9]);

async function decodeAndEncode(bytes: Buffer, options: SharpOptions): Promise<NormalisedImage> {
  const { data, info } = await sharp(bytes, options)
    .autoOrient()
    .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 90 })
    .toBuffer({ resolveWithObject: true });
  return { jpeg: data, width: info.width, height: info.height };
}

/** Sound files of kinds that the decoder does not know, by its words. */
const unknownKinds: readonly (readonly [words: RegExp, kind: string])[] = [
  [/data precision/i, 'a JPEG with more than 8 bits a sample'],
  [/DNL not supported/i, 'a JPEG whose header does not say its height'],
  [/unsupported JPEG process|lossless|omitted at compile time/i, 'a lossless JPEG'],
];

/** What people are shown of a normalised photo: JPEG, no metadata. */
export async function makePreview(jpeg: Buffer): Promise<Buffer> {
  return sharp(jpeg, openOptions)
    .resize({
      ...{ width: longestPreviewSide, height: longestPreviewSide },
      ...{ fit: 'inside', withoutEnlargement: true },
    })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** libvips has no error codes: its message says whether the size or the kind is the reason. */
function invalid(cause: unknown): never {
  const words = cause instanceof Error ? cause.message : '';
  const kind = unknownKinds.find(([pattern]) => pattern.test(words))?.[1];
  if (kind !== undefined) throw unknownKind(kind, cause);
  const tooLarge = /pixel limit/i.test(words);
  throw new InvalidImageError(tooLarge ? 'IMAGE_TOO_LARGE' : 'IMAGE_UNREADABLE', { cause });
}

function unknownKind(kind: string, cause?: unknown): InvalidImageError {
  const detail = `${kind} is not supported: save it as an ordinary JPEG`;
  return new InvalidImageError('IMAGE_UNSUPPORTED', { detail, cause });
}
