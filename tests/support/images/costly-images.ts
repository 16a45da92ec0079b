// Sound by every header, and made to cost a decoder far more than they weigh.
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { MalformedImage } from './malformed-images.ts';
import { insertChunks, jpegSegment, pngChunk, pngHead, webpAnimation } from './image-bytes.ts';

const speck = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#fb0' } });

/**
 * A valid progressive JPEG: every coefficient of every colour in a scan of its own, bit by bit. A scan
 * says "nothing here" in 70 bytes, and the decoder walks through the whole picture for it.
 *
 * @param side pixels of the square picture, @param most of the 2649 scans that the standard allows it.
 */
export function scansWithoutEnd(side: number, most = 2_649): Buffer {
  const blocks = Math.ceil(side / 8) ** 2;
  const colors = [1, 2, 3];
  const scan = (color: number, coefficient: number, high: number, low: number) =>
    jpegSegment(0xda, Buffer.from([1, color, 0, coefficient, coefficient, (high << 4) | low]));
  const size = [side >> 8, side & 255];
  const parts = [
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xdb, Buffer.from([0, ...Array<number>(64).fill(1)])),
    jpegSegment(
      0xc2,
      Buffer.from([8, ...size, ...size, 3, ...colors.flatMap((color) => [color, 0x11, 0])]),
    ),
    oneCodeTable(0x00, 0), // the mean of a block: unchanged
    oneCodeTable(0x10, 0xe0), // its details: a run of empty blocks
  ];
  for (const color of colors) parts.push(scan(color, 0, 0, 0), Buffer.alloc(Math.ceil(blocks / 8)));
  const nothing = emptyBlocks(blocks);
  let scans = colors.length;
  for (let bit = 13; bit >= 0; bit -= 1)
    for (const color of colors)
      for (let coefficient = 1; coefficient < 64 && scans < most; coefficient += 1, scans += 1)
        parts.push(scan(color, coefficient, bit === 13 ? 0 : bit + 1, bit), nothing);
  return Buffer.concat([...parts, Buffer.from([0xff, 0xd9])]);
}

/** A grey JPEG stored row by row, however many pixels: two bits for each block. */
export function rowByRow(width: number, height: number): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xdb, Buffer.from([0, ...Array<number>(64).fill(1)])),
    jpegSegment(0xc0, Buffer.from([8, ...size, 1, 1, 0x11, 0])),
    oneCodeTable(0x00, 0), // the mean of a block: unchanged
    oneCodeTable(0x10, 0), // its details: none
    jpegSegment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.alloc(Math.ceil(blocks / 4)),
    Buffer.from([0xff, 0xd9]),
  ]);
}

const oneCodeTable = (kind: number, symbol: number) =>
  jpegSegment(0xc4, Buffer.from([kind, 1, ...Array<number>(15).fill(0), symbol]));

/** Runs of at most 32767 empty blocks: the code 0 and 14 bits each. */
function emptyBlocks(blocks: number): Buffer {
  let bits = '';
  for (let left = blocks; left > 0; left -= 32_767)
    bits += `0${Math.max(0, Math.min(left, 32_767) - 16_384)
      .toString(2)
      .padStart(14, '0')}`;
  const bytes = bits.match(/.{1,8}/g)?.map((byte) => parseInt(byte.padEnd(8, '1'), 2)) ?? [];
  return Buffer.from(bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])));
}

/** A picture that carries texts which unpack to `count` times 50 MB. */
async function packedTexts(count: number): Promise<Buffer> {
  const packed = deflateSync(Buffer.alloc(50_000_000));
  const text = pngChunk('iTXt', Buffer.concat([Buffer.from('a\0\x01\0\0\0', 'latin1'), packed]));
  return insertChunks(await speck(64, 48).png().toBuffer(), ...Array<Buffer>(count).fill(text));
}

async function animation(width: number, height: number, frames: number): Promise<Buffer> {
  const webp = await speck(1, 1).webp().toBuffer();
  return webpAnimation({ width, height }, { webp, width: 1, height: 1 }, frames);
}

function monochrome(width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)));
  return Buffer.concat([
    pngHead({ width, height, bitDepth: 1, colorType: 0 }),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Within 10 s each: what comes of them, wherever they are put in. */
export const costlyImages: readonly (MalformedImage & { readonly costs: string })[] = [
  { what: 'jpeg of 2649 scans', costs: '100 s', make: () => scansWithoutEnd(7_400) },
  { what: 'png with 5 GB of packed text', costs: '100 s', make: () => packedTexts(100) },
  { what: 'webp of 200000 frames', costs: 'over 120 s', make: () => animation(320, 240, 200_000) },
  { what: 'png of 10 million columns', costs: '1.5 GB', make: () => monochrome(10_000_000, 7) },
  { what: 'png of 10 million rows', costs: '7 s', make: () => monochrome(1, 10_000_000) },
];
