import pLimit from 'p-limit';
import type {
  GetUrlAnswer,
  GetUrlRequest,
  GetUrlsAnswer,
  GetUrlsRequest,
} from '../../contracts/rest.ts';
import { imageExtensions } from '../../contracts/objects.ts';
import { contentTypes, type ContentType } from '../../contracts/recognition.ts';
import { ObjectMissingError, type ObjectStore } from '../../platform/object-store/object-store.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import { Problem } from '../../platform/http/problem.ts';

const getUrlSeconds = 300;
const retryAfterSeconds = 2;

/**
 * A presigned URL of one photo, at the object store's internal address.
 *
 * @returns `url`: answers GET for 300 s, as an image whatever was uploaded, until `expiresAt` (RFC 3339, UTC).
 * @throws {Problem} 404 `OBJECT_MISSING`, final: uploads are confirmed before this call;
 *   503 `OBJECT_STORE_UNAVAILABLE`, worth another try.
 */
export async function getUrl(
  store: Pick<ObjectStore, 'stat' | 'presignGet'>,
  { objectKey }: GetUrlRequest,
): Promise<GetUrlAnswer> {
  const now = Date.now();
  try {
    await store.stat(objectKey);
    const url = await store.presignGet(objectKey, getUrlSeconds, {
      contentType: contentTypeOf(objectKey),
    });
    return { url, expiresAt: new Date(now + getUrlSeconds * 1_000).toISOString() };
  } catch (error) {
    throw problemOf(error);
  }
}

/** Of all requests together, however many photos one of them names; each asks the store whether it is there. */
const statsAtOnce = 20;
const statLimit = pLimit(statsAtOnce);

/**
 * Presigned URLs of photos at the object store's public address, each for 300 s.
 *
 * @param presignGet signs without asking the store.
 * @returns `photos` in the order of the keys, null where there is none any more.
 * @throws {Problem} 503 `OBJECT_STORE_UNAVAILABLE`.
 */
export async function getUrls(
  store: Pick<ObjectStore, 'stat'>,
  presignGet: ObjectStore['presignGet'],
  { objectKeys }: GetUrlsRequest,
): Promise<GetUrlsAnswer> {
  const expiresAt = new Date(Date.now() + getUrlSeconds * 1_000).toISOString();
  const photoOf = async (objectKey: string) => {
    try {
      const { bytes } = await store.stat(objectKey);
      const contentType = contentTypeOf(objectKey);
      const url = await presignGet(objectKey, getUrlSeconds, { contentType });
      return { url, expiresAt, contentType, bytes };
    } catch (error) {
      if (error instanceof ObjectMissingError) return null;
      throw problemOf(error);
    }
  };
  return { photos: await statLimit.map(objectKeys, photoOf) };
}

/** The content type that an object key stands for, whatever was uploaded. */
function contentTypeOf(objectKey: string): ContentType {
  const found = contentTypes.find((type) => objectKey.endsWith(`.${imageExtensions[type]}`));
  if (found === undefined)
    throw new TypeError(`object key ${objectKey} must end in .jpg, .png or .webp`);
  return found;
}

function problemOf(error: unknown): unknown {
  if (error instanceof ObjectMissingError)
    return new Problem(404, error.code, error.message, { cause: error });
  if (error instanceof ObjectStoreUnavailableError)
    return new Problem(503, error.code, error.message, {
      cause: error,
      retryAfter: retryAfterSeconds,
    });
  return error;
}
