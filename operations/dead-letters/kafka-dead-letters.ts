import { withoutDeadLetterHeaders } from '../../contracts/dead-letters.ts';
import { deadLetterTopic, kafkaTopics, type Topic } from '../../contracts/topology.ts';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';
import { readTopics } from '../../platform/kafka/kafka-reader.ts';
import { connectKafkaPublisher, type KafkaPublisher } from '../../platform/kafka/kafka.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  describeLetter,
  letterId,
  NotRedrivableError,
  onDemand,
  type DeadLetter,
  type DeadLetterOffice,
  type Held,
} from './dead-letter.ts';

/** What the bridge could never publish. A letter is settled by a tombstone under its key. */
export function kafkaLetters(
  topics: readonly Topic[],
  settings: { readonly brokers: readonly string[]; readonly logger: Logger },
): DeadLetterOffice {
  const kafka = { ...settings, clientId: 'ops', topics: kafkaTopics };
  return {
    async open(work) {
      const origins = new Map(topics.map((topic) => [deadLetterTopic(topic) as string, topic]));
      const records: ConsumedRecord[] = [];
      await readTopics(kafka, {
        topics: [...origins.keys()],
        onRecord: (record) => records.push(record),
      });
      const publisher = onDemand(() => connectKafkaPublisher(kafka));
      try {
        return await work(
          unsettled(records).map((record) =>
            holdLetter(publisher.get, record, origins.get(record.topic) ?? ''),
          ),
        );
      } finally {
        await publisher.close();
      }
    },
  };
}

type Letter = ConsumedRecord & { readonly key: string };

/** The newest record under each key, unless it is a tombstone; oldest first. One without is no letter. */
export function unsettled(records: readonly ConsumedRecord[]): Letter[] {
  const newest = new Map<string, Letter>();
  for (const record of records) {
    const { key } = record;
    if (key === null) continue;
    const place = `${record.topic} ${key}`;
    if (record.value === null) newest.delete(place);
    else newest.set(place, { ...record, key });
  }
  return [...newest.values()].sort((a, b) => a.timestamp.getTime() - b.timestamp.getTime());
}

function holdLetter(publisher: () => KafkaPublisher, record: Letter, origin: string): Held {
  const { topic, key, headers, value } = record;
  const settle = (how: 'redriven' | 'dropped') =>
    publisher().publishTombstone(topic, {
      key,
      headers: { dlq_settled: how, dlq_at: new Date().toISOString() },
    });
  return {
    letter: letterOf(record, origin),
    async redrive() {
      if (headers['dlq_body'] !== undefined)
        throw new NotRedrivableError(
          `its body is not in the letter (${headers['dlq_body']}): it stands in ${origin}, ` +
            `partition ${headers['dlq_partition'] ?? '?'}, offset ${headers['dlq_offset'] ?? '?'}`,
        );
      await publisher().publish(origin, {
        key: headers['dlq_key'] ?? '',
        headers: withoutDeadLetterHeaders(headers),
        value: value ?? Buffer.alloc(0),
      });
      await settle('redriven'); // after the event: a crash in between leaves it twice, never lost
    },
    drop: () => settle('dropped'),
  };
}

function letterOf(record: Letter, origin: string): DeadLetter {
  const { topic, key, headers, value, timestamp } = record;
  return {
    id: letterId(topic, key),
    place: topic,
    origin,
    reason: headers['dlq_reason'] ?? 'not told',
    attempts: undefined,
    at: timestamp,
    ...describeLetter(headers),
    headers,
    body: value ?? Buffer.alloc(0),
  };
}
