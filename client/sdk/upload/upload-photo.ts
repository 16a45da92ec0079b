import type {
  MutationConfirmUploadArgs,
  MutationRenewUploadArgs,
  MutationStartUploadArgs,
  ConfirmUploadPayload,
  StartUploadPayload,
} from '../graphql/api.generated.ts';
import { request } from '../graphql/documents.ts';
import { readAnalysis } from '../graphql/read-analyses.ts';
import { TrackunitError, UnavailableError, UploadRefusedError } from '../http/errors.ts';
import { readPhoto, type Photo } from './photo.ts';
import {
  PhotoDamagedError,
  PutUrlExpiredError,
  UploadStalledError,
  putPhoto,
  stallAfterMs,
} from './put-photo.ts';
import type { Progress } from './put-request.ts';
import type { CallOptions, Transport } from '../graphql/transport.ts';

export interface PhotoOptions extends CallOptions {
  /** Shown to people only; a `File` brings its own. */
  readonly filename?: string | undefined;
  /** image/jpeg, image/png, image/webp, image/heic or image/avif; default: what the first bytes say. */
  readonly contentType?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** An upload that was opened earlier, by a page or process that has ended: it goes on, not a new one. */
  readonly resume?: StartUploadPayload | undefined;
  /** Called, and waited for, whenever an upload is opened, before the first byte: keep it for `resume`. */
  readonly onOpened?: ((upload: StartUploadPayload) => Promise<void> | void) | undefined;
}

/** The photo is in the store and accepted: it will end in one `completed`. */
export interface UploadedEvent {
  readonly state: 'uploaded';
  readonly correlationId: string;
  readonly objectKey: string;
  readonly contentType: string;
  readonly bytes: number;
  /** `sha256:` and 64 hex digits. */
  readonly checksum: string;
}

/**
 * From the bytes to the accepted photo: checked, declared, PUT to the store, confirmed. Every step
 * is retried while its failures pass by themselves; confirming twice is harmless.
 *
 * @param onOpened before anything is confirmed under that id; again where another upload replaces it.
 */
export async function uploadPhoto(
  transport: Transport,
  photo: Blob | Uint8Array,
  options: PhotoOptions,
  onOpened: (correlationId: string) => void = () => undefined,
): Promise<UploadedEvent> {
  options.signal?.throwIfAborted();
  const ownName = photo instanceof Blob && 'name' in photo ? String(photo.name) : 'photo';
  const read = await readPhoto(photo, {
    filename: options.filename ?? ownName,
    contentType: options.contentType,
  });
  const { checksum, contentType } = read;
  const bytes = read.blob.size;

  const resumed = options.resume && (await resumeUpload(transport, options.resume, read, options));
  let upload = resumed?.upload ?? (await startUpload(transport, declarationOf(read), options));
  if (resumed?.upload !== options.resume || options.resume === undefined)
    await options.onOpened?.(upload);
  onOpened(upload.correlationId);
  const store = async () => {
    upload = await putUntilStored(transport, upload, read, options);
    onOpened(upload.correlationId);
    options.onProgress?.({ sentBytes: bytes, totalBytes: bytes }); // it may have been there already
    const { uploadId } = upload.imageUploadPayload;
    await confirmUpload(transport, { uploadId, bytes, checksum }, options);
  };
  try {
    if (resumed?.isAccepted !== true) await store();
  } catch (error) {
    if (!isNotUploaded(error)) throw error;
    await store(); // what arrived was deleted as wrong, or the store lost it
  }
  const { correlationId, imageUploadPayload } = upload;
  const { objectKey } = imageUploadPayload;
  return { state: 'uploaded', correlationId, objectKey, contentType, bytes, checksum };
}

/** The service takes names of 1 to 255 characters; half a character at the end is none. */
const nameOf = (filename: string) =>
  filename
    .trim()
    .slice(0, 255)
    .replace(/[\ud800-\udbff]$/, '') || 'photo';

const declarationOf = ({ filename, contentType, blob, checksum }: Photo) => ({
  filename: nameOf(filename),
  contentType,
  bytes: blob.size,
  checksum,
});

const mostDamagedPuts = 3; // what damages three in a row will damage the next one too

