import { withoutDeadLetterHeaders } from '../../contracts/dead-letters.ts';
import { deadLetterTopic, kafkaTopics, type Topic } from '../../contracts/topology.ts';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';
import { readTopics } from '../../platform/kafka/kafka-reader.ts';
import { connectKafkaPublisher, type KafkaPublisher } from '../../platform/kafka/kafka.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  connectLazily,
  deadLetterId,
  eventOf,
  NotRedrivableError,
  type DeadLetterStore,
  type HeldDeadLetter,
} from './dead-letter.ts';

/** What the bridge could not publish. A dead letter is settled by a tombstone under its key. */
export function kafkaDeadLetters(
  topics: readonly Topic[],
  settings: { readonly brokers: readonly string[]; readonly logger: Logger },
): DeadLetterStore {
  const kafka = { ...settings, clientId: 'ops', topics: kafkaTopics };
  return {
    async open(work) {
      const origins = new Map(topics.map((topic) => [deadLetterTopic(topic) as string, topic]));
      const records: ConsumedRecord[] = [];
      await readTopics(kafka, {
        topics: [...origins.keys()],
        onRecord: (record) => records.push(record),
      });
      const publisher = connectLazily(() => connectKafkaPublisher(kafka));
      try {
        return await work(
          unsettled(records).map((record) =>
            hold(publisher.get, record, origins.get(record.topic) ?? ''),
          ),
        );
      } finally {
        await publisher.close();
      }
    },
  };
}

type KeyedRecord = ConsumedRecord & { readonly key: string };

/** The newest record under each key, unless it is a tombstone; oldest first. */
function unsettled(records: readonly ConsumedRecord[]): KeyedRecord[] {
  const newest = new Map<string, KeyedRecord>();
  for (const record of records) {
    const { key } = record;
    if (key === null) continue;
    const place = `${record.topic} ${key}`;
    if (record.value === null) newest.delete(place);
    else newest.set(place, { ...record, key });
  }
  return [...newest.values()].sort((a, b) => a.timestamp.getTime() - b.timestamp.getTime());
}

function hold(
  publisher: () => KafkaPublisher,
  { topic, key, headers, value, timestamp }: KeyedRecord,
  origin: string,
): HeldDeadLetter {
  const body = value ?? Buffer.alloc(0);
  const settle = (how: 'redriven' | 'dropped') =>
    publisher().publishTombstone(topic, {
      key,
      headers: { dlq_settled: how, dlq_at: new Date().toISOString() },
    });
  return {
    deadLetter: {
      id: deadLetterId(topic, key),
      place: topic,
      origin,
      reason: headers['dlq_reason'] ?? 'unknown',
      attempts: undefined,
      at: timestamp,
      ...eventOf(headers),
      headers,
      body,
    },
    async redrive() {
      if (headers['dlq_body'] !== undefined)
        throw new NotRedrivableError(
          `its body (${headers['dlq_body']}) is only in its origin: publish it again from ${origin}, ` +
            `partition ${headers['dlq_partition'] ?? '?'}, offset ${headers['dlq_offset'] ?? '?'}`,
        );
      await publisher().publish(origin, {
        key: headers['dlq_key'] ?? '',
        headers: withoutDeadLetterHeaders(headers),
        value: body,
      });
      await settle('redriven'); // after the publish: a crash in between leaves it twice, never lost
    },
    drop: () => settle('dropped'),
  };
}
