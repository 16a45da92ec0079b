import type { KafkaPublisher } from '../../platform/kafka/kafka.ts';
import type { ConsumedRecord, RecordBatch } from '../../platform/kafka/kafka-consumer.ts';
import type { Logger } from '../../platform/logger.ts';
import { delay, pauseAfter } from '../../platform/retry.ts';
import type { RabbitConnection } from '../../platform/rabbitmq/rabbitmq.ts';
import { bridgeRecord } from './bridge-record.ts';
import { limitInFlight, type InFlight } from './in-flight.ts';
import type { BridgeMetrics } from './metrics.ts';
import type { Progress } from './progress.ts';
import { publishInOrder } from './publish-in-order.ts';
import type { Route } from './routes.ts';

interface BridgeDependencies {
  readonly rabbit: Pick<RabbitConnection, 'state' | 'publish' | 'declare'>;
  readonly kafka: Pick<KafkaPublisher, 'publish'>;
  readonly routes: readonly Route[];
  /** Records in flight over all partitions, waiting for their confirms. */
  readonly maxInFlight: number;
  readonly metrics: BridgeMetrics;
  readonly progress: Progress;
  readonly logger: Logger;
}

const backoff = { firstMs: 100, longestMs: 5_000 };
const pollEveryMs = 100;

/**
 * Brings batches of one partition each to RabbitMQ. Only the confirmed beginning is committed; the
 * rest is published again, in order, so a fault repeats at most what in-flight.ts allows. While
 * RabbitMQ is unavailable or blocked it waits, with heartbeats: no record is given up for that.
 */
export function createBridge(deps: BridgeDependencies): (batch: RecordBatch) => Promise<void> {
  const inFlight = limitInFlight(deps.maxInFlight);
  return async (batch) => {
    const route = deps.routes.find(({ topic }) => topic === batch.topic);
    if (route === undefined)
      throw new Error(`no route for topic ${batch.topic}: add it to routes.ts, or unsubscribe it`);
    const leave = deps.progress.enter();
    try {
      await bridgeBatch(deps, inFlight, route, batch);
    } finally {
      leave();
    }
  };
}

async function bridgeBatch(
  deps: BridgeDependencies,
  inFlight: InFlight,
  route: Route,
  batch: RecordBatch,
): Promise<void> {
  const returns = new Map<string, number>();
  let done = 0;
  let failures = 0;
  const publishing = {
    inFlight,
    publish: (record: ConsumedRecord) => bridgeRecord(deps, route, record, returns),
    onConfirmed: () => {
      deps.progress.made();
    },
  };
  while (done < batch.records.length) {
    await waitForRabbit(deps, batch);
    if (!batch.isCurrent()) return;
    const before = done;
    const { confirmed, returned } = await batch.keepAlive(() =>
      publishInOrder(batch, before, publishing),
    );
    done = confirmed;
    setLag(deps, batch, done);
    if (done === batch.records.length) return;
    failures = done > before ? 0 : failures + 1;
    if (returned) await redeclare(deps);
    await pause(batch, pauseAfter(failures + 1, backoff));
  }
}

async function waitForRabbit(deps: BridgeDependencies, batch: RecordBatch): Promise<void> {
  const since = Date.now();
  while (deps.rabbit.state !== 'connected' && batch.isCurrent()) await pause(batch, pollEveryMs);
  deps.metrics.waited.inc((Date.now() - since) / 1000);
  deps.progress.made(); // waiting for a named server counts as progress
}

/** The queue may have been deleted. When this fails too, RabbitMQ is unavailable, and waiting is next. */
async function redeclare({ rabbit, logger }: BridgeDependencies): Promise<void> {
  await rabbit.declare().catch((error: unknown) => {
    logger.warn({ err: error }, 'topology not declared after a returned message');
  });
}

async function pause(batch: RecordBatch, ms: number): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until && batch.isCurrent()) {
    await batch.heartbeat();
    await delay(Math.min(pollEveryMs, ms));
  }
}

function setLag({ metrics }: BridgeDependencies, batch: RecordBatch, done: number): void {
  const last = done === 0 ? undefined : batch.records.at(done - 1);
  if (last === undefined) return;
  const lag = Number(batch.highWatermark - BigInt(last.offset) - 1n);
  metrics.lag.set({ topic: batch.topic, partition: batch.partition }, lag);
}
