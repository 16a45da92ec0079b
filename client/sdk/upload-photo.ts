import type {
  MutationConfirmUploadArgs,
  MutationStartUploadArgs,
  ConfirmUploadPayload,
  StartUploadPayload,
} from '../../contracts/schema.generated.ts';
import { request } from './documents.ts';
import type { UploadedEvent } from './events.ts';
import { readPhoto } from './photo.ts';
import { PutUrlExpiredError, putPhoto, type Progress } from './put-photo.ts';
import type { CallOptions, Transport } from './transport.ts';

export interface PhotoOptions extends CallOptions {
  /** Shown to people only; a `File` brings its own. */
  readonly filename?: string | undefined;
  /** image/jpeg, image/png or image/webp; default: what the first bytes say. */
  readonly contentType?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * From the bytes to the accepted photo: checked, PUT to the store, confirmed. Every step is tried
 * again while that makes sense; confirming twice is harmless.
 */
export async function uploadPhoto(
  transport: Transport,
  photo: Blob | Uint8Array,
  options: PhotoOptions,
): Promise<UploadedEvent> {
  options.signal?.throwIfAborted();
  const named = photo instanceof Blob && 'name' in photo ? String(photo.name) : 'photo';
  const read = await readPhoto(photo, {
    filename: options.filename ?? named,
    contentType: options.contentType,
  });
  const tries = transport.startTries({
    forMs: options.retryForMs ?? 60_000,
    signal: options.signal,
  });
  const open = () => startUpload(transport, read, options);
  let upload = await open();
  for (;;) {
    try {
      await putPhoto(transport, upload.imageUploadPayload.putUrl, read, {
        onProgress: options.onProgress ?? (() => undefined),
        signal: options.signal,
      });
      break;
    } catch (error) {
      await tries.again(error);
      if (error instanceof PutUrlExpiredError) upload = await open();
    }
  }
  const { uploadId, objectKey } = upload.imageUploadPayload;
  const { checksum, contentType } = read;
  const bytes = read.blob.size;
  await confirmUpload(transport, { uploadId, bytes, checksum }, options);
  const { correlationId } = upload;
  return { state: 'uploaded', correlationId, objectKey, contentType, bytes, checksum };
}

export async function startUpload(
  transport: Transport,
  { filename, contentType }: MutationStartUploadArgs,
  options: CallOptions,
): Promise<StartUploadPayload> {
  const answer = await transport.execute<{ startUpload: StartUploadPayload }>(
    request('StartUpload', { filename, contentType }),
    options,
  );
  return answer.startUpload;
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
