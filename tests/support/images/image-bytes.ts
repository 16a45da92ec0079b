// The containers of PNG, JPEG and WebP, for files that no encoder would write.
import { crc32 } from 'node:zlib';

export function pngHead(header: {
  width: number;
  height: number;
  bitDepth: number;
  colorType: number;
}): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(header.width, 0);
  data.writeUInt32BE(header.height, 4);
  data.set([header.bitDepth, header.colorType, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, pngChunk('IHDR', data)]);
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** Chunks that stand behind the header of a finished PNG. */
export function insertChunks(png: Buffer, ...chunks: Buffer[]): Buffer {
  const behindHeader = 8 + 25; // signature, IHDR
  return Buffer.concat([png.subarray(0, behindHeader), ...chunks, png.subarray(behindHeader)]);
}

export function jpegSegment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** Segments that stand first in a finished JPEG. */
export function insertSegments(jpeg: Buffer, ...segments: Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** From the marker of the frame header on: marker, length, bits, height, width. */
export function withJpegFrame(jpeg: Buffer, change: (frame: Buffer) => unknown): Buffer {
  const changed = Buffer.from(jpeg);
  const frame = [0xc0, 0xc2].map((marker) => changed.indexOf(Buffer.from([0xff, marker, 0])));
  change(changed.subarray(frame.find((at) => at > 0)));
  return changed;
}

/** A header that lies about the size. */
export const withJpegSize = (jpeg: Buffer, width: number, height: number): Buffer =>
  withJpegFrame(jpeg, (frame) => {
    frame.writeUInt16BE(height, 5);
    frame.writeUInt16BE(width, 7);
  });

/** The same for a still WebP without a VP8X chunk, whose picture comes first. */
export function withWebpSize(webp: Buffer, width: number, height: number): Buffer {
  const lying = Buffer.from(webp);
  if (lying.toString('latin1', 12, 16) === 'VP8L')
    lying.writeUInt32LE((width - 1) | ((height - 1) << 14), 21);
  else {
    lying.writeUInt16LE(width, 26);
    lying.writeUInt16LE(height, 28);
  }
  return lying;
}

function webpFile(...chunks: Buffer[]): Buffer {
  const body = Buffer.concat(chunks);
  const head = Buffer.alloc(12);
  head.write('RIFF');
  head.writeUInt32LE(body.length + 4, 4);
  head.write('WEBP', 8);
  return Buffer.concat([head, body]);
}

function webpChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type);
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

/** An animation of this size that shows the same still picture `count` times. */
export function webpAnimation(
  canvas: { width: number; height: number },
  still: { webp: Buffer; width: number; height: number },
  count: number,
): Buffer {
  const size = ({ width, height }: { width: number; height: number }) =>
    Buffer.concat([uint24(width - 1), uint24(height - 1)]);
  const frame = webpChunk(
    'ANMF',
    Buffer.concat([
      Buffer.alloc(6),
      size(still),
      uint24(100),
      Buffer.from([0]),
      still.webp.subarray(12),
    ]),
  );
  return webpFile(
    webpChunk('VP8X', Buffer.concat([Buffer.from([2, 0, 0, 0]), size(canvas)])),
    webpChunk('ANIM', Buffer.alloc(6)),
    Buffer.concat(Array<Buffer>(count).fill(frame)),
  );
}

function uint24(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE(value, 0, 3);
  return bytes;
}
