// A chosen file becomes a photo in the queue: read once, made smaller where that is wanted, checked.
import { assertPhotoSize, readPhoto, TrackunitError } from '../../sdk/index.ts';
import type { QueuedPhoto } from './photo-store.ts';

export interface ReadPhoto {
  readonly photo: Pick<QueuedPhoto, 'name' | 'bytes' | 'checksum' | 'thumbnail' | 'refusal'>;
  /** Absent where it was refused. */
  readonly bytes: ArrayBuffer | undefined;
}

/** Recognition looks at no more; sent over a mobile network this is a tenth of what a camera makes. */
const sentPixels = 1_600;
const thumbnailPixels = 192;
/** No camera makes larger photos; a film that was chosen by mistake would fill the memory. */
const shrinkableBytes = 100 * 1024 * 1024;
const jpeg = { type: 'image/jpeg', quality: 0.9 };

/** Never throws: what cannot be read or is no photo is a row with its reason. */
export async function readChosenFile(
  file: File,
  options: { smaller: boolean },
): Promise<ReadPhoto> {
  const name = file.name || 'photo.jpg';
  let bytes: ArrayBuffer;
  try {
    if (!options.smaller || file.size === 0 || file.size > shrinkableBytes)
      assertPhotoSize(file.size, name);
    bytes = await file.arrayBuffer(); // the file may change or go while the photo waits
  } catch (error) {
    if (error instanceof TrackunitError) return refused(name, file.size, error.code, error.remedy);
    return refused(name, file.size, 'FILE_GONE', 'Choose the photo again.');
  }
  const picture = await decode(bytes);
  try {
    if (picture && (options.smaller || isHeic(bytes)))
      bytes = (await shrink(picture, sentPixels, isHeic(bytes))) ?? bytes;
    const { checksum } = await readPhoto(new Uint8Array(bytes), { filename: name });
    const thumbnail = picture && (await shrink(picture, thumbnailPixels, true));
    return { photo: { name, bytes: bytes.byteLength, checksum, thumbnail }, bytes };
  } catch (error) {
    if (!(error instanceof TrackunitError)) throw error;
    return refused(name, bytes.byteLength, error.code, error.remedy);
  } finally {
    picture?.close();
  }
}

const refused = (name: string, bytes: number, code: string, remedy: string): ReadPhoto => ({
  photo: { name, bytes, refusal: { code, remedy, retryable: false } },
  bytes: undefined,
});

/** Upright; undefined where this browser cannot show it. */
async function decode(bytes: ArrayBuffer): Promise<ImageBitmap | undefined> {
  try {
    return await createImageBitmap(new Blob([bytes]));
  } catch {
    return undefined;
  }
}

/** @returns undefined where it is that small already, unless `always`. */
async function shrink(
  picture: ImageBitmap,
  pixels: number,
  always: boolean,
): Promise<ArrayBuffer | undefined> {
  const scale = pixels / Math.max(picture.width, picture.height);
  if (scale >= 1 && !always) return undefined;
  const [width, height] = [picture.width, picture.height].map((side) =>
    Math.max(1, Math.round(side * Math.min(1, scale))),
  ) as [number, number];
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  context?.drawImage(picture, 0, 0, width, height);
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, jpeg.type, jpeg.quality),
  );
  return blob?.arrayBuffer();
}

/** By the brand of its first box; browsers that show HEIC make a JPEG of it, others send it as it is. */
function isHeic(bytes: ArrayBuffer): boolean {
  const head = String.fromCharCode(...new Uint8Array(bytes, 0, Math.min(12, bytes.byteLength)));
  return /^.{4}ftyp(hei[cxms]|hevc|hevx|mif1|msf1)/s.test(head);
}
