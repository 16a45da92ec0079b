// Step 10: the photo as confirmed, byte for byte, or a failure: its checksum is always compared.
import { createHash } from 'node:crypto';
import type { ConfirmedImage } from '../../../contracts/recognition.ts';
import { getUrlAnswerSchema, type GetUrlRequest } from '../../../contracts/rest.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { RestClient } from '../../../platform/http/rest-client.ts';
import { recognitionProblem } from '../failures/recognition-problem.ts';

const urlDeadlineMs = 3_000;
const downloadDeadlineMs = 10_000;

export type FetchImage = (image: ConfirmedImage) => Promise<Buffer>;

/** @throws {Problem} OBJECT_MISSING, OBJECT_CHANGED, IMAGE_UNSUPPORTED; OBJECT_STORE_UNAVAILABLE: try again. */
export function createFetchImage(
  mediaAccess: RestClient,
  deadlineMs = downloadDeadlineMs,
): FetchImage {
  return async (image) => {
    const url = await findUrl(mediaAccess, { objectKey: image.objectKey });
    try {
      return await download(url, image, AbortSignal.timeout(deadlineMs));
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw recognitionProblem('OBJECT_STORE_UNAVAILABLE', { cause: error });
    }
  };
}

async function findUrl(mediaAccess: RestClient, request: GetUrlRequest): Promise<string> {
  try {
    const { url } = await mediaAccess.call({
      method: 'POST',
      path: '/internal/v0/media/get-url',
      body: request,
      answer: getUrlAnswerSchema,
      timeoutMs: urlDeadlineMs,
    });
    return url;
  } catch (error) {
    if (error instanceof Problem && error.status === 404)
      throw recognitionProblem('OBJECT_MISSING', { cause: error });
    throw recognitionProblem('OBJECT_STORE_UNAVAILABLE', {
      cause: error,
      detail: 'tu-media-access-service answered no URL for the photo',
    });
  }
}

/**
 * Reads at most one chunk more than expected: enough to know that it is another photo. Each chunk is
 * hashed as it comes, so that 20 MB in one go do not block this thread.
 */
async function download(url: string, image: ConfirmedImage, signal: AbortSignal): Promise<Buffer> {
  const response = await fetch(url, { signal, redirect: 'error' }); // the address was signed for this store
  try {
    if (response.status === 404) throw recognitionProblem('OBJECT_MISSING');
    if (!response.ok || response.body === null) {
      const { host, pathname } = new URL(url); // without its query: that is the signature
      throw new Error(`the object store answered ${response.status} to GET ${host}${pathname}`);
    }
    // The store keeps it from the upload, and `fetch` would decode it into other bytes.
    if (response.headers.has('content-encoding'))
      throw recognitionProblem('IMAGE_UNSUPPORTED', {
        detail: 'the photo was uploaded with a content-encoding',
      });
    return await readConfirmed(response.body, image);
  } finally {
    if (response.body?.locked === false) await response.body.cancel();
  }
}

async function readConfirmed(
  body: AsyncIterable<Uint8Array>,
  { bytes, checksum }: ConfirmedImage,
): Promise<Buffer> {
  const hash = createHash('sha256');
  const photo = Buffer.allocUnsafe(bytes); // as a whole, not a second time beside its chunks
  let length = 0;
  for await (const chunk of body) {
    if (length + chunk.length > bytes) throw recognitionProblem('OBJECT_CHANGED');
    photo.set(chunk, length);
    hash.update(chunk);
    length += chunk.length;
  }
  if (length !== bytes || `sha256:${hash.digest('hex')}` !== checksum)
    throw recognitionProblem('OBJECT_CHANGED');
  return photo;
}
