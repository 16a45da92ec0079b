import { UnavailableError, UnexpectedAnswerError } from './errors.ts';
import type { Photo } from './photo.ts';
import type { Transport } from './transport.ts';

/** How much of the photo is on its way. */
export interface Progress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/** The presigned address is no longer good: a new upload must be started. */
export class PutUrlExpiredError extends UnavailableError {}

/**
 * PUTs the photo to its presigned URL, once. In browsers over XMLHttpRequest, whose upload tells
 * its progress; elsewhere over fetch, with the bytes counted as they are taken.
 *
 * @throws {PutUrlExpiredError} the store refuses the signature (403).
 * @throws {UnavailableError} the store did not answer, or asks to come back.
 */
export async function putPhoto(
  transport: Pick<Transport, 'fetch'>,
  putUrl: string,
  photo: Photo,
  options: { onProgress: (progress: Progress) => void; signal: AbortSignal | undefined },
): Promise<void> {
  const put = typeof XMLHttpRequest === 'undefined' ? putByFetch(transport) : putByXhr;
  const status = await put(putUrl, photo, options);
  if (status >= 200 && status < 300) return;
  if (status === 403)
    throw new PutUrlExpiredError('PUT_URL_REFUSED', 'the store refused the upload address', {
      remedy: 'Start the upload again; does the clock of this machine go right?',
    });
  if (status === 429 || status >= 500)
    throw new UnavailableError(`STORE_${status}`, `the store answered ${status}`, {
      remedy: 'Try again later.',
    });
  throw new UnexpectedAnswerError(`STORE_${status}`, `the store answered ${status}`, {
    remedy: 'Is there a proxy between this machine and the store?',
  });
}

type Put = (
  putUrl: string,
  photo: Photo,
  options: { onProgress: (progress: Progress) => void; signal: AbortSignal | undefined },
) => Promise<number>;

const putByFetch =
  ({ fetch }: Pick<Transport, 'fetch'>): Put =>
  async (putUrl, photo, { onProgress, signal }) => {
    const response = await fetch(putUrl, {
      method: 'PUT',
      headers: { 'content-type': photo.contentType },
      body: new CountedBlob(photo.blob, onProgress),
      signal: signal ?? null,
    });
    await response.body?.cancel();
    return response.status;
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
        const part = await this.slice(sentBytes, sentBytes + partBytes).arrayBuffer();
        if (part.byteLength === 0) {
          controller.close();
          return;
        }
        sentBytes += part.byteLength;
        this.#onProgress({ sentBytes, totalBytes: this.size });
        controller.enqueue(new Uint8Array(part));
      },
    });
  }
}

const partBytes = 64 * 1024;

const putByXhr: Put = (putUrl, photo, { onProgress, signal }) =>
  new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    xhr.open('PUT', putUrl);
    xhr.setRequestHeader('content-type', photo.contentType);
    xhr.upload.onprogress = ({ loaded }) =>
      onProgress({ sentBytes: loaded, totalBytes: photo.blob.size });
    xhr.onload = () => resolve(xhr.status);
    xhr.onabort = () => reject(signal?.reason as Error);
    xhr.onerror = () =>
      reject(
        new UnavailableError('UNREACHABLE', `no answer from ${new URL(putUrl).origin}`, {
          remedy: 'Check the network; does the store allow this page (CORS)?',
        }),
      );
    xhr.onloadend = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort, { once: true });
    xhr.send(photo.blob);
  });
