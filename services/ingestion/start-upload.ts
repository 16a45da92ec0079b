import { v7 as uuidv7 } from 'uuid';
import type { ContentType } from '../../contracts/recognition.ts';
import type { StartUploadAnswer, StartUploadRequest } from '../../contracts/rest.ts';
import type { ObjectStore } from '../../platform/object-store.ts';
import type { TicketOffice } from './upload-ticket.ts';

const putUrlSeconds = 300;

const extensions: Readonly<Record<ContentType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/**
 * Opens a journey: names it, says where its photo goes. Nothing is stored and no server is asked,
 * so uploads start whatever is down; the PUT itself finds out about the object store.
 *
 * @returns `putUrl`: one PUT of the photo within 300 s, until `expiresAt` (RFC 3339, UTC).
 *   `uploadId`: ticket for `confirmUpload`, 24 h.
 */
export async function startUpload(
  parts: { store: Pick<ObjectStore, 'presignPut'>; tickets: TicketOffice },
  request: StartUploadRequest,
  owner: string,
): Promise<StartUploadAnswer> {
  const now = new Date();
  const correlationId = uuidv7({ msecs: now.getTime() });
  const { contentType } = request;
  const key = objectKeyOf(correlationId, contentType, now);
  const [putUrl, uploadId] = await Promise.all([
    parts.store.presignPut(key, putUrlSeconds),
    parts.tickets.issue({ objectKey: key, contentType, owner, correlationId }, now),
  ]);
  const expiresAt = new Date(now.getTime() + putUrlSeconds * 1_000).toISOString();
  return { uploadId, key, putUrl, expiresAt, correlationId };
}

/** Named after the journey, so that whoever finds the photo finds its analysis. Days are UTC. */
function objectKeyOf(correlationId: string, contentType: ContentType, now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '/');
  return `images/${day}/${correlationId}.${extensions[contentType]}`;
}
