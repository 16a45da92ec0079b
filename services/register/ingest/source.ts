import type { Logger } from '../../../platform/logger.ts';
import type { RegisterDb } from '../store/database.ts';
import { writeMessages, type Position, type SourceMessage } from '../store/positions.ts';
import type { Decode } from './decode-events.ts';
import type { IngestMetrics } from './metrics.ts';

/** What is read into the register: a stream queue, or the partitions of a topic that this replica has. */
export interface Source {
  /** The positions as they stand now, told every few seconds: another replica, or an operator, may have begun anew. */
  onPosition(position: Position): void;
  /** Whether it reads the stream that its position belongs to: one made anew is noticed by its messages. */
  isCurrent(): boolean;
  /** Messages not written yet, by the name of their source. */
  lag(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

export interface IngestDeps {
  readonly db: RegisterDb;
  readonly decode: Decode;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
}

/** One statement carries 65,535 values at most, and a compressed batch of Kafka holds thousands of records. */
const messagesAtOnce = 500;

/** @returns where the source stands now; of another generation: nothing more was written. */
export async function writeBatch(
  { db, metrics, logger }: IngestDeps,
  from: Position,
  messages: readonly SourceMessage[],
): Promise<Position> {
  const { source } = from;
  const onSkipped = ({ offset }: SourceMessage, error: unknown) => {
    metrics.skipped.inc({ source });
    logger.error({ err: error, source, offset }, 'event skipped: not to be stored');
  };
  let position = from;
  for (let at = 0; at < messages.length; at += messagesAtOnce) {
    const some = messages.slice(at, at + messagesAtOnce);
    const written = await writeMessages(db, from, some, onSkipped);
    metrics.applied.inc({ source }, written.applied);
    position = written.position;
  }
  return position;
}
