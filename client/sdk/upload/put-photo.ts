import { onBackOnline } from '../http/back-online.ts';
import { UnavailableError, UnexpectedAnswerError } from '../http/errors.ts';
import { anyOf } from '../http/retry.ts';
import type { Photo } from './photo.ts';
import { putByFetch, putByXhr, type PresignedPut, type Progress, type Put } from './put-request.ts';
import type { Transport } from '../graphql/transport.ts';

/** The store refuses this `putUrl`: `renewUpload` gives another one. */
export class PutUrlExpiredError extends UnavailableError {}

/** Nothing moved for `stallAfterMs`: the connection is given up. */
export class UploadStalledError extends UnavailableError {}

/** Other bytes arrived than were declared, or not all of them. */
export class PhotoDamagedError extends UnavailableError {}

/** `code` of an S3 error (400) that says that the same PUT may succeed when made again. */
const damagedCodes = new Set([
  'BadDigest',
  'XAmzContentChecksumMismatch',
  'IncompleteBody',
  'RequestTimeout',
]);

/**
 * PUTs the photo to its presigned URL, once, with the headers of the upload. In browsers over
 * XMLHttpRequest, whose upload reports its progress; elsewhere over fetch, with the bytes counted as
 * they are taken. Also returns when the photo is there already (412: `if-none-match`).
 *
 * @throws {PutUrlExpiredError} the store refuses the signature (403).
 * @throws {PhotoDamagedError} the bytes did not arrive as they were declared (400).
 * @throws {UploadStalledError} nothing moved for `stallAfterMs`.
 * @throws {UnavailableError} the store did not answer, asks to come back later, or has another PUT of
 *   the same photo in progress (409).
 */
export async function putPhoto(
  transport: Pick<Transport, 'fetch'>,
  upload: PresignedPut,
  photo: Photo,
  options: PutOptions,
): Promise<void> {
  const put = typeof XMLHttpRequest === 'undefined' ? putByFetch(transport) : putByXhr(transport);
  const { status, text } = await putWhileItMoves(put, upload, photo, options);
  if ((status >= 200 && status < 300) || status === 412) return;
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? '';
  const message = `the store answered ${status} ${code}`.trimEnd();
  if (status === 403)
    throw new PutUrlExpiredError('PUT_URL_REFUSED', message, {
      remedy:
        'Upload it again. If that stays refused, ask an operator to compare clocks and keys of the service and its store: the clock of this machine plays no part.',
    });
  if (status === 400 && damagedCodes.has(code))
    throw new PhotoDamagedError('PHOTO_DAMAGED', message, {
      remedy: 'Upload the photo again; check for a proxy that changes it on its way to the store.',
    });
  if (status === 409 || status === 429 || status >= 500)
    throw new UnavailableError(`STORE_${status}`, message, { remedy: 'Try again later.' });
  throw new UnexpectedAnswerError(`STORE_${status}`, message, {
    remedy: 'Check for a proxy between this machine and the store.',
  });
}

interface PutOptions {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal | undefined;
  /** Default: 20 s. */
  readonly stallAfterMs?: number | undefined;
}

export const stallAfterMs = 20_000;
const quietAfterReturnMs = 5_000; // a connection from before the machine was offline seldom moves again

/** Progress is what the connection takes; the answer of the store counts too. */
async function putWhileItMoves(
  put: Put,
  upload: PresignedPut,
  photo: Photo,
  { onProgress, signal, stallAfterMs: limitMs = stallAfterMs }: PutOptions,
): ReturnType<Put> {
  const givenUp = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waitAtMost = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => givenUp.abort(stalledError(ms)), ms);
  };
  const stopListening = onBackOnline(() => waitAtMost(Math.min(limitMs, quietAfterReturnMs)));
  waitAtMost(limitMs);
  try {
    return await put(upload, photo, {
      signal: anyOf(givenUp.signal, signal),
      onProgress(progress) {
        waitAtMost(limitMs);
        try {
          onProgress(progress);
        } catch (error) {
          givenUp.abort(error); // the caller's own fault is none of the network
        }
      },
    });
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

const stalledError = (ms: number) =>
  new UploadStalledError('UPLOAD_STALLED', `upload stalled: nothing was sent for ${ms} ms`, {
    remedy: 'Check the network; the client tries it again.',
  });
