// Which photos are taken. Imports nothing, because browsers check their photos by it.

/** Every kind that is taken, by its content type: docs, schema and messages name these. */
export const photoKinds = {
  'image/jpeg': { name: 'JPEG', extension: 'jpg' },
  'image/png': { name: 'PNG', extension: 'png' },
  'image/webp': { name: 'WebP', extension: 'webp' },
  'image/heic': { name: 'HEIC', extension: 'heic' },
  'image/avif': { name: 'AVIF', extension: 'avif' },
} as const;
export type ContentType = keyof typeof photoKinds;
export const contentTypes = Object.keys(photoKinds) as [ContentType, ...ContentType[]];

/** `JPEG, PNG, WebP, HEIC or AVIF` */
export const photoKindNames = Object.values(photoKinds)
  .map(({ name }) => name)
  .join(', ')
  .replace(/, (?=\w+$)/, ' or ');

/** The largest photo taken, in bytes: what Google Cloud Vision takes too (20 MB per image file). */
export const maximumImageBytes = 20 * 1024 * 1024;

/** A preview: a JPEG whose longer side has at most so many pixels, and its bytes. */
export const longestPreviewSide = 1280;
export const maximumPreviewBytes = 2 * 1024 * 1024;

/** Other names of the same formats, as browsers, mail programs and older servers write them. */
const otherNames: Readonly<Record<string, ContentType>> = {
  'image/jpg': 'image/jpeg',
  'image/jpe': 'image/jpeg',
  'image/jfif': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/pipeg': 'image/jpeg',
  'image/mpo': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/apng': 'image/png',
  'image/vnd.mozilla.apng': 'image/png',
  'image/heif': 'image/heic',
};

/** A content type in any spelling, with or without parameters, as one of {@link contentTypes}. */
export function readContentType(given: string): ContentType | undefined {
  const name = given.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const other = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
  return contentTypes.find((type) => type === name) ?? other;
}

const stillHevc = ['heic', 'heix', 'heim', 'heis'];
const sequences = ['hevc', 'hevx', 'hevm', 'hevs', 'msf1', 'avis'];

/**
 * What an ISO base media file (ISO 14496-12, the container of HEIC, AVIF and films) holds, by the brands in
 * its first box; undefined: no such file, or one without pictures.
 *
 * @param head its first bytes: 64 tell almost always.
 */
export function readHeifBrands(head: Uint8Array): ContentType | 'sequence' | undefined {
  const textAt = (from: number) => String.fromCharCode(...head.subarray(from, from + 4));
  if (textAt(4) !== 'ftyp') return undefined;
  const [, , high = 0, low = 0] = head;
  const end = Math.min(head.length, high * 256 + low, maximumBrandBytes);
  const brands = [textAt(8)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(textAt(at));
  if (sequences.includes(brands[0] ?? '')) return 'sequence';
  const first = brands.find((brand) => [...stillHevc, 'avif'].includes(brand));
  if (first === 'avif') return 'image/avif';
  return first !== undefined || brands.includes('mif1') ? 'image/heic' : undefined;
}

const maximumBrandBytes = 512;
