import pLimit from 'p-limit';
import type {
  GetUrlAnswer,
  GetUrlRequest,
  GetUrlsAnswer,
  GetUrlsRequest,
  PutPreviewUrlAnswer,
  PutPreviewUrlRequest,
} from '../../contracts/rest.ts';
import { imageExtensions, previewKeyOf } from '../../contracts/objects.ts';
import { contentTypes, type ContentType } from '../../contracts/recognition.ts';
import { ObjectMissingError, type ObjectStore } from '../../platform/object-store/object-store.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import { declaredHeaders, type PresignPut } from '../../platform/object-store/presign-put.ts';
import type { Logger } from '../../platform/logger.ts';
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

/** Of all requests together, however many photos one of them names; each asks the store whether the photo is there, and its preview. */
const statsAtOnce = 20;
const statLimit = pLimit(statsAtOnce);

/**
 * Presigned URLs of photos at the object store's public address, each for 300 s.
 *
 * @param presignGet signs without asking the store.
 * @returns `photos` in the order of the keys, null where there is none any more; `previewUrl` null where
 *   there is no preview, or the key may not look for it.
 * @throws {Problem} 503 `OBJECT_STORE_UNAVAILABLE`.
 */
export async function getUrls(
  store: Pick<ObjectStore, 'stat'>,
  presignGet: ObjectStore['presignGet'],
  { objectKeys }: GetUrlsRequest,
  logger: Logger,
): Promise<GetUrlsAnswer> {
  const expiresAt = new Date(Date.now() + getUrlSeconds * 1_000).toISOString();
  const previewUrlOf = async (objectKey: string) => {
    const previewKey = previewKeyOf(objectKey);
    const isThere = await store.stat(previewKey).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ObjectStoreUnavailableError) throw error;
        if (!(error instanceof ObjectMissingError))
          logger.warn({ err: error }, 'preview not looked for: the photo is shown without');
        return false;
      },
    );
    return isThere ? presignGet(previewKey, getUrlSeconds, { contentType: 'image/jpeg' }) : null;
  };
  const photoOf = async (objectKey: string) => {
    try {
      const [{ bytes }, previewUrl] = await Promise.all([
        store.stat(objectKey),
        previewUrlOf(objectKey),
      ]);
      const contentType = contentTypeOf(objectKey);
      const url = await presignGet(objectKey, getUrlSeconds, { contentType });
      return { url, previewUrl, expiresAt, contentType, bytes };
    } catch (error) {
      if (error instanceof ObjectMissingError) return null;
      throw problemOf(error);
    }
  };
  return { photos: await statLimit.map(objectKeys, photoOf) };
}

/** Short, so that hardly any preview comes behind the deletion of its photo. */
const putUrlSeconds = 15;

/**
 * A presigned URL for the preview of a photo, at the object store's internal address.
 *
 * @returns `url`: takes exactly the declared bytes as a JPEG, with `headers`, for 15 s; 412 where there is
 *   a preview already.
 * @throws {Problem} 404 `OBJECT_MISSING`: no photo, so no preview; 503 `OBJECT_STORE_UNAVAILABLE`.
 */
export async function putPreviewUrl(
  deps: { readonly store: Pick<ObjectStore, 'stat'>; readonly presignPreview: PresignPut },
  { objectKey, bytes, checksum }: PutPreviewUrlRequest,
): Promise<PutPreviewUrlAnswer> {
  const headers = declaredHeaders({ contentType: 'image/jpeg', bytes, checksum });
  try {
    await deps.store.stat(objectKey);
    const seconds = putUrlSeconds;
    return {
      url: await deps.presignPreview(previewKeyOf(objectKey), { seconds, headers }),
      headers,
    };
  } catch (error) {
    throw problemOf(error);
  }
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
