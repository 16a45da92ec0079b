// 75 megapixels in every way that a photo can be stored, below the 20 MB that are taken.
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { maximumImageBytes } from '../../../contracts/recognition.ts';
import { costlyImages, scansWithoutEnd } from '../../support/images/costly-images.ts';
import { webpAnimation } from '../../support/images/image-bytes.ts';

/** A flat field: for most kinds what a decoder holds follows from the header, not from what is drawn. */
const field = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#fb0' } });
const side75 = 8_660;
const side25 = 5_000;
const side108 = 10_392;
const side200 = 14_142;

export interface HeavyPhoto {
  readonly kind: string;
  readonly make: () => Buffer | Promise<Buffer>;
  /** How many of it at once. */
  readonly times?: number;
}

const stored = (kind: string, store: (picture: Sharp) => Sharp, side = side75): HeavyPhoto => ({
  kind,
  make: () => store(field(side)).toBuffer(),
});
const flatPng = { compressionLevel: 9 };

export const heavyPhotos: readonly HeavyPhoto[] = [
  stored('jpeg', (s) => s.jpeg()),
  stored('jpeg of 200 MP', (s) => s.jpeg(), side200),
  stored('progressive jpeg of 108 MP', (s) => s.jpeg({ progressive: true }), side108),
  stored('png of 200 MP', (s) => s.png(flatPng), side200),
  stored('webp of 108 MP', (s) => s.webp({ effort: 0 }), side108),
  stored('jpeg, turned by EXIF', (s) => s.jpeg().withMetadata({ orientation: 6 })),
  stored('jpeg 4:4:4', (s) => s.jpeg({ chromaSubsampling: '4:4:4' })),
  stored('progressive jpeg', (s) => s.jpeg({ progressive: true })),
  stored('progressive jpeg 4:4:4', (s) =>
    s.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
  ),
  stored('progressive CMYK jpeg', (s) => s.toColourspace('cmyk').jpeg({ progressive: true })),
  { kind: 'jpeg of 90 scans, 55 MP', make: () => filledUp(scansWithoutEnd(7_400, 90)) },
  stored('png', (s) => s.png(flatPng)),
  stored('png, turned by EXIF', (s) => s.png(flatPng).withMetadata({ orientation: 6 })),
  stored('interlaced png', (s) => s.png({ ...flatPng, progressive: true })),
  stored('interlaced png with alpha', (s) =>
    s.ensureAlpha().png({ ...flatPng, progressive: true }),
  ),
  stored('16-bit png', (s) => s.toColourspace('rgb16').png(flatPng)),
  stored('interlaced 16-bit png', (s) =>
    s.toColourspace('rgb16').png({ ...flatPng, progressive: true }),
  ),
  stored('webp', (s) => s.webp({ effort: 0 })),
  { kind: 'lossless webp', make: losslessWebp },
  { kind: 'animated webp', make: animation },
  {
    ...stored(
      'two progressive jpegs of 25 MP',
      (s) => s.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
      side25,
    ),
    times: 2,
  },
  { ...stored('four jpegs of 75 MP', (s) => s.jpeg()), times: 4 },
  { kind: 'jpeg of 20 MB', make: fullSize },
  ...costlyImages.map(({ what, make }) => ({ kind: what, make })),
];

async function animation(): Promise<Buffer> {
  const webp = await field(256).webp().toBuffer();
  return webpAnimation({ width: side75, height: side75 }, { webp, width: 256, height: 256 }, 3);
}

async function fullSize(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const jpeg = await sharp({
    create: { width: 4_600, height: 3_450, channels: 3, background: '#fb0', noise },
  })
    .jpeg({ quality: 85 })
    .toBuffer();
  return filledUp(jpeg);
}

/** As many bytes as are taken: what follows a picture is read by no decoder, but it is carried along. */
const filledUp = (picture: Buffer) =>
  Buffer.concat([picture, Buffer.alloc(maximumImageBytes - picture.length)]);

/** Of one colour it would be packed to an eighth, in memory too. */
function losslessWebp(): Promise<Buffer> {
  const drawing = fileURLToPath(new URL('../../../client/samples/cat-320d.jpg', import.meta.url));
  return sharp(drawing)
    .resize(side75, side75, { fit: 'fill' })
    .webp({ lossless: true, effort: 0 })
    .toBuffer();
}
