// The PUT itself: over XMLHttpRequest in a browser, whose fetch reports no progress, else over fetch.
import type { ImageUpload } from '../graphql/api.generated.ts';
import { sendAcrossOrigins } from '../http/cross-origin.ts';
import { UnavailableError } from '../http/errors.ts';
import type { Transport } from '../graphql/transport.ts';
import type { Photo } from './photo.ts';

/** How much of the photo is on its way. */
export interface Progress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export type PresignedPut = Pick<ImageUpload, 'putUrl' | 'headers'>;

/** One request; the status of any answer is an answer. */
export type Put = (
  upload: PresignedPut,
  photo: Photo,
  options: { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal },
) => Promise<{ status: number; text: string }>;

/** Of those that are signed, `content-length` is set by the body, and browsers forbid it to others. */
const headersToSet = ({ headers }: PresignedPut) =>
  headers.filter(({ name }) => name.toLowerCase() !== 'content-length');

export const putByFetch =
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

export const putByXhr =
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
