// Step 12: a recognition as the event `tu.recognition.completed`.
import { createEvent, encodeEvent } from '../../contracts/cloudevents.ts';
import {
  imageOf,
  type RecognitionRequest,
  type RecognitionResult,
} from '../../contracts/recognition.ts';
import { eventIds, topics } from '../../contracts/topology.ts';
import type { KafkaRecord } from '../../platform/kafka/kafka.ts';

/** A photo to recognise. Without `runId` no workflow asked (entry `adapter`). */
export type RecognitionOrder = Omit<RecognitionRequest, 'runId'> & {
  readonly runId?: string | undefined;
  readonly traceparent?: string | undefined;
};

/** Made once per result: a later attempt sends the same bytes, so the event keeps its time and id. */
export function recognitionRecord(
  order: RecognitionOrder,
  result: RecognitionResult,
  occurredAt = new Date().toISOString(),
): KafkaRecord {
  const event = createEvent(topics.recognitionCompleted, {
    id: eventIds.recognitionCompleted(order.correlationId, order.runId),
    subject: order.objectKey,
    time: occurredAt,
    extensions: {
      correlationid: order.correlationId,
      owner: order.owner,
      runid: order.runId,
      traceparent: order.traceparent,
    },
    data: { ...imageOf(order), ...result, occurredAt },
  });
  const { headers, body } = encodeEvent(event, 'ce_');
  return { key: order.objectKey, headers, value: body };
}
