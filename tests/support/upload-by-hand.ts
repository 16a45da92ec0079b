// The steps of an upload as a client without our SDK takes them, past all of its checks.
import { createHash } from 'node:crypto';
import type { ImageUpload } from '../../contracts/schema.generated.ts';

export const checksumOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What `startUpload` is to be asked for these bytes. */
export const declarationOf = (bytes: Uint8Array, contentType = 'image/jpeg') => ({
  filename: 'by-hand.jpg',
  contentType,
  bytes: bytes.length,
  checksum: checksumOf(bytes),
});

/**
 * One PUT with the headers of the upload; `content-length` is what the body makes it.
 *
 * @returns the status, or `cut` where the store closed the connection instead of an answer.
 */
export async function put(
  { putUrl, headers }: Pick<ImageUpload, 'putUrl' | 'headers'>,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<number | 'cut'> {
  const set = headers.filter(({ name }) => name !== 'content-length');
  try {
    const answer = await fetch(putUrl, {
      method: 'PUT',
      headers: set.map(({ name, value }): [string, string] => [name, value]),
      body: new Uint8Array(bytes),
      signal: signal ?? null,
    });
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    if (error instanceof TypeError) return 'cut'; // fetch failed
    throw error;
  }
}
