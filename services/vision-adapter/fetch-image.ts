// Step 10: the photo as confirmed, byte for byte, or a failure. Nothing is believed before the
// checksum has been compared.
import { createHash } from 'node:crypto';
import type { ConfirmedImage } from '../../contracts/recognition.ts';
import { getUrlAnswerSchema, type GetUrlRequest } from '../../contracts/rest.ts';
import { Problem } from '../../platform/problem.ts';
import type { RestClient } from '../../platform/rest-client.ts';
import { recognitionProblem } from './failures.ts';

const urlDeadlineMs = 3_000;
const bytesDeadlineMs = 10_000;

export type FetchImage = (image: ConfirmedImage) => Promise<Buffer>;

/** @throws {Problem} OBJECT_MISSING, OBJECT_CHANGED; OBJECT_STORE_UNAVAILABLE: try again. */
export function createFetchImage(mediaAccess: RestClient): FetchImage {
  return async (image) => {
    const url = await findUrl(mediaAccess, { objectKey: image.objectKey });
    const bytes = await download(url, image.bytes);
    const checksum = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (bytes.length !== image.bytes || checksum !== image.checksum)
      throw recognitionProblem('OBJECT_CHANGED');
    return bytes;
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
      detail: 'tu-media-access-service gave no address for the photo',
    });
  }
}

/** Reads at most one byte more than expected: enough to know that it is another photo. */
async function download(url: string, expected: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(bytesDeadlineMs) });
    if (response.status === 404) throw recognitionProblem('OBJECT_MISSING');
    if (!response.ok || response.body === null)
      throw new Error(`the object store answered ${response.status}`);
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > expected) throw recognitionProblem('OBJECT_CHANGED');
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw recognitionProblem('OBJECT_STORE_UNAVAILABLE', { cause: error });
  }
  return Buffer.concat(chunks, length);
}
