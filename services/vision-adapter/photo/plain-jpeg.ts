// Which JPEGs hold a picture and nothing else: they need no re-encoding to lose what was hidden in them.
interface PlainJpeg {
  readonly width: number;
  readonly height: number;
}

/** Encoders write about ten. Each is read over the whole picture wherever it is decoded. */
const maximumScans = 16;

const tables = [0xc4, 0xdb, 0xdd]; // Huffman, quantisation, restart interval
const [progressive, startOfScan, endOfImage] = [0xc2, 0xda, 0xd9];
const jfif = Buffer.from('\xff\xe0\0\x10JFIF\0', 'latin1');
const jfifBytes = 18;

/**
 * A progressive JPEG, grey or YCbCr, without a thumbnail, comment, EXIF, colour profile or any other
 * segment that decoding does not need, whose last two bytes are its end mark. Its scans are not looked at:
 * a decoder that minds warnings finds what they should not hold. In a JPEG of one scan it would not, because
 * it stops at the last pixel: such a one is never plain.
 *
 * @returns undefined for every other file, sound or not.
 */
export function readPlainJpeg(bytes: Buffer): PlainJpeg | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  let frame: PlainJpeg | undefined;
  let scans = 0;
  for (let at = hasJfif(bytes) ? 2 + jfifBytes : 2; at + 4 <= bytes.length;) {
    const [prefix, marker = 0] = bytes.subarray(at, at + 2);
    const next = at + 2 + bytes.readUInt16BE(at + 2);
    if (prefix !== 0xff) return undefined;
    if (marker === progressive && frame === undefined) {
      frame = readFrame(bytes.subarray(at + 4, next));
      if (frame === undefined) return undefined;
      at = next;
    } else if (marker === startOfScan && scans < maximumScans) {
      scans += 1;
      at = endOfScan(bytes, next);
      if (bytes[at + 1] === endOfImage) return at + 2 === bytes.length ? frame : undefined;
    } else if (tables.includes(marker)) at = next;
    else return undefined;
  }
  return undefined;
}

/** Of the size that it has without a thumbnail. */
const hasJfif = (bytes: Buffer) =>
  bytes.subarray(2, 2 + jfif.length).equals(jfif) && bytes.readUInt16BE(jfifBytes) === 0;

/** Undefined for other components than those that every decoder takes for grey or YCbCr. */
function readFrame(frame: Buffer): PlainJpeg | undefined {
  const components = frame.length > 5 ? (frame[5] ?? 0) : 0;
  if (frame[0] !== 8 || frame.length !== 6 + 3 * components) return undefined;
  const names = [6, 9, 12].slice(0, components).map((at) => frame[at]);
  if (components !== 1 && names.join() !== '1,2,3') return undefined;
  return { height: frame.readUInt16BE(1), width: frame.readUInt16BE(3) };
}

/** Where the next marker stands: within a scan 0xff is followed by a zero or a restart mark. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}
