import { deadLetterKey, originHeaders } from '../../contracts/dead-letters.ts';
import type { Logger } from '../../platform/logger.ts';
import { KafkaUnavailableError, type KafkaPublisher } from '../../platform/kafka/kafka.ts';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';

/**
 * Puts a record that can never be published into its dead letter topic, with reason and origin. Its
 * key is that origin, so a repeat replaces it. One that is too large there is replaced by its origin
 * alone: the record itself stays in its topic.
 *
 * @throws {KafkaUnavailableError} try again: until then the record is not done.
 */
export async function publishDeadLetter(
  deps: { readonly kafka: Pick<KafkaPublisher, 'publish'>; readonly logger: Logger },
  topic: string,
  record: ConsumedRecord,
  reason: string,
): Promise<void> {
  const origin = originHeaders(record, reason);
  const key = deadLetterKey(record);
  const value = record.value ?? Buffer.alloc(0); // null would be a tombstone; the reason says that there was none
  try {
    await deps.kafka.publish(topic, { key, value, headers: { ...record.headers, ...origin } });
  } catch (error) {
    if (error instanceof KafkaUnavailableError) throw error;
    const omitted = { ...origin, dlq_body: `left out: ${(error as Error).message}` };
    await deps.kafka.publish(topic, { key, value: Buffer.alloc(0), headers: omitted });
  }
  deps.logger.error(
    { ...origin, correlationId: record.headers['ce_correlationid'] },
    'record sent to its dead letter topic',
  );
}