/** @returns the upload under which the photo is in the store. */
async function putUntilStored(
  transport: Transport,
  upload: StartUploadPayload,
  photo: Photo,
  options: PhotoOptions,
): Promise<StartUploadPayload> {
  const { onProgress = () => undefined, signal, retryForMs = transport.retryForMs } = options;
  const retryLoop = transport.createRetryLoop({ forMs: retryForMs, signal });
  let damaged = 0;
  let stallMs = stallAfterMs;
  for (;;) {
    try {
      const put = { onProgress, signal, stallAfterMs: stallMs };
      await putPhoto(transport, upload.imageUploadPayload, photo, put);
      return upload;
    } catch (error) {
      // A slow link may take the last bytes at once and need longer than this to send them.
      if (error instanceof UploadStalledError) stallMs *= 2;
      if (error instanceof PhotoDamagedError && (damaged += 1) === mostDamagedPuts) throw error;
      await retryLoop.waitOrThrow(error);
      const isCut =
        error instanceof UploadStalledError ||
        (error instanceof TrackunitError && error.code === 'UNREACHABLE');
      const found = isCut ? await findPhoto(transport, upload, photo, options) : undefined;
      if (found === 'stored') return upload;
      if (error instanceof PutUrlExpiredError || found === 'not stored') {
        const former = upload;
        upload = await renewOrStart(transport, upload, photo, options);
        if (upload.correlationId !== former.correlationId) await options.onOpened?.(upload);
      }
    }
  }
}

/**
 * A store that refuses a PUT early (403, or 412 because the photo is there) may close the connection
 * while the bytes are still on their way, and its answer is lost. A confirm shows which of the two it was.
 */
async function findPhoto(
  transport: Transport,
  { imageUploadPayload: { uploadId } }: StartUploadPayload,
  { blob, checksum }: Photo,
  { signal, retryForMs = transport.retryForMs }: PhotoOptions,
): Promise<'stored' | 'not stored' | 'unknown'> {
  const calls = { signal, retryForMs: Math.min(retryForMs, 5_000) };
  try {
    await confirmUpload(transport, { uploadId, bytes: blob.size, checksum }, calls);
    return 'stored';
  } catch (error) {
    if (isNotUploaded(error)) return 'not stored';
    if (error instanceof UnavailableError) return 'unknown'; // the next PUT shows it
    throw error;
  }
}

/** Whether it was accepted already, perhaps without an answer that was seen; else where it goes on. */
async function resumeUpload(
  transport: Transport,
  upload: StartUploadPayload,
  photo: Photo,
  options: CallOptions,
): Promise<{ upload: StartUploadPayload; isAccepted: boolean }> {
  const { uploadId } = upload.imageUploadPayload;
  const { blob, checksum } = photo;
  try {
    await confirmUpload(transport, { uploadId, bytes: blob.size, checksum }, options);
    return { upload, isAccepted: true };
  } catch (error) {
    if (!isNotUploaded(error) && !isExpired(error)) throw error;
    const { correlationId } = upload;
    if (isExpired(error) && (await readAnalysis(transport, correlationId, options)) !== null)
      return { upload, isAccepted: true };
    const renewed = await renewOrStart(transport, upload, photo, options);
    return { upload: renewed, isAccepted: false };
  }
}

/** The same upload while it is valid, else another one. */
async function renewOrStart(
  transport: Transport,
  { imageUploadPayload: { uploadId } }: StartUploadPayload,
  photo: Photo,
  options: CallOptions,
): Promise<StartUploadPayload> {
  try {
    return await renewUpload(transport, { uploadId }, options);
  } catch (error) {
    if (!isExpired(error)) throw error;
    return startUpload(transport, declarationOf(photo), options);
  }
}

/** 422: the key that signed its ticket has ended. */
const isExpired = (error: unknown) =>
  error instanceof UploadRefusedError && [404, 410, 422].includes(error.status ?? 0);

const isNotUploaded = (error: unknown) =>
  error instanceof UploadRefusedError && error.code === 'NOT_UPLOADED';

export async function startUpload(
  transport: Transport,
  { filename, contentType, bytes, checksum }: MutationStartUploadArgs,
  options: CallOptions,
): Promise<StartUploadPayload> {
  const answer = await transport.execute<{ startUpload: StartUploadPayload }>(
    request('StartUpload', { filename, contentType, bytes, checksum }),
    options,
  );
  return answer.startUpload;
}

export async function renewUpload(
  transport: Transport,
  { uploadId }: MutationRenewUploadArgs,
  options: CallOptions,
): Promise<StartUploadPayload> {
  const answer = await transport.execute<{ renewUpload: StartUploadPayload }>(
    request('RenewUpload', { uploadId }),
    options,
  );
  return answer.renewUpload;
}

export async function confirmUpload(
  transport: Transport,
  { uploadId, bytes, checksum }: MutationConfirmUploadArgs,
  options: CallOptions,
): Promise<ConfirmUploadPayload> {
  const answer = await transport.execute<{ confirmUpload: ConfirmUploadPayload }>(
    request('ConfirmUpload', { uploadId, bytes, checksum }),
    options,
  );
  return answer.confirmUpload;
}
