// Files of a folder that are not sent, each with the reason, so that nobody misses a photo in silence.
import { extname } from 'node:path';
import { whyNotRead } from './file-error.ts';
import type { PhotoFile } from './photo-file.ts';

export interface LeftOut {
  readonly file: PhotoFile;
  readonly why: Reason;
}
export type Reason = keyof typeof reasons;

/** In the order in which they are told. */
const reasons = {
  otherFormat: 'a picture of a format that is not taken: convert it to JPEG',
  misnamed: 'a photo by its content, not by its name: name the file itself to have it analyzed',
  ...whyNotRead,
  brokenLink: 'a link to nothing',
  knownFolder: 'the same folder as another one, by a link',
  noFile: 'neither a file nor a folder',
  notEntered: 'a folder, and --no-recursive is given',
  ignored: 'matches --ignore',
  housekeeping: 'hidden, or what other programs keep beside photos',
  noPhoto: 'no photo by its name',
} as const;

const extensions = (list: string) => new Set(list.split(' ').map((name) => `.${name}`));
const photoExtensions = extensions(
  'jpg jpeg jpe jfif jif jfi pjpeg pjp mpo png apng webp heic heif hif avif',
);
const otherExtensions = extensions(
  'heics heifs avifs bmp gif jp2 jxl jxr psd tif tiff arw cr2 cr3 dng nef nrw orf pef raf raw rw2 srw x3f',
);

/** By the name alone; `unsure`: the content says it. */
export function judgeName(name: string): 'photo' | 'unsure' | Reason {
  const extension = extname(name).toLowerCase();
  if (photoExtensions.has(extension)) return 'photo';
  return otherExtensions.has(extension) ? 'otherFormat' : 'unsure';
}

/** Without an extension the content alone decides; another extension is an answer that may be wrong. */
export function judgeContent(name: string, isPhoto: boolean): 'photo' | Reason {
  if (!isPhoto) return 'noPhoto';
  return ['', '.'].includes(extname(name)) ? 'photo' : 'misnamed';
}

/** Of NAS systems, macOS and Windows: thumbnails, recycle bins and the like, in lower case. */
const keptByOthers = new Set([
  '@eadir',
  '@recycle',
  '@tmp',
  '#recycle',
  '#snapshot',
  '$recycle.bin',
  '__macosx',
  'desktop.ini',
  'ehthumbs.db',
  'lost+found',
  'recycler',
  'system volume information',
  'thumbs.db',
  'zbthumbnail.info',
]);

export const isHousekeeping = (name: string): boolean =>
  name.startsWith('.') || keptByOthers.has(name.toLowerCase()) || name.endsWith('.lrdata');

export const describeLeftOut = ({ file, why }: LeftOut): string =>
  `left out: ${file.name}: ${reasons[why]}`;

const namedAtMost = 3;

/** One line for each reason: how many, and the first of them by name. */
export function summarizeLeftOut(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const lines = (Object.keys(reasons) as Reason[]).flatMap((why) => {
    const names = leftOut.filter((one) => one.why === why).map(({ file }) => file.name);
    if (names.length === 0) return [];
    const more = names.length > namedAtMost ? `, and ${names.length - namedAtMost} more` : '';
    const named = `${names.slice(0, namedAtMost).join(', ')}${more}`;
    return [`  ${names.length}: ${reasons[why]}: ${named}`];
  });
  return [`left out: ${leftOut.length} (--dry-run names all of them)`, ...lines];
}
