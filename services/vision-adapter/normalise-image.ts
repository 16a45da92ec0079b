// What goes to Vision is never the upload itself: it is decoded whole once and written anew, upright,
// small and without what was hidden in or behind it (EXIF, GPS, appended files).
import { fileTypeFromBuffer } from 'file-type';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { contentTypes } from '../../contracts/recognition.ts';
import type { Problem } from '../../platform/problem.ts';
import { recognitionProblem } from './failures.ts';

/** Vision's own limit, and what one decode may cost in memory. */
const maximumPixels = 75e6;
const largePixels = 25e6;
const longestSide = 1600; // more costs time and gains nothing in reading
const decodeSeconds = 10;

/**
 * Once per process, before the first photo. These switches hold for the whole process, whoever decodes
 * in it: that is why they are no side effect of an import.
 */
export function guardDecoder(): void {
  // A second fence: nothing that is not jpeg, png or webp by its first bytes gets this far.
  sharp.block({ operation: ['VipsForeignLoadSvg', 'VipsForeignLoadPdf'] });
  sharp.cache(false); // no photo comes twice
  sharp.concurrency(1); // two photos side by side, not two threads on one
}

const decodes = pLimit(2);
const largeDecodes = pLimit(1);

/** A decoded photo: JPEG, upright, longest side at most 1600 px, no metadata. */
export interface NormalisedImage {
  readonly jpeg: Buffer;
  readonly width: number;
  readonly height: number;
}

/** @throws {Problem} IMAGE_UNSUPPORTED, IMAGE_UNREADABLE, IMAGE_TOO_LARGE. All are final. */
export async function normaliseImage(bytes: Buffer): Promise<NormalisedImage> {
  const format = await requireKnownFormat(bytes);
  const pixels = await countPixels(bytes, format);
  const decode = () => decodes(() => decodeAndEncode(bytes));
  return pixels > largePixels ? largeDecodes(decode) : decode();
}

/** By its first bytes: the name and the content type of an upload prove nothing. */
async function requireKnownFormat(bytes: Buffer): Promise<string> {
  const found = await fileTypeFromBuffer(bytes);
  if (found === undefined) throw recognitionProblem('IMAGE_UNSUPPORTED');
  if (!(contentTypes as readonly string[]).includes(found.mime))
    throw recognitionProblem('IMAGE_UNSUPPORTED', { detail: `${found.mime} is not read` });
  return found.mime.slice('image/'.length);
}

async function countPixels(bytes: Buffer, format: string): Promise<number> {
  const metadata = await sharp(bytes, { limitInputPixels: maximumPixels })
    .metadata()
    .catch((error: unknown) => {
      throw imageProblem(error);
    });
  if (metadata.format !== format)
    throw recognitionProblem('IMAGE_UNSUPPORTED', { detail: 'two formats in one file' });
  return metadata.width * metadata.height;
}

async function decodeAndEncode(bytes: Buffer): Promise<NormalisedImage> {
  try {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: maximumPixels,
      failOn: 'error',
    })
      .autoOrient()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 90 })
      .timeout({ seconds: decodeSeconds })
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, width: info.width, height: info.height };
  } catch (error) {
    throw imageProblem(error);
  }
}

/** libvips speaks in sentences only; what it says about size and time is told apart by them. */
function imageProblem(error: unknown): Problem {
  const text = error instanceof Error ? error.message : '';
  if (/pixel limit/i.test(text)) return recognitionProblem('IMAGE_TOO_LARGE', { cause: error });
  if (/timeout/i.test(text))
    return recognitionProblem('IMAGE_TOO_LARGE', {
      cause: error,
      detail: `decoding takes longer than ${decodeSeconds} s`,
    });
  return recognitionProblem('IMAGE_UNREADABLE', { cause: error });
}
