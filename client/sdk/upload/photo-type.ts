// What a file is by its first bytes; these few need no library, nor a bundler in a browser.
import { photoKindNames, readHeifBrands, type ContentType } from '../../../contracts/photos.ts';

/** So many bytes of a file are enough to tell. */
export const headBytes = 512;

/** The service looks at the same bytes after the upload; here it costs nobody the upload. */
export function photoTypeOf(head: Uint8Array): ContentType | undefined {
  if (textAt(head, 0, 3) === '\xff\xd8\xff' && head[3] !== jpegLs) return 'image/jpeg';
  if (textAt(head, 0, 16) === pngHead) return 'image/png';
  if (textAt(head, 0, 4) === 'RIFF' && textAt(head, 8, 12) === 'WEBP') return 'image/webp';
  const heif = readHeifBrands(head);
  return heif === 'sequence' ? undefined : heif;
}

const pngHead = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR';
const jpegLs = 0xf7; // the marker by which a lossless kind of its own begins

const convert = `Convert it to ${photoKindNames}.`;

/** What a file is that is no such photo, as far as it is known, and what helps. */
export function describeOther(head: Uint8Array): { what: string | undefined; remedy: string } {
  const format = formatOf(head);
  if (readHeifBrands(head) === 'sequence')
    return { what: 'it is a sequence of pictures', remedy: 'Export one of them as JPEG.' };
  if (format !== undefined) return { what: `it is ${format}`, remedy: convert };
  const before = bytesBeforePhoto(head);
  if (before !== undefined)
    return {
      what: `a photo begins only after ${before} other bytes`,
      remedy: 'Fetch or export it again; the program that wrote it put them in front.',
    };
  return { what: undefined, remedy: convert };
}

const signatures: readonly (readonly [format: string, at: number, text: string])[] = [
  ['JPEG LS', 0, '\xff\xd8\xff\xf7'],
  ['JPEG 2000', 4, 'jP  '],
  ['JPEG 2000', 0, '\xff\x4f\xff\x51'],
  ['JPEG XL', 0, '\xff\x0a'],
  ['JPEG XL', 4, 'JXL '],
  ['GIF', 0, 'GIF8'],
  ['BMP', 0, 'BM'],
  ['a RAW photo', 0, 'FUJIFILMCCD-RAW'],
  ['TIFF or a RAW photo', 0, 'II*\0'],
  ['TIFF or a RAW photo', 0, 'MM\0*'],
  ['PDF', 0, '%PDF-'],
  ['a Photoshop file', 0, '8BPS'],
  ['a PNG made for iOS apps', 12, 'CgBI'],
  ['a ZIP archive', 0, 'PK\x03\x04'],
  ['what macOS keeps beside a photo (AppleDouble)', 0, '\0\x05\x16\x07'],
];

function formatOf(head: Uint8Array): string | undefined {
  if (textAt(head, 4, 8) === 'ftyp')
    return textAt(head, 8, 12) === 'crx ' ? 'a RAW photo' : 'a film';
  return signatures.find(([, at, text]) => textAt(head, at, at + text.length) === text)?.[0];
}

/** Line ends, a byte order mark or a message that a program printed in front of the photo. */
function bytesBeforePhoto(head: Uint8Array): number | undefined {
  for (let at = 1; at < Math.min(head.length, headBytes); at += 1)
    if (photoTypeOf(head.subarray(at)) !== undefined) return at;
  return undefined;
}

const textAt = (head: Uint8Array, from: number, to: number) =>
  String.fromCharCode(...head.subarray(from, to));
