import {
  maximumImageBytes,
  photoKindNames,
  readContentType,
  type ContentType,
} from '../../../contracts/photos.ts';
import { UploadRefusedError } from '../http/errors.ts';
import { describeOther, photoTypeOf } from './photo-type.ts';

/** A photo as it will be sent, checked as far as its bytes show without decoding it. */
export interface Photo {
  readonly filename: string;
  readonly contentType: ContentType;
  readonly blob: Blob;
  /** `sha256:` and 64 hex digits over all bytes. */
  readonly checksum: string;
}

/**
 * Reads the photo once and checks it before anything is sent.
 *
 * @throws {UploadRefusedError} PHOTO_EMPTY, PHOTO_TOO_LARGE (over 20 MB), PHOTO_TYPE_UNSUPPORTED
 *   (no JPEG, PNG, WebP, HEIC or AVIF by its first bytes), PHOTO_TYPE_DIFFERS (from the content type given).
 */
export async function readPhoto(
  photo: Blob | Uint8Array,
  { filename, contentType }: { filename: string; contentType?: string | undefined },
): Promise<Photo> {
  assertPhotoSize(photo instanceof Blob ? photo.size : photo.byteLength, filename);
  const bytes = new Uint8Array(photo instanceof Blob ? await photo.arrayBuffer() : photo);
  const type = photoTypeOf(bytes);
  if (type === undefined) {
    const { what, remedy } = describeOther(bytes);
    const message = `${filename} is not a ${photoKindNames} photo${what === undefined ? '' : `: ${what}`}`;
    throw new UploadRefusedError('PHOTO_TYPE_UNSUPPORTED', message, { remedy });
  }
  if (contentType !== undefined && readContentType(contentType) !== type)
    throw new UploadRefusedError(
      'PHOTO_TYPE_DIFFERS',
      `${filename} is ${type}, not ${contentType}`,
      { remedy: `Name it ${type}, or leave the content type out.` },
    );
  return {
    filename,
    contentType: type,
    blob: new Blob([bytes], { type }),
    checksum: await checksumOf(bytes),
  };
}

/** @throws {UploadRefusedError} PHOTO_EMPTY, PHOTO_TOO_LARGE; needs the size alone. */
export function assertPhotoSize(bytes: number, filename: string): void {
  if (bytes === 0)
    throw new UploadRefusedError('PHOTO_EMPTY', `${filename} is empty`, {
      remedy: 'Send the photo itself.',
    });
  if (bytes > maximumImageBytes)
    throw new UploadRefusedError(
      'PHOTO_TOO_LARGE',
      `${filename} has ${(bytes / 1024 / 1024).toFixed(1)} MB, at most 20 MB are allowed`,
      { remedy: 'Scale the photo down, or save it as JPEG.' },
    );
}

async function checksumOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // `subtle` is absent in a browser page that came over plain http from another host.
  if ((globalThis.crypto as Crypto | undefined)?.subtle === undefined)
    throw new UploadRefusedError('NO_WEB_CRYPTO', 'Web Crypto is missing on this page', {
      remedy: 'Open the page over https or on localhost.',
    });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `sha256:${hex}`;
}
