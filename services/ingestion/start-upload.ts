import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { imageExtensions, prefixes } from '../../contracts/objects.ts';
import { maximumImageBytes, type ContentType } from '../../contracts/recognition.ts';
import type {
  RenewUploadRequest,
  StartUploadAnswer,
  StartUploadRequest,
} from '../../contracts/rest.ts';
import { declaredHeaders, type PresignPut } from '../../platform/object-store/presign-put.ts';
import { notRenewable, notUploaded, partlyDeclared, tooLarge, undeclared } from './refusals.ts';
import type { UploadTokens, UploadToken } from './upload-tokens.ts';

const putUrlSeconds = 300;

interface StartDependencies {
  readonly presignPut: PresignPut;
  readonly uploadTokens: UploadTokens;
  /** Takes uploads that say neither size nor checksum. */
  readonly allowUndeclared: boolean;
}

/**
 * Starts an upload: its correlation id, and where the photo goes. Nothing is stored and no server is
 * called, so uploads start whatever is unavailable; the PUT itself meets the object store.
 *
 * @returns `putUrl`: takes exactly the bytes that were declared, with `headers`, within 300 s,
 *   until `expiresAt` (RFC 3339, UTC). `uploadId`: token for `confirmUpload`, 24 h.
 * @throws {Problem} 413 over 20 MB; 422 bytes without checksum, or neither.
 */
export async function startUpload(
  deps: StartDependencies,
  request: StartUploadRequest,
  owner: string,
): Promise<StartUploadAnswer> {
  const now = new Date();
  const correlationId = uuidv7({ msecs: now.getTime() });
  const { contentType } = request;
  const token = {
    objectKey: objectKeyOf(correlationId, contentType, now),
    incomingKey: newIncomingKey(),
    contentType,
    owner,
    correlationId,
    ...declaredBy(request, deps.allowUndeclared),
  };
  return answerWith(deps, token, await deps.uploadTokens.sign(token, now), now);
}

/**
 * The same upload with a new `putUrl`. Never a new token: its 24 hours and what it declared stay.
 *
 * @throws {Problem} 404 another owner's token; 410 expired, or one that declares nothing; 422 not a
 *   token.
 */
export async function renewUpload(
  deps: StartDependencies,
  { uploadId }: RenewUploadRequest,
  owner: string,
): Promise<StartUploadAnswer> {
  const token = await deps.uploadTokens.verify(uploadId);
  if (token.owner !== owner) throw notUploaded(); // reveals nothing of what others upload
  const { incomingKey } = token;
  const isDeclared = token.bytes !== undefined || deps.allowUndeclared;
  if (incomingKey === undefined || !isDeclared) throw notRenewable();
  return answerWith(deps, { ...token, incomingKey }, uploadId, new Date());
}

/** Unguessable: on a store that accepts unsigned writes, whoever knows the key could write there. */
export const newIncomingKey = () => `${prefixes.incoming}${randomBytes(16).toString('hex')}`;

/** Named after the analysis, so that the photo leads to it. Days are UTC. */
export function objectKeyOf(correlationId: string, contentType: ContentType, now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '/');
  return `${prefixes.images}${day}/${correlationId}.${imageExtensions[contentType]}`;
}

function declaredBy({ bytes, checksum }: StartUploadRequest, allowUndeclared: boolean) {
  if (bytes == null && checksum == null) {
    if (allowUndeclared) return {};
    throw undeclared();
  }
  if (bytes == null) throw partlyDeclared('checksum', 'bytes');
  if (checksum == null) throw partlyDeclared('bytes', 'checksum');
  if (bytes > maximumImageBytes) throw tooLarge();
  return { bytes, checksum };
}

async function answerWith(
  { presignPut }: StartDependencies,
  token: UploadToken & { incomingKey: string },
  uploadId: string,
  now: Date,
): Promise<StartUploadAnswer> {
  const { incomingKey, objectKey, correlationId } = token;
  const headers = headersOf(token);
  return {
    uploadId,
    key: objectKey,
    putUrl: await presignPut(incomingKey, { seconds: putUrlSeconds, headers }),
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    expiresAt: new Date(now.getTime() + putUrlSeconds * 1_000).toISOString(),
    correlationId,
  };
}

/** What the store compares with the PUT. An undeclared one is compared at its confirmation only. */
function headersOf({ contentType, bytes, checksum }: UploadToken): Record<string, string> {
  if (bytes === undefined || checksum === undefined) return {};
  return declaredHeaders({ contentType, bytes, checksum });
}
