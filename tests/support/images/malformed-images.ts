// Files that are not what they say, each made here byte by byte or by a real encoder; none is a photo of
// anything. `drawnPhoto` is the sound one that they are made of.
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { ContentType } from '../../../contracts/photos.ts';
import { codedItem, eightBit, encodedHeic, heif } from './heif-boxes.ts';
import { pngChunk, pngHead, withJpegSize } from './image-bytes.ts';

/** 640x480, with enough in it that half a file is half a picture. */
export const drawnPhoto = sharp({
  create: {
    width: 640,
    height: 480,
    channels: 3,
    background: '#fb0',
    noise: { type: 'gaussian', mean: 128, sigma: 40 },
  },
});
const jpeg = () => drawnPhoto.clone().jpeg().toBuffer();

export interface MalformedImage {
  readonly what: string;
  readonly make: () => Buffer | Promise<Buffer>;
}

/** None of the kinds that are taken by their first bytes: 415 at confirm, IMAGE_UNSUPPORTED behind it. */
export const nonImages: readonly (MalformedImage & { readonly mediaType: string })[] = [
  {
    what: 'SVG',
    mediaType: 'image/svg+xml',
    make: () =>
      Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
      ),
  },
  {
    what: 'SVG behind an XML line',
    mediaType: 'image/svg+xml',
    make: () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
  },
  {
    what: 'HEIC pictures in a row, as telephones write films of a moment',
    mediaType: 'image/heif-sequence',
    make: () => heif([codedItem(eightBit)], { brands: ['msf1', 'msf1', 'hevc', 'mif1', 'heic'] }),
  },
  {
    what: 'a film',
    mediaType: 'video/mp4',
    make: () => Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom'.padEnd(5_000, '\0'), 'latin1'),
  },
  {
    what: 'text renamed .jpg',
    mediaType: 'text/plain',
    make: () => Buffer.from('a text, not a photo at all'),
  },
  {
    what: 'GIF',
    mediaType: 'image/gif',
    make: () => drawnPhoto.clone().resize(16).gif().toBuffer(),
  },
  { what: 'PDF', mediaType: 'application/pdf', make: () => Buffer.from('%PDF-1.7\n1 0 obj <<>>') },
];

/** Begin like a photo, so confirm takes them; the decoder finds out. */
export const malformedImages: readonly (MalformedImage & {
  readonly contentType: ContentType;
  readonly code: 'IMAGE_UNREADABLE' | 'IMAGE_TOO_LARGE';
})[] = [
  {
    what: 'a truncated jpeg',
    contentType: 'image/jpeg',
    code: 'IMAGE_UNREADABLE',
    make: async () => half(await jpeg()),
  },
  {
    what: 'a truncated progressive jpeg',
    contentType: 'image/jpeg',
    code: 'IMAGE_UNREADABLE',
    make: async () => half(await drawnPhoto.clone().jpeg({ progressive: true }).toBuffer()),
  },
  {
    what: 'a truncated png',
    contentType: 'image/png',
    code: 'IMAGE_UNREADABLE',
    make: async () => half(await drawnPhoto.clone().png().toBuffer()),
  },
  {
    what: 'a truncated webp',
    contentType: 'image/webp',
    code: 'IMAGE_UNREADABLE',
    make: async () => half(await drawnPhoto.clone().webp().toBuffer()),
  },
  {
    what: 'a truncated heic',
    contentType: 'image/heic',
    code: 'IMAGE_UNREADABLE',
    make: () => half(encodedHeic),
  },
  {
    what: 'a truncated avif',
    contentType: 'image/avif',
    code: 'IMAGE_UNREADABLE',
    make: async () => half(await drawnPhoto.clone().avif({ effort: 0 }).toBuffer()),
  },
  {
    what: 'a heic that says 50000x50000 pixels',
    contentType: 'image/heic',
    code: 'IMAGE_TOO_LARGE',
    make: () => heif([codedItem(eightBit, { width: 50_000, height: 50_000 })]),
  },
  {
    what: 'a large jpeg without its last tenth',
    contentType: 'image/jpeg',
    code: 'IMAGE_UNREADABLE',
    async make() {
      const large = await drawnPhoto.clone().resize(4_800).jpeg().toBuffer();
      return large.subarray(0, Math.floor(large.length * 0.9));
    },
  },
  {
    what: 'a bomb: 400 megapixels in a small file',
    contentType: 'image/png',
    code: 'IMAGE_TOO_LARGE',
    make: () => png(20_000, 20_000, Buffer.alloc(20_000 * (1 + 20_000 / 8)), 1),
  },
  {
    what: 'a header that lies about 50000x50000 pixels',
    contentType: 'image/png',
    code: 'IMAGE_TOO_LARGE',
    make: () => png(50_000, 50_000, Buffer.alloc(10)),
  },
  {
    what: 'a header that promises more rows than there are',
    contentType: 'image/png',
    code: 'IMAGE_UNREADABLE',
    make: () => png(100, 1_000, Buffer.alloc(10 * (1 + 100 * 3), 7)),
  },
  {
    what: 'a jpeg header of 65500x65500',
    contentType: 'image/jpeg',
    code: 'IMAGE_TOO_LARGE',
    make: async () => withJpegSize(await jpeg(), 65_500, 65_500),
  },
];

export const hidden = 'hidden archive <script>alert(1)</script>';
/** A sound photo with another file behind it. */
export const polyglot = async () =>
  Buffer.concat([await jpeg(), Buffer.from(`PK\x03\x04 ${hidden}`)]);

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);

/** Whatever the header claims, the pixels are these rows. Bit depth 1 is black and white, 8 is RGB. */
function png(width: number, height: number, rows: Buffer, bitDepth: 1 | 8 = 8): Buffer {
  return Buffer.concat([
    pngHead({ width, height, bitDepth, colorType: bitDepth === 1 ? 0 : 2 }),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
