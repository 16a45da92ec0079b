// Entry `adapter`: photos come straight from Kafka. Each is tried once and committed, also when it fails:
// its workflow requests the recognition after RECOGNITION_GRACE. A photo older than that is skipped,
// because two recognitions of it would cost a second Vision call.
import type { Counter } from 'prom-client';
import { decodeEvent, InvalidEventError } from '../../contracts/cloudevents.ts';
import { imageOf } from '../../contracts/recognition.ts';
import { topics } from '../../contracts/topology.ts';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';
import type { Logger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { RecognitionOrder } from './recognition-record.ts';
import type { RecognizeImage } from './recognize-image.ts';

/**
 * @param graceMs how long the workflow waits before it asks itself.
 * @param waitForRateLimit resolves when the rate limit lets the next photo through.
 * @returns a handler that never throws: even a bug must not repeat Vision calls for one photo.
 */
export function createTakeUpload(deps: {
  recognizeImage: RecognizeImage;
  waitForRateLimit: () => Promise<void>;
  graceMs: number;
  logger: Logger;
  /** Label `outcome`: `recognised`, `too old`, `unreadable`, the code of a problem, `bug`. */
  taken: Pick<Counter, 'inc'>;
}): (record: ConsumedRecord) => Promise<void> {
  const { recognizeImage, waitForRateLimit, graceMs, logger, taken } = deps;
  return async (record) => {
    const { topic, partition, offset, timestamp } = record;
    if (Date.now() - timestamp.getTime() > graceMs) {
      taken.inc({ outcome: 'too old' });
      logger.debug(
        { topic, partition, offset },
        'upload skipped: older than RECOGNITION_GRACE, its workflow requests the recognition',
      );
      return;
    }
    try {
      const order = readOrder(record);
      await waitForRateLimit();
      const result = await recognizeImage.recognize(order);
      taken.inc({ outcome: 'recognised' });
      logger.info(
        {
          correlationId: order.correlationId,
          status: result.status,
          confident: result.aggregate.isConfident,
        },
        'recognition completed',
      );
    } catch (error) {
      const outcome = outcomeOf(error);
      taken.inc({ outcome });
      logger[outcome === 'bug' ? 'error' : 'warn'](
        { err: error, topic, partition, offset },
        'image not recognized: its workflow requests the recognition',
      );
    }
  };
}

/** Unreadable: bridge and orchestrator read the same event, and keep it as a dead letter. */
function outcomeOf(error: unknown): string {
  if (error instanceof InvalidEventError) return 'unreadable';
  return error instanceof Problem ? error.code : 'bug';
}

function readOrder({ headers, value }: ConsumedRecord): RecognitionOrder {
  const event = decodeEvent(topics.imageUploaded, headers, value ?? Buffer.alloc(0));
  const { correlationid: correlationId, owner, traceparent } = event;
  return { correlationId, owner, traceparent, ...imageOf(event.data) };
}
