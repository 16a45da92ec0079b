// Whether a photo that appears in a folder has its end, read from a few bytes of it.
import { open, type FileHandle } from 'node:fs/promises';

/**
 * False also for a photo that something stands behind, or that has no end mark and is whole all the same:
 * whoever waits waits a little longer for it.
 */
export async function isWrittenToItsEnd(path: Buffer): Promise<boolean> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const head = await bytesAt(file, 0, 12);
    if (head.readUInt16BE(0) === 0xffd8) return await hasWholeJpeg(file, size);
    if (head.toString('latin1', 1, 4) === 'PNG')
      return (await bytesAt(file, size - 8, 4)).toString('latin1') === 'IEND';
    if (head.toString('latin1', 0, 4) === 'RIFF') return size >= 8 + head.readUInt32LE(4);
    return false;
  } catch {
    return false; // too short, or gone
  }
}

/**
 * The segments are walked, because the thumbnail in one of them ends like a photo. A file of several pictures
 * (MPF) ends like one after each of them, so its last two bytes prove nothing.
 */
async function hasWholeJpeg(file: FileHandle, size: number): Promise<boolean> {
  for (let at = 2; ;) {
    const segment = await bytesAt(file, at, 8);
    const [mark, marker] = segment;
    if (mark !== 0xff || marker === undefined) return false;
    if (marker === startOfScan) break;
    if (marker === application2 && segment.toString('latin1', 4, 7) === 'MPF') return false;
    at += 2 + segment.readUInt16BE(2);
  }
  return (await bytesAt(file, size - 2, 2)).readUInt16BE() === 0xffd9;
}

const startOfScan = 0xda;
const application2 = 0xe2;

/** @throws {RangeError} the file is shorter. */
async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw new RangeError('the file ends before');
  return buffer;
}
