import { createEvent, encodeEvent } from '../../contracts/cloudevents.ts';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import type { ConfirmUploadAnswer, ConfirmUploadRequest } from '../../contracts/rest.ts';
import { eventIds, topics } from '../../contracts/topology.ts';
import type { KafkaPublisher } from '../../platform/kafka.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ObjectStore, StoredObject } from '../../platform/object-store.ts';
import { ObjectMissingError } from '../../platform/object-store.ts';
import { Problem } from '../../platform/problem.ts';
import { ObjectTooLargeError, inspectObject, type InspectedObject } from './inspect-object.ts';
import type { TicketOffice, UploadTicket } from './upload-ticket.ts';

export interface ConfirmingParts {
  readonly store: Pick<ObjectStore, 'read'>;
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
 * Reads the uploaded object once, compares it with the claim, then publishes `tu.image.uploaded`.
 * A claim that does not hold publishes nothing.
 *
 * Repeating is harmless: the same ticket gives the same event id, and the same object the same
 * event. The first confirm decides: a photo overwritten and confirmed again gives that id once more,
 * every consumer drops it, and the analysis of the first one ends as `OBJECT_CHANGED`.
 *
 * @param claim `uploadId`: ticket of `startUpload`, a JWS (RFC 7515). `bytes`: whole object, at most
 *   20 MB. `checksum`: `sha256:` and 64 hex digits over the whole object.
 * @returns when Kafka has acknowledged the event (all in-sync replicas).
 * @throws {Problem} (RFC 9457) 404 nothing uploaded, or another owner's ticket; 409 size or checksum
 *   differ; 410 ticket expired; 413 too large; 415 not an image of the declared type; 422 an object
 *   without a byte, or no ticket.
 * @throws {KafkaUnavailableError} not known to be published; confirming again is safe.
 * @throws {ObjectStoreUnavailableError}
 */
export async function confirmUpload(
  parts: ConfirmingParts,
  claim: ConfirmUploadRequest,
  caller: Caller,
): Promise<ConfirmUploadAnswer> {
  const ticket = await parts.tickets.read(claim.uploadId);
  if (ticket.owner !== caller.owner) throw nothingUploaded(); // no word on what others upload
  const journey = { correlationId: ticket.correlationId };
  try {
    await takeIn(parts, claim, ticket, caller);
  } catch (error) {
    parts.logger.info({ ...journey, reason: (error as Error).message }, 'upload not confirmed');
    throw error;
  }
  parts.logger.info({ ...journey, bytes: claim.bytes }, 'upload confirmed');
  return { status: 'Accepted' };
}

async function takeIn(
  parts: ConfirmingParts,
  claim: ConfirmUploadRequest,
  ticket: UploadTicket,
  caller: Caller,
): Promise<void> {
  if (claim.bytes > maximumImageBytes) throw tooLarge();
  const object = await findObject(parts.store, ticket);
  compareWithClaim(await inspect(object), claim, ticket);
  await publishUploaded(parts.events, { claim, ticket, caller, uploadedAt: object.lastModified });
}

async function findObject(
  store: ConfirmingParts['store'],
  ticket: UploadTicket,
): Promise<StoredObject> {
  try {
    return await store.read(ticket.objectKey);
  } catch (error) {
    if (error instanceof ObjectMissingError) throw nothingUploaded(error);
    throw error;
  }
}

async function inspect(object: StoredObject): Promise<InspectedObject> {
  try {
    return await inspectObject(object.chunks, maximumImageBytes);
  } catch (error) {
    if (error instanceof ObjectTooLargeError) throw tooLarge(error);
    throw error;
  }
}

function compareWithClaim(
  found: InspectedObject,
  claim: ConfirmUploadRequest,
  ticket: UploadTicket,
): void {
  if (found.bytes === 0) throw new Problem(422, 'EMPTY_OBJECT', 'the uploaded object is empty');
  if (found.bytes !== claim.bytes)
    throw new Problem(
      409,
      'BYTES_DIFFER',
      `the object has ${found.bytes} bytes, the claim says ${claim.bytes}`,
    );
  if (found.checksum !== claim.checksum)
    throw new Problem(409, 'CHECKSUM_DIFFERS', `the object's checksum is ${found.checksum}`);
  if (found.mediaType !== ticket.contentType)
    throw new Problem(
      415,
      'NOT_THE_DECLARED_TYPE',
      `the object is ${found.mediaType ?? 'no file of a known type'}, declared was ${ticket.contentType}`,
    );
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

const nothingUploaded = (cause?: unknown) =>
  new Problem(404, 'NOT_UPLOADED', 'nothing was uploaded under this uploadId', { cause });

const tooLarge = (cause?: unknown) =>
  new Problem(413, 'IMAGE_TOO_LARGE', `a photo has at most ${maximumImageBytes} bytes (20 MB)`, {
    cause,
  });
