import type { Registry } from 'prom-client';
import type { KafkaSettings } from '../../../platform/kafka/kafka.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import { withTimeout } from '../../../platform/with-timeout.ts';
import type { RegisterDb } from '../store/database.ts';
import type { Position } from '../store/positions.ts';
import { createDecode, type SourceType } from './decode-events.ts';
import { fillGaps } from './fill-gaps.ts';
import { ingestStream } from './ingest-stream.ts';
import { ingestTopic } from './ingest-topic.ts';
import { createMetrics } from './metrics.ts';

/** What was analyzed before the first start is read from Temporal, like what a stream has lost. */
const beforeTheRegister = new Date(0);
const kafkaSilenceMs = 60_000;
const fillStopMs = 3_000;

export interface Ingest {
  /** Gaps that are not filled yet, by their source, and acts that cannot be. */
  warnings(): Record<string, string>;
  /** Whether the positions of the streams can be trusted: false while it is found out. */
  isCurrent(): boolean;
  /** @throws {Error} kafkajs has stopped without a word. */
  assertAlive(): void;
  stop(): Promise<void>;
}

/** Everything that the register reads, into one database. */
export function ingestAll(settings: {
  db: RegisterDb;
  temporal: Pick<Temporal, 'withTimeout'>;
  rabbit: Pick<RabbitConnection, 'state' | 'readStream' | 'streamEnd'>;
  kafka: KafkaSettings;
  groupId: string;
  streams: Readonly<Record<'started' | 'completed' | 'changed', { readonly name: string }>>;
  topic: string;
  registry: Registry;
  logger: Logger;
  stopping: AbortSignal;
}): Ingest {
  const { db, temporal, rabbit, logger, stopping, streams } = settings;
  const metrics = createMetrics(settings.registry);
  const deps = { db, metrics, logger, decode: createDecode({ metrics, logger }) };
  const stream = (
    queue: string,
    type: SourceType,
    from: { lostBefore?: Date; onGap?: () => void },
  ) =>
    ingestStream({ ...deps, rabbit, queue, type, lostBefore: from.lostBefore, onGap: from.onGap });
  const uploads = ingestTopic({ ...deps, ...settings });
  let actsLost = false;
  /** Temporal knows nothing of them, so no filling brings them back. */
  function onActsLost() {
    actsLost = true;
    metrics.actsLost.set(1);
    logger.error(
      { source: streams.changed.name },
      'corrections and deletions lost: the backup is older than their stream; see docs/operations.md',
    );
  }
  const sources = [
    stream(streams.started.name, 'analysis.started', { lostBefore: beforeTheRegister }),
    stream(streams.completed.name, 'analysis.completed', { lostBefore: beforeTheRegister }),
    // Our own words: read back, they change nothing, unless these rows come from an older backup.
    stream(streams.changed.name, 'analysis.changed', { onGap: onActsLost }),
    uploads,
  ];
  let positions: readonly Position[] = [];

  const filling = fillGaps({
    ...{ db, temporal, metrics, logger, stopping },
    onPositions(rows) {
      positions = rows;
      for (const row of rows) {
        metrics.gapOpen.set({ source: row.source }, row.gapSince === undefined ? 0 : 1);
        for (const source of sources) source.onPosition(row);
      }
    },
  });
  metrics.watchLag(sources);

  return {
    warnings: () => ({
      ...(actsLost && { [`acts in ${streams.changed.name}`]: actsLostWords }),
      ...Object.fromEntries(
        positions.flatMap(({ source, gapSince }) =>
          gapSince === undefined
            ? []
            : [[`gap in ${source}`, `${sinceWords(gapSince)}: being filled in from Temporal`]],
        ),
      ),
    }),
    isCurrent: () => sources.every((source) => source.isCurrent()),
    assertAlive() {
      const silence = Date.now() - uploads.lastActivity();
      if (silence > kafkaSilenceMs)
        throw new Error(`no activity of the Kafka consumer for ${Math.round(silence / 1_000)} s`);
    },
    async stop() {
      await Promise.all(sources.map((source) => source.stop()));
      const late = () => new Error('a call to Temporal is in hand');
      await withTimeout(fillStopMs, filling, late).catch(() => undefined);
    },
  };
}

const actsLostWords =
  'corrections and deletions are missing, since the backup is older than their stream';

const sinceWords = (at: Date) =>
  at.getTime() === 0
    ? 'events of before may be missing'
    : `events since ${at.toISOString()} may be missing`;
