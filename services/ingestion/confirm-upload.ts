import { createEvent, encodeEvent } from '../../contracts/cloudevents.ts';
import { batchQueueOf, type Priority } from '../../contracts/priorities.ts';
import type { ConfirmUploadAnswer, ConfirmUploadRequest } from '../../contracts/rest.ts';
import { eventIds, topics } from '../../contracts/topology.ts';
import type { KafkaPublisher } from '../../platform/kafka/kafka.ts';
import type { Logger } from '../../platform/logger.ts';
import { acceptImage, type AcceptDependencies, type AcceptedImage } from './accept-image.ts';
import { notUploaded } from './refusals.ts';
import type { UploadTokens, UploadToken } from './upload-tokens.ts';

interface ConfirmDependencies extends AcceptDependencies {
  readonly events: Pick<KafkaPublisher, 'publish'>;
  readonly uploadTokens: Pick<UploadTokens, 'verify'>;
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
 * @param claim `uploadId`: token of `startUpload`, a JWS (RFC 7515). `bytes`: whole object, at most
 *   20 MB. `checksum`: `sha256:` and 64 hex digits over the whole object.
 * @returns when Kafka has acknowledged the event (all in-sync replicas).
 * @throws {Problem} (RFC 9457) 404 nothing uploaded, or another owner's token; 409 size or checksum
 *   differ, or the upload changed meanwhile; 410 token expired; 413 too large; 415 not an image of
 *   the declared type; 422 an object without a byte, or no token.
 * @throws {KafkaUnavailableError} not known to be published; confirming again is safe.
 * @throws {ObjectStoreUnavailableError}
 */
export async function confirmUpload(
  deps: ConfirmDependencies,
  claim: ConfirmUploadRequest,
  caller: Caller,
): Promise<ConfirmUploadAnswer> {
  const token = await deps.uploadTokens.verify(claim.uploadId);
  if (token.owner !== caller.owner) throw notUploaded(); // reveals nothing of what others upload
  const journey = { correlationId: token.correlationId };
  let accepted: AcceptedImage;
  try {
    accepted = await acceptImage(deps, token, claim);
    await publishUploaded(deps.events, { claim, token, caller, accepted });
  } catch (error) {
    deps.logger.info({ ...journey, reason: (error as Error).message }, 'upload not confirmed');
    throw error;
  }
  deps.logger.info({ ...journey, bytes: claim.bytes }, 'upload confirmed');
  await deleteUploaded(deps, token, accepted);
  return { status: 'Accepted' };
}

/** All of it follows from token, claim and object, so that a repeat is the same event to the byte. */
async function publishUploaded(
  events: ConfirmDependencies['events'],
  upload: {
    claim: ConfirmUploadRequest;
    token: UploadToken;
    caller: Caller;
    accepted: AcceptedImage;
  },
): Promise<void> {
  const { claim, token, caller, accepted } = upload;
  const occurredAt = accepted.uploadedAt.toISOString();
  const event = createEvent('tu.image.uploaded', {
    id: eventIds.imageUploaded(token.correlationId),
    subject: token.objectKey,
    time: occurredAt,
    extensions: {
      correlationid: token.correlationId,
      owner: token.owner,
      traceparent: caller.traceparent,
      ...routingOf(accepted.priority, token.owner),
    },
    data: {
      uploadId: claim.uploadId,
      objectKey: token.objectKey,
      contentType: token.contentType,
      bytes: claim.bytes,
      checksum: claim.checksum,
      occurredAt,
    },
  });
  const { headers, body } = encodeEvent(event, 'ce_');
  await events.publish(topics.imageUploaded, { key: token.objectKey, headers, value: body });
}

const routingOf = (priority: Priority | undefined, owner: string) =>
  priority === 'batch' ? { priority, batchqueue: batchQueueOf(owner) } : { priority };

/** The photo is accepted whether this succeeds or not: the retention sweep deletes what stays. */
async function deleteUploaded(
  { store, logger }: ConfirmDependencies,
  { incomingKey, correlationId }: UploadToken,
  { uploaded }: AcceptedImage,
): Promise<void> {
  if (incomingKey === undefined || uploaded === undefined) return;
  try {
    await store.remove(incomingKey, uploaded.versionId);
  } catch (error) {
    logger.warn({ err: error, correlationId }, 'uploaded object not deleted');
  }
}
