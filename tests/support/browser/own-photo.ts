import { randomUUID } from 'node:crypto';
import { samplePhoto } from '../harness/users.ts';

const longestSegment = 65_533; // bytes of a JPEG comment
const comment = (text: Buffer) => {
  const head = Buffer.from([0xff, 0xfe, 0, 0]);
  head.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([head, text]);
};

/** A drawn machine as nobody else has sent it. @param bytes at least so many, to be under way for a while. */
export async function ownPhoto(sample?: string, bytes = 0): Promise<Uint8Array> {
  const photo = Buffer.from(await samplePhoto(sample));
  const filling = Array.from({ length: Math.ceil(bytes / longestSegment) }, () =>
    comment(Buffer.alloc(longestSegment, ' ')),
  );
  const start = photo.subarray(0, 2);
  return Buffer.concat([start, comment(Buffer.from(randomUUID())), ...filling, photo.subarray(2)]);
}
