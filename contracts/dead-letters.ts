// The headers that a dead letter has on either broker, beside those of the message it was.
import type { Headers } from './cloudevents.ts';

/** Where a record of Kafka stood. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/**
 * Key of a record in a dead letter topic: where the record stood. A second dead letter of the same
 * record replaces the first, a tombstone (no value) says that it is settled.
 */
export const deadLetterKey = ({ topic, partition, offset }: Origin) =>
  `${topic}:${partition}:${offset}`;

/** Written beside the record's own headers; `dlq_key` is the key that it had, absent where it had none. */
export const originHeaders = (
  record: Origin & { readonly key: string | null },
  reason: string,
  at = new Date(),
): Record<string, string> => ({
  dlq_reason: reason,
  dlq_topic: record.topic,
  dlq_partition: String(record.partition),
  dlq_offset: record.offset,
  ...(record.key === null ? {} : { dlq_key: record.key }),
  dlq_at: at.toISOString(),
});

/** The message's own headers: without `dlq_*` and RabbitMQ's `x-*`. */
export const withoutDeadLetterHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(dlq_|x-)/.test(name)));
