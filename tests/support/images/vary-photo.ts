// The same picture as another file: what is sent twice by one owner is recognised once.
import { randomInt } from 'node:crypto';
import { jpegSegment } from './image-bytes.ts';

const jfifMarker = 0xe0;

/** A JPEG with the same pixels and other bytes: a header with a resolution of its own, which nobody reads. */
export function varyPhoto(photo: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(photo);
  const header = Buffer.from('JFIF\0\x01\x01\x00....\0\0', 'latin1');
  for (const at of [8, 10]) header.writeUInt16BE(randomInt(1, 0x10000), at);
  const isThere = bytes[3] === jfifMarker;
  const rest = bytes.subarray(isThere ? 4 + bytes.readUInt16BE(4) : 2);
  return new Uint8Array(
    Buffer.concat([bytes.subarray(0, 2), jpegSegment(jfifMarker, header), rest]),
  );
}
