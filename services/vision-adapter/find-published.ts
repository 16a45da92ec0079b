// A recognition that was published but whose answer got lost: finding it saves a second Vision call.
import { LRUCache } from 'lru-cache';
import { decodeEvent, InvalidEventError } from '../../contracts/cloudevents.ts';
import { recognitionResultSchema, type RecognitionResult } from '../../contracts/recognition.ts';
import { topics } from '../../contracts/topology.ts';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';
import type { TopicReading } from '../../platform/kafka/kafka-reader.ts';
import type { RecognitionOrder } from './recognition-record.ts';

/** The clocks of Temporal and of an adapter that published may differ by as much. */
const clockMarginMs = 60_000;
const remembered = 10_000;

/**
 * Looks on Kafka for the recognition that this run has asked for, or of an old upload any run; undefined:
 * none was published.
 *
 * @throws {KafkaUnavailableError} Kafka cannot be read.
 */
export type FindPublished = (order: RecognitionOrder) => Promise<RecognitionResult | undefined>;

interface Search {
  readonly order: RecognitionOrder;
  readonly since: number;
  readonly found: PromiseWithResolvers<RecognitionResult | undefined>;
}

/**
 * One pass over the topic at a time: searches that come meanwhile share the next one, so that an
 * outage of Vision with thousands of photos in their second attempt reads the topic no faster.
 */
export function createFindPublished(deps: {
  /** Reads the topic of recognitions. */
  readTopic: (reading: Omit<TopicReading, 'topics'>) => Promise<void>;
  now?: () => number;
}): FindPublished {
  const { readTopic, now = Date.now } = deps;
  const searchedUntil = new LRUCache<string, number>({ max: remembered });
  let waiting: Search[] = [];
  let reading = false;

  async function pass(): Promise<void> {
    reading = true;
    while (waiting.length > 0) {
      const searches = waiting;
      waiting = [];
      try {
        await search(searches);
      } catch (error) {
        for (const { found } of searches) found.reject(error);
      }
    }
    reading = false;
  }

  async function search(searches: readonly Search[]): Promise<void> {
    const startedAt = now();
    const byKey = Map.groupBy(searches, ({ order }) => order.objectKey);
    await readTopic({
      since: searches.reduce((earliest, { since }) => Math.min(earliest, since), Infinity),
      select: (key) => key !== null && byKey.has(key.toString('latin1')),
      onRecord(record) {
        const recognition = readRecognition(record);
        for (const { order, found } of byKey.get(record.key ?? '') ?? [])
          if (recognition !== undefined && isOf(order, recognition))
            found.resolve(recognition.result);
      },
    });
    for (const { order, found } of searches) {
      searchedUntil.set(nameOf(order), startedAt);
      found.resolve(undefined); // nothing for one that was found
    }
  }

  return (order) => {
    const begun = Date.parse(order.uploadedAt ?? order.scheduledAt ?? '');
    const since = (searchedUntil.get(nameOf(order)) ?? begun) - clockMarginMs;
    const found = Promise.withResolvers<RecognitionResult | undefined>();
    waiting.push({ order, since, found });
    if (!reading) void pass();
    return found.promise;
  };
}

const nameOf = ({ correlationId, runId }: RecognitionOrder) => `${correlationId} ${runId ?? ''}`;

interface Published {
  readonly correlationId: string;
  readonly runId: string | undefined;
  readonly checksum: string;
  readonly result: RecognitionResult;
}

const isOf = (order: RecognitionOrder, { correlationId, runId, checksum }: Published) =>
  correlationId === order.correlationId &&
  (order.uploadedAt === undefined
    ? runId !== undefined && runId === order.runId
    : checksum === order.checksum); // whichever run asked for it

/** One that breaks its contract is skipped: the orchestrator makes it a dead letter. */
function readRecognition({ headers, value }: ConsumedRecord): Published | undefined {
  try {
    const event = decodeEvent(topics.recognitionCompleted, headers, value ?? Buffer.alloc(0));
    return {
      correlationId: event.correlationid,
      runId: event.runid,
      checksum: event.data.checksum,
      result: recognitionResultSchema.parse(event.data),
    };
  } catch (error) {
    if (error instanceof InvalidEventError) return undefined;
    throw error;
  }
}
