import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inspectObject } from '../../../services/ingestion/inspect-object.ts';
import { corruptedImages } from '../../../tests/support/images/corrupted-images.ts';
import { drawnPhoto, nonImages } from '../../../tests/support/images/malformed-images.ts';
import {
  codedItem,
  eightBit,
  encodedHeic,
  heif,
} from '../../../tests/support/images/heif-boxes.ts';
import { oddPhotos } from '../../../tests/support/images/odd-photos.ts';
import { readPhoto } from './photo.ts';

const jpeg = await drawnPhoto.clone().jpeg().toBuffer();
const refusalOf = (bytes: Uint8Array, filename = 'photo.jpg') =>
  readPhoto(bytes, { filename }).then(
    () => undefined,
    (error: unknown) => error,
  );

test.each(oddPhotos)('takes $what, as the service does', async ({ make, contentType }) => {
  const bytes = await make();
  expect((await readPhoto(bytes, { filename: 'a' })).contentType).toBe(contentType);
  expect((await inspectObject([bytes])).mediaType).toBe(contentType);
});

test.each([
  ['HEIC', 'image/heic', () => encodedHeic],
  ['HEIF', 'image/heic', () => heif([codedItem(eightBit)], { brands: ['mif1', 'mif1', 'heic'] })],
  ['AVIF', 'image/avif', () => drawnPhoto.clone().resize(16).avif({ effort: 0 }).toBuffer()],
])('takes %s, as the service does, also without a content type', async (_, contentType, make) => {
  const bytes = await make();
  for (const given of [undefined, contentType])
    expect((await readPhoto(bytes, { filename: 'a', contentType: given })).contentType).toBe(
      contentType,
    );
  expect((await inspectObject([bytes])).mediaType).toBe(contentType);
});

test.each(nonImages)('refuses $what before it is sent', async ({ make }) => {
  expect(await refusalOf(await make())).toMatchObject({ code: 'PHOTO_TYPE_UNSUPPORTED' });
});

const heads = fc
  .tuple(
    fc.constantFrom('ffd8', 'ffd8ff', '89504e470d0a1a0a', '52494646', '00000000', ''),
    fc.constantFrom('', 'f7', 'e0', '0000000057454250', '0000000d49484452'),
    fc.uint8Array({ maxLength: 64 }),
  )
  .map(([a, b, rest]) => Buffer.concat([Buffer.from(a + b, 'hex'), rest]));

test('sees in a file what the service sees in it after the upload', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(corruptedImages, heads), async (bytes) => {
      fc.pre(bytes.length > 0);
      const taken = await readPhoto(bytes, { filename: 'a' }).catch(() => undefined);
      if (taken === undefined) return;
      const seen = (await inspectObject([bytes])).mediaType;
      // A PNG whose chunks are damaged is no PNG to the service, which follows them.
      if (taken.contentType !== 'image/png' || seen !== undefined)
        expect(seen).toBe(taken.contentType);
    }),
    { numRuns: 500 },
  );
});

describe('a file of another kind', () => {
  test.each([
    ['HEIC in a row', '\0\0\0\x18ftypmsf1', 'it is a sequence of pictures', 'Export one of them'],
    ['AVIF in a row', '\0\0\0\x18ftypavis', 'it is a sequence of pictures', 'Export one of them'],
    ['a film', '\0\0\0\x18ftypmp42', 'it is a film', 'Convert'],
    ['a RAW photo', 'II*\0\x10\0\0\0CR', 'it is TIFF or a RAW photo', 'Convert it to JPEG'],
    ['JPEG LS', '\xff\xd8\xff\xf7', 'it is JPEG LS', 'Convert it to JPEG'],
    ['an AppleDouble file', '\0\x05\x16\x07\0\x02', 'AppleDouble', 'Convert'],
  ])('%s is named, with what helps', async (_, head, what, remedy) => {
    expect(await refusalOf(Buffer.from(head.padEnd(40, '\0'), 'latin1'))).toMatchObject({
      message: expect.stringContaining(what),
      remedy: expect.stringContaining(remedy),
    });
  });

  test.each(['\r\n', '\xef\xbb\xbf', '<br />\n<b>Notice</b>: undefined index\n'])(
    'a photo behind %j is refused with the number of bytes in front',
    async (front) => {
      const bytes = Buffer.concat([Buffer.from(front, 'latin1'), jpeg]);
      expect(await refusalOf(bytes)).toMatchObject({
        message: `photo.jpg is not a JPEG, PNG, WebP, HEIC or AVIF photo: a photo begins only after ${front.length} other bytes`,
      });
    },
  );
});

test.each(['image/jpg', 'image/pjpeg', 'IMAGE/JPEG'])(
  'takes a jpeg called %s',
  async (contentType) => {
    const { contentType: taken } = await readPhoto(jpeg, { filename: 'a', contentType });
    expect(taken).toBe('image/jpeg');
  },
);
