// Photos as telephones, cameras and half-broken programs write them: every viewer shows them, so they are
// analysed, or they are refused as what they are.
import sharp, { type Sharp } from 'sharp';
import {
  insertChunks,
  insertSegments,
  jpegSegment,
  pngChunk,
  withJpegFrame,
} from './image-bytes.ts';
import { drawnPhoto, type MalformedImage } from './malformed-images.ts';

const size = { width: 640, height: 480 };
const jpeg = () => drawnPhoto.clone().jpeg().toBuffer();
const progressive = () => drawnPhoto.clone().jpeg({ progressive: true }).toBuffer();

/** Decoded at 640 x 480, the first picture of each. */
export const oddPhotos: readonly (MalformedImage & {
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp';
})[] = [
  {
    what: 'a jpeg without its end mark',
    contentType: 'image/jpeg',
    make: async () => withoutEnd(await jpeg()),
  },
  {
    what: 'a jpeg with half its end mark',
    contentType: 'image/jpeg',
    make: async () => (await jpeg()).subarray(0, -1),
  },
  {
    what: 'a progressive jpeg without its end mark',
    contentType: 'image/jpeg',
    make: async () => withoutEnd(await progressive()),
  },
  {
    what: 'a jpeg that ends in zeros instead of its end mark',
    contentType: 'image/jpeg',
    make: async () => Buffer.concat([withoutEnd(await jpeg()), Buffer.alloc(4_096)]),
  },
  {
    what: 'a jpeg that ends in the boundary of a form',
    contentType: 'image/jpeg',
    make: async () =>
      Buffer.concat([withoutEnd(await jpeg()), Buffer.from('\r\n--boundary--\r\n')]),
  },
  { what: 'a multi-picture file (MPO)', contentType: 'image/jpeg', make: multiPicture },
  { what: 'an HDR photo with a gain map', contentType: 'image/jpeg', make: gainMapped },
  {
    what: 'a motion photo: a film behind the picture',
    contentType: 'image/jpeg',
    make: async () =>
      Buffer.concat([
        await jpeg(),
        Buffer.from('\0\0\0\x18ftypmp42', 'latin1'),
        Buffer.alloc(9_000),
      ]),
  },
  { what: 'an animated png', contentType: 'image/png', make: animatedPng },
  {
    what: 'a png without its end mark',
    contentType: 'image/png',
    make: async () => (await drawnPhoto.clone().png().toBuffer()).subarray(0, -12),
  },
  {
    what: 'a png with bytes behind its end',
    contentType: 'image/png',
    make: async () =>
      Buffer.concat([await drawnPhoto.clone().png().toBuffer(), Buffer.alloc(5_000, 7)]),
  },
];

/** Sound, and refused as what they are: no viewer's copy of the same file would help. */
export const unknownKinds: readonly (MalformedImage & { readonly refusal: string })[] = [
  {
    what: 'a jpeg of 12 bits',
    refusal: 'a JPEG with more than 8 bits a sample is not supported',
    make: async () => withJpegFrame(await jpeg(), (frame) => (frame[4] = 12)),
  },
  {
    what: 'a jpeg that says its height at its end (DNL)',
    refusal: 'a JPEG whose header does not say its height is not supported',
    make: async () => withJpegFrame(await jpeg(), (frame) => frame.writeUInt16BE(0, 5)),
  },
  {
    what: 'a lossless jpeg',
    refusal: 'a lossless JPEG is not supported',
    make: async () => withJpegFrame(await jpeg(), (frame) => (frame[1] = 0xc7)),
  },
  {
    what: 'a png made for iOS apps',
    refusal: 'a PNG made for iOS apps is not supported',
    make: async () => {
      const png = await drawnPhoto.clone().png().toBuffer();
      const mark = pngChunk('CgBI', Buffer.from([0x50, 0, 0x20, 2]));
      return Buffer.concat([png.subarray(0, 8), mark, png.subarray(8)]);
    },
  },
];

const withoutEnd = (bytes: Buffer) => bytes.subarray(0, -2);

/** Two whole pictures in a row, the index of both in the first one (CIPA DC-007). */
async function multiPicture(): Promise<Buffer> {
  const index = jpegSegment(0xe2, Buffer.from('MPF\0II*\0\x08\0\0\0\0\0\0\0\0\0', 'latin1'));
  const second = await drawnPhoto.clone().resize(320).jpeg().toBuffer();
  return Buffer.concat([insertSegments(await jpeg(), index), second]);
}

function gainMapped(): Promise<Buffer> {
  const light = new Float32Array(size.width * size.height * 3).map((_, at) => (at % 1_920) / 640);
  const picture = sharp(light, { raw: { ...size, channels: 3 } }).pipelineColourspace('scrgb');
  // Missing in sharp's own types.
  return (picture as Sharp & { withGainMap(): Sharp }).withGainMap().jpeg().toBuffer();
}

async function animatedPng(): Promise<Buffer> {
  const control = Buffer.alloc(8);
  control.writeUInt32BE(1);
  const frame = Buffer.alloc(26);
  frame.writeUInt32BE(size.width, 4);
  frame.writeUInt32BE(size.height, 8);
  frame.writeUInt16BE(10, 22);
  const still = await drawnPhoto.clone().png().toBuffer();
  return insertChunks(still, pngChunk('acTL', control), pngChunk('fcTL', frame));
}
