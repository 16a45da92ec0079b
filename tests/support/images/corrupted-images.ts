// Bytes as chance makes them: sound files with something wrong, and noise behind magic numbers.
import fc from 'fast-check';
import sharp from 'sharp';
import { encodedHeic } from './heif-boxes.ts';

const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#fb0' } });
const sound = await Promise.all([
  picture.clone().jpeg().toBuffer(),
  picture.clone().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
  picture.clone().png().toBuffer(),
  picture.clone().png({ progressive: true, palette: true }).toBuffer(),
  picture.clone().webp().toBuffer(),
  picture.clone().webp({ lossless: true }).toBuffer(),
  picture.clone().avif({ effort: 0 }).toBuffer(),
  Promise.resolve(encodedHeic),
]);
const magic = [
  'ffd8ff',
  'ffd8ffe0',
  '89504e470d0a1a0a',
  '524946460000000057454250',
  '0000001866747970686569630000000068656963',
].map((hex) => Buffer.from(hex, 'hex'));

/** A place in a file, in thousandths of its length; the magic number stays. */
const place = fc.integer({ min: 20, max: 999 });
const damaged = fc
  .record({
    file: fc.constantFrom(...sound),
    flips: fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 4 }),
    kept: fc.option(place),
  })
  .map(({ file, flips, kept }) => {
    const bytes = Buffer.from(file);
    const at = (thousandths: number) => Math.floor((thousandths * bytes.length) / 1_000);
    for (const [where, value] of flips) bytes[at(where)] = value;
    return kept === null ? bytes : bytes.subarray(0, at(kept));
  });
const noise = fc
  .tuple(fc.constantFrom(...magic), fc.uint8Array({ maxLength: 400 }))
  .map(([head, rest]) => Buffer.concat([head, rest]));

export const corruptedImages = fc.oneof(damaged, noise);
