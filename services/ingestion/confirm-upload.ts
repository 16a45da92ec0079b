import { createEvent, encodeEvent } from '../../contracts/cloudevents.ts';
import type { ConfirmUploadAnswer, ConfirmUploadRequest } from '../../contracts/rest.ts';
import { eventIds, topics } from '../../contracts/topology.ts';
import type { KafkaPublisher } from '../../platform/kafka/kafka.ts';
import type { Logger } from '../../platform/logger.ts';
import { acceptImage, type AcceptedImage, type AcceptingStore } from './accept-image.ts';
import { notUploaded } from './refusals.ts';
import type { TicketOffice, UploadTicket } from './upload-ticket.ts';

export interface ConfirmingParts {
  readonly store: AcceptingStore;
  readonly events: Pick<KafkaPublisher, 'publish'>;
  readonly tickets: Pick<TicketOffice, 'read'>;
  readonly logger: Logger;
}

/** Who asks: the owner that the gateway took from the token, and the trace the call belongs to. */
export interface Caller {
  readonly owner: string;
  readonly traceparent?: string | undefined;
}

/**
 * Checks the uploaded photo, copies it from `incoming/` to its object key, publishes
 * `tu.image.uploaded`, deletes what was uploaded. A claim that does not hold publishes nothing.
 *
 * Repeating is harmless, whatever it claims: what was confirmed stays as it is and gives the same
 * event to the byte. Killed between two steps, the repeat goes on from there.
 *
 * @param claim `uploadId`: ticket of `startUpload`, a JWS (RFC 7515). `bytes`: whole object, at most
 *   20 MB. `checksum`: `sha256:` and 64 hex digits over the whole object.
 * @returns when Kafka has acknowledged the event (all in-sync replicas).
 * @throws {Problem} (RFC 9457) 404 nothing uploaded, or another owner's ticket; 409 size or checksum
 *   differ, or the upload changed meanwhile; 410 ticket expired; 413 too large; 415 not an image of
 *   the declared type; 422 an object without a byte, or no ticket.
 * @throws {KafkaUnavailableError} not known to be published; confirming again is safe.
 * @throws {ObjectStoreUnavailableError}
 */
export async function confirmUpload(
  parts: ConfirmingParts,
  claim: ConfirmUploadRequest,
  caller: Caller,
): Promise<ConfirmUploadAnswer> {
  const ticket = await parts.tickets.read(claim.uploadId);
  if (ticket.owner !== caller.owner) throw notUploaded(); // no word on what others upload
  const journey = { correlationId: ticket.correlationId };
  let accepted: AcceptedImage;
  try {
    accepted = await acceptImage(parts.store, ticket, claim);
    const { uploadedAt } = accepted;
    await publishUploaded(parts.events, { claim, ticket, caller, uploadedAt });
  } catch (error) {
    parts.logger.info({ ...journey, reason: (error as Error).message }, 'upload not confirmed');
    throw error;
  }
  parts.logger.info({ ...journey, bytes: claim.bytes }, 'upload confirmed');
  await deleteUploaded(parts, ticket, accepted);
  return { status: 'Accepted' };
}

/** All of it follows from ticket, claim and object, so that a repeat is the same event to the byte. */
async function publishUploaded(
  events: ConfirmingParts['events'],
  upload: {
    claim: ConfirmUploadRequest;
    ticket: UploadTicket;
    caller: Caller;
    uploadedAt: Date;
  },
): Promise<void> {
  const { claim, ticket, caller } = upload;
  const occurredAt = upload.uploadedAt.toISOString();
  const event = createEvent('tu.image.uploaded', {
    id: eventIds.imageUploaded(ticket.correlationId),
    subject: ticket.objectKey,
    time: occurredAt,
    extensions: {
      correlationid: ticket.correlationId,
      owner: ticket.owner,
      traceparent: caller.traceparent,
    },
    data: {
      uploadId: claim.uploadId,
      objectKey: ticket.objectKey,
      contentType: ticket.contentType,
      bytes: claim.bytes,
      checksum: claim.checksum,
      occurredAt,
    },
  });
  const { headers, body } = encodeEvent(event, 'ce_');
  await events.publish(topics.imageUploaded, { key: ticket.objectKey, headers, value: body });
}

/** The photo is accepted whether this succeeds or not: the retention sweep deletes what stays. */
async function deleteUploaded(
  { store, logger }: ConfirmingParts,
  { incomingKey, correlationId }: UploadTicket,
  { uploaded }: AcceptedImage,
): Promise<void> {
  if (incomingKey === undefined || uploaded === undefined) return;
  try {
    await store.remove(incomingKey, uploaded.versionId);
  } catch (error) {
    logger.warn({ err: error, correlationId }, 'uploaded object not deleted');
  }
}
