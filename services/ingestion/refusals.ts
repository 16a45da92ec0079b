// What an upload is refused for, by code; what does not fit a schema or is not a token is refused there.
import { maximumImageBytes } from '../../contracts/recognition.ts';
import { Problem } from '../../platform/http/problem.ts';

export const undeclared = () =>
  new Problem(
    422,
    'UPLOAD_NOT_DECLARED',
    'bytes and checksum are missing: send both, or let the service accept uploads without them (ALLOW_UNDECLARED_UPLOADS=true)',
    { errors: { bytes: ['is missing'], checksum: ['is missing'] } },
  );

export const partlyDeclared = (given: string, missing: string) =>
  new Problem(422, 'INVALID', `${missing} is missing: send it with ${given}`, {
    errors: { [missing]: [`is missing: send it with ${given}`] },
  });

/** A kind that is known and held back: UPLOAD_CONTENT_TYPES. */
export const typeNotTaken = (contentType: string, taken: readonly string[]) => {
  const why = `${contentType} is not taken: expected ${taken.join(', ')}`;
  return new Problem(422, 'INVALID', why, { errors: { contentType: [why] } });
};

export const notRenewable = () =>
  new Problem(410, 'UPLOAD_NOT_DECLARED', 'this uploadId declares no bytes: start a new upload');

export const notUploaded = () =>
  new Problem(
    404,
    'NOT_UPLOADED',
    'nothing was uploaded under this uploadId: PUT the photo to its putUrl first',
  );

export const tooLarge = () =>
  new Problem(
    413,
    'IMAGE_TOO_LARGE',
    `the photo is too large: at most ${maximumImageBytes} bytes (20 MB) are allowed`,
  );

export const emptyObject = () =>
  new Problem(422, 'EMPTY_OBJECT', 'the uploaded object is empty: upload the photo again');

/** Reveals nothing of the stored object: callers know the size and checksum of their own photo. */
export const bytesDiffer = () =>
  new Problem(
    409,
    'BYTES_DIFFER',
    'the upload has another size than claimed: confirm with the bytes of the uploaded photo',
  );

export const checksumDiffers = () =>
  new Problem(
    409,
    'CHECKSUM_DIFFERS',
    'the upload has another checksum than claimed: confirm with the checksum of the uploaded photo',
  );

export const notTheDeclaredType = (found: string | undefined, declared: string) =>
  new Problem(
    415,
    'NOT_THE_DECLARED_TYPE',
    `the uploaded object is ${found ?? 'of an unknown type'}, not ${declared} as declared: start an upload with its type`,
  );

export const uploadChanged = (cause?: unknown) =>
  new Problem(409, 'UPLOAD_CHANGED', 'the upload changed while it was checked: confirm again', {
    cause,
  });
