// Which photos are taken. Imports nothing, because browsers check their photos by it.

export const contentTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type ContentType = (typeof contentTypes)[number];

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
};

/** A content type in any spelling, with or without parameters, as one of {@link contentTypes}. */
export function readContentType(given: string): ContentType | undefined {
  const name = given.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const other = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
  return contentTypes.find((type) => type === name) ?? other;
}
