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

/** @returns where the source stands now; of another generation: nothing was written. */
export async function writeBatch(
  { db, metrics, logger }: IngestDeps,
  from: Position,
  messages: readonly SourceMessage[],
): Promise<Position> {
  const { source } = from;
  const { position, applied } = await writeMessages(db, from, messages, (message, error) => {
    metrics.skipped.inc({ source });
    logger.error({ err: error, source, offset: message.offset }, 'event skipped: not to be stored');
  });
  metrics.applied.inc({ source }, applied);
  return position;
}
