import type { ImageUpload } from '../../../contracts/schema.generated.ts';
import { onBackOnline } from '../graphql/back-online.ts';
import { sendAcrossOrigins } from '../graphql/cross-origin.ts';
import { UnavailableError, UnexpectedAnswerError } from '../graphql/errors.ts';
import { anyOf } from '../graphql/retry.ts';
import type { Photo } from './photo.ts';
import type { Transport } from '../graphql/transport.ts';

/** How much of the photo is on its way. */
export interface Progress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

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

type PresignedPut = Pick<ImageUpload, 'putUrl' | 'headers'>;

interface PutOptions {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal | undefined;
  /** Default: 20 s. */
  readonly stallAfterMs?: number | undefined;
}

type Put = (
  upload: PresignedPut,
  photo: Photo,
  options: Pick<PutOptions, 'onProgress'> & { readonly signal: AbortSignal },
) => Promise<{ status: number; text: string }>;

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

/** Of those that are signed, `content-length` is set by the body, and browsers forbid it to others. */
const headersToSet = ({ headers }: PresignedPut) =>
  headers.filter(({ name }) => name.toLowerCase() !== 'content-length');

const putByFetch =
  ({ fetch }: Pick<Transport, 'fetch'>): Put =>
  async (upload, photo, { onProgress, signal }) => {
    const response = await fetch(upload.putUrl, {
      method: 'PUT',
      headers: headersToSet(upload).map(({ name, value }): [string, string] => [name, value]),
      body: new CountedBlob(photo.blob, onProgress),
      signal,
    });
    // The status decides, also where the connection ends before the body is read.
    return { status: response.status, text: await response.text().catch(() => '') };
  };

/** Still a Blob, so that its length is sent (a store refuses a PUT without one), but it counts. */
class CountedBlob extends Blob {
  readonly #onProgress: (progress: Progress) => void;

  constructor(blob: Blob, onProgress: (progress: Progress) => void) {
    super([blob], { type: blob.type });
    this.#onProgress = onProgress;
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let sentBytes = 0;
    return new ReadableStream({
      pull: async (controller) => {
        const chunk = await this.slice(sentBytes, sentBytes + chunkBytes).arrayBuffer();
        if (chunk.byteLength === 0) {
          controller.close();
          return;
        }
        sentBytes += chunk.byteLength;
        this.#onProgress({ sentBytes, totalBytes: this.size });
        controller.enqueue(new Uint8Array(chunk));
      },
    });
  }
}

const chunkBytes = 64 * 1024;

const putByXhr =
  ({ fetch }: Pick<Transport, 'fetch'>): Put =>
  (upload, photo, options) => {
    const { putUrl: url } = upload;
    let isMoving = false; // then CORS allows it: a browser asks before it sends the first byte
    const onProgress = (progress: Progress) => {
      isMoving ||= progress.sentBytes > 0;
      options.onProgress(progress);
    };
    const send = () => sendByXhr(upload, photo, { ...options, onProgress });
    const remedy = (page: string) =>
      `Ask an operator to let the bucket's CORS rule allow ${page} (CORS_ORIGINS).`;
    return sendAcrossOrigins(send, {
      url,
      fetch,
      signal: options.signal,
      remedy,
      isHidden: () => !isMoving,
    });
  };

const sendByXhr: Put = (upload, photo, { onProgress, signal }) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted(); // aborted already: no event would come
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    xhr.open('PUT', upload.putUrl);
    for (const { name, value } of headersToSet(upload)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = ({ loaded }) =>
      onProgress({ sentBytes: loaded, totalBytes: photo.blob.size });
    xhr.onload = () => resolve({ status: xhr.status, text: xhr.responseText });
    xhr.onabort = () => reject(signal.reason as Error);
    xhr.onerror = () =>
      reject(
        new UnavailableError('UNREACHABLE', `no answer from ${new URL(upload.putUrl).origin}`, {
          remedy: 'Check the network, and that the store allows this page (CORS).',
        }),
      );
    xhr.onloadend = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    xhr.send(photo.blob);
  });
