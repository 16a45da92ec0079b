import {
  connectKafkaBatchConsumer,
  type KafkaConsumer,
  type RecordBatch,
} from '../../../platform/kafka/kafka-consumer.ts';
import type { KafkaSettings } from '../../../platform/kafka/kafka.ts';
import { delay, pauseAfter } from '../../../platform/retry.ts';
import {
  markGap,
  readPosition,
  restartSource,
  type Position,
  type SourceMessage,
} from '../store/positions.ts';
import type { RawMessage } from './decode-events.ts';
import { topics } from '../../../contracts/topology.ts';
import { writeBatch, type IngestDeps, type Source } from './source.ts';

const backoff = { firstMs: 100, longestMs: 5_000 };
/** Neither is waited for by anybody: fewer partitions at once, fewer connections to the database. */
const partitionsAtOnce = 2;
const idleMs = 1_000;

/** A partition in this replica's hands, since it was assigned. */
interface Partition {
  position: Position;
  /** Whether the topic is known to be the one that was read before. */
  isVerified: boolean;
  lag: number;
}

/**
 * Writes a topic into the register, a position for each partition. The group commits up to the last
 * record written and not beyond: the next member begins with that one, and sees by its id whether the
 * topic is still the same. Where the group's offsets are lost the positions know what is written.
 */
export function ingestTopic(
  deps: IngestDeps & { kafka: KafkaSettings; groupId: string; topic: string },
): Source & Pick<KafkaConsumer, 'lastActivity'> {
  const { db, topic, metrics, logger } = deps;
  const partitions = new Map<number, Partition>();
  /** Read again from their positions since they were assigned. */
  const sought = new Set<number>();
  const sourceOf = (partition: number) => `${topic}/${partition}`;
  const consumer = connectKafkaBatchConsumer({
    ...deps.kafka,
    groupId: deps.groupId,
    subscribe: [topic],
    concurrency: partitionsAtOnce,
    idleMs,
    onAssignment() {
      partitions.clear();
      sought.clear();
    },
    async eachBatch(batch) {
      const last = batch.records.at(-1);
      if (last === undefined) return;
      const isWritten = await batch.keepAlive(() => writeUntilWritten(batch));
      if (!isWritten) return;
      await batch.commitBefore(last);
    },
  });

  async function writeUntilWritten(batch: RecordBatch): Promise<boolean> {
    for (let failures = 1; batch.isCurrent(); failures += 1) {
      try {
        return await write(batch);
      } catch (error) {
        logger.warn({ err: error, topic, partition: batch.partition }, 'events not written: again');
        partitions.delete(batch.partition);
        await delay(pauseAfter(failures, backoff));
      }
    }
    return false;
  }

  /** @returns false: the partition is read again, from its position or its first record. */
  async function write(batch: RecordBatch): Promise<boolean> {
    const { partition } = batch;
    const known = partitions.get(partition) ?? {
      position: await readPosition(db, sourceOf(partition)),
      isVerified: false,
      lag: 0,
    };
    const messages = Array.from(batch.records, ({ offset, headers, value, key }) => {
      const id = headers['ce_id'] ?? key ?? '';
      const body = value ?? Buffer.alloc(0);
      return decodeRecord(partition, { offset: Number(offset), id, headers, body });
    });
    // Rows were restored, or the database is new: Kafka may hold what its group has read before.
    if (!known.isVerified && !sought.has(partition) && isBeyond(known.position, messages)) {
      sought.add(partition);
      return readAgain(partition, known.position.offset);
    }
    if (!known.isVerified && (await isRecreated(known.position, messages, batch.highWatermark))) {
      logger.warn({ topic, partition }, 'topic made anew: reading from its first record');
      metrics.recreated.inc({ source: sourceOf(partition) });
      await restartSource(db, known.position);
      return readAgain(partition);
    }
    const written = await writeBatch(deps, known.position, messages);
    if (written.generation !== known.position.generation) return readAgain(partition);
    const lag = Number(batch.highWatermark) - 1 - (messages.at(-1)?.offset ?? 0);
    partitions.set(partition, { position: written, isVerified: isBehind(written, messages), lag });
    return true;
  }

  const decodeRecord = (partition: number, record: RawMessage) =>
    deps.decode(sourceOf(partition), topics.imageUploaded, record);

  /** The first batch since the assignment; a gap before it is noted by the way. */
  async function isRecreated(
    position: Position,
    messages: readonly SourceMessage[],
    end: bigint,
  ): Promise<boolean> {
    const { offset, eventId, source } = position;
    const first = messages[0]?.offset;
    if (offset === undefined || first === undefined) return false;
    if (end <= BigInt(offset)) return true;
    const same = messages.find((message) => message.offset === offset);
    if (same !== undefined) return same.eventId !== eventId;
    if (isBeyond(position, messages) && (await markGap(db, position, first)))
      metrics.gaps.inc({ source });
    return false;
  }

  function readAgain(partition: number, from = 0): false {
    partitions.delete(partition);
    consumer.readAgain(topic, partition, from);
    return false;
  }

  return {
    isCurrent: () => true,
    lastActivity: () => consumer.lastActivity(),
    onPosition({ source, generation }) {
      for (const [partition, { position }] of partitions)
        if (sourceOf(partition) === source && generation > position.generation)
          readAgain(partition);
    },
    lag: () =>
      Promise.resolve(
        new Map([...partitions].map(([partition, { lag }]) => [sourceOf(partition), lag])),
      ),
    stop: () => consumer.close(),
  };
}

/** Something is between the position and the first of these. */
const isBeyond = ({ offset = -1 }: Position, messages: readonly SourceMessage[]) =>
  (messages[0]?.offset ?? 0) > offset + 1;

/** Read as far as the position: what was there before has been compared. */
const isBehind = ({ offset = -1 }: Position, messages: readonly SourceMessage[]) =>
  (messages.at(-1)?.offset ?? -1) >= offset;
