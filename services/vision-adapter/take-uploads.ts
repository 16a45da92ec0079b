// Entry `adapter`: photos come straight from Kafka. Each is tried once; the workflow owns failures
// and asks again after its grace, so a photo that fails here is committed all the same. One that is
// older than the grace is the workflow's already: looking at it here too would pay Vision twice.
import { decodeEvent, InvalidEventError } from '../../contracts/cloudevents.ts';
import { topics } from '../../contracts/topology.ts';
import type { ConsumedRecord } from '../../platform/kafka-consumer.ts';
import type { Logger } from '../../platform/logger.ts';
import { Problem } from '../../platform/problem.ts';
import type { RecognitionOrder } from './recognition-record.ts';
import type { RecognizeImage } from './recognize-image.ts';

/**
 * @param graceMs how long the workflow waits before it asks itself.
 * @param takeTurn resolves when the rate limit lets the next photo through.
 * @returns a handler that never throws: even a bug must not pay for the same photo again and again.
 */
export function createTakeUpload(parts: {
  recognizeImage: RecognizeImage;
  takeTurn: () => Promise<void>;
  graceMs: number;
  logger: Logger;
}): (record: ConsumedRecord) => Promise<void> {
  const { recognizeImage, takeTurn, graceMs, logger } = parts;
  return async (record) => {
    const { topic, partition, offset, timestamp } = record;
    if (Date.now() - timestamp.getTime() > graceMs) {
      logger.debug({ topic, partition, offset }, 'older than the grace: left to the workflow');
      return;
    }
    try {
      const order = readOrder(record);
      await takeTurn();
      const result = await recognizeImage.recognize(order);
      logger.info({ correlationId: order.correlationId, status: result.status }, 'recognised');
    } catch (error) {
      // Unreadable: the bridge reads the same topic and keeps the record as a dead letter.
      const expected = error instanceof Problem || error instanceof InvalidEventError;
      logger[expected ? 'warn' : 'error'](
        { err: error, topic, partition, offset },
        'left to the workflow',
      );
    }
  };
}

function readOrder({ headers, value }: ConsumedRecord): RecognitionOrder {
  const event = decodeEvent(topics.imageUploaded, headers, value ?? Buffer.alloc(0));
  const { objectKey, contentType, bytes, checksum } = event.data;
  return {
    correlationId: event.correlationid,
    owner: event.owner,
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    objectKey,
    contentType,
    bytes,
    checksum,
  };
}
