// Step 12: a recognition as the event that the world lives from.
import { createEvent, encodeEvent } from '../../contracts/cloudevents.ts';
import type {
  ConfirmedImage,
  RecognitionRequest,
  RecognitionResult,
} from '../../contracts/recognition.ts';
import { eventIds, topics } from '../../contracts/topology.ts';
import type { KafkaRecord } from '../../platform/kafka/kafka.ts';

/** A photo to recognise. Without `runId` no workflow asked (entry `adapter`). */
export type RecognitionOrder = Omit<RecognitionRequest, 'runId'> & {
  readonly runId?: string;
  readonly traceparent?: string;
};

/** Made once per result: a later attempt sends the same bytes, so the fact keeps its time and id. */
export function recognitionRecord(
  order: RecognitionOrder,
  result: RecognitionResult,
  occurredAt = new Date().toISOString(),
): KafkaRecord {
  const image: ConfirmedImage = {
    objectKey: order.objectKey,
    contentType: order.contentType,
    bytes: order.bytes,
    checksum: order.checksum,
  };
  const event = createEvent(topics.recognitionCompleted, {
    id: eventIds.recognitionCompleted(order.correlationId, order.runId),
    subject: order.objectKey,
    time: occurredAt,
    extensions: {
      correlationid: order.correlationId,
      owner: order.owner,
      ...(order.runId === undefined ? {} : { runid: order.runId }),
      ...(order.traceparent === undefined ? {} : { traceparent: order.traceparent }),
    },
    data: { ...image, ...result, occurredAt },
  });
  const { headers, body } = encodeEvent(event, 'ce_');
  return { key: order.objectKey, headers, value: body };
}
