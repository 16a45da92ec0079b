import { KafkaUnavailableError, type KafkaPublisher } from '../../platform/kafka/kafka.ts';
import type { ConsumedRecord, RecordBatch } from '../../platform/kafka/kafka-consumer.ts';
import type { Logger } from '../../platform/logger.ts';
import { delay, pauseAfter } from '../../platform/retry.ts';
import {
  RabbitUnavailableError,
  UnpublishableError,
  UnroutableError,
  type RabbitConnection,
} from '../../platform/rabbitmq/rabbitmq.ts';
import { publishDeadLetter } from './dead-letter.ts';
import type { BridgeMetrics } from './metrics.ts';
import type { Progress } from './progress.ts';
import type { Route } from './routes.ts';
import { translateRecord } from './translate-record.ts';

interface BridgeDependencies {
  readonly rabbit: Pick<RabbitConnection, 'state' | 'publish' | 'declare'>;
  readonly kafka: Pick<KafkaPublisher, 'publish'>;
  readonly routes: readonly Route[];
  /** Records in flight per partition, waiting for their confirms. */
  readonly window: number;
  readonly metrics: BridgeMetrics;
  readonly progress: Progress;
  readonly logger: Logger;
}

/** `done`: RabbitMQ, or the dead letter topic, has it. `again`: a server did not take it in time. */
export type Outcome = 'done' | 'again' | 'returned';

const returnsAllowed = 2;
const backoff = { firstMs: 100, longestMs: 5_000 };
const pollEveryMs = 100;

/**
 * Brings a batch of one partition to RabbitMQ, window by window. Only the confirmed beginning of a
 * window is committed; the rest is published again, in order, so a fault repeats at most one window.
 * While RabbitMQ is unavailable or blocked it waits, with heartbeats: no record is given up for that.
 */
export function createBridge(deps: BridgeDependencies): (batch: RecordBatch) => Promise<void> {
  return async (batch) => {
    const route = deps.routes.find(({ topic }) => topic === batch.topic);
    if (route === undefined)
      throw new Error(`no route for topic ${batch.topic}: add it to routes.ts, or unsubscribe it`);
    const leave = deps.progress.enter();
    try {
      await bridgeBatch(deps, route, batch);
    } finally {
      leave();
    }
  };
}

async function bridgeBatch(
  deps: BridgeDependencies,
  route: Route,
  batch: RecordBatch,
): Promise<void> {
  const returns = new Map<string, number>();
  let done = 0;
  let failures = 0;
  while (done < batch.records.length) {
    await waitForRabbit(deps, batch);
    if (!batch.isCurrent()) return;

    const window = batch.records.slice(done, done + deps.window);
    const outcomes = await batch.keepAlive(async () => {
      const outcomes = await Promise.all(
        window.map((record) => bridgeRecord(deps, route, record, returns)),
      );
      const last = window[confirmedPrefix(outcomes) - 1];
      if (last !== undefined) await batch.commit(last);
      return outcomes;
    });

    const confirmed = confirmedPrefix(outcomes);
    done += confirmed;
    setLag(deps, batch, done);
    if (confirmed > 0) deps.progress.made();
    if (confirmed === window.length) continue;
    failures = confirmed > 0 ? 0 : failures + 1;
    if (outcomes.includes('returned')) await redeclare(deps);
    await pause(batch, pauseAfter(failures + 1, backoff));
  }
}

/** How many from the start are done without a gap: all that may be committed. */
export function confirmedPrefix(outcomes: readonly Outcome[]): number {
  const gap = outcomes.findIndex((outcome) => outcome !== 'done');
  return gap === -1 ? outcomes.length : gap;
}

async function bridgeRecord(
  deps: BridgeDependencies,
  route: Route,
  record: ConsumedRecord,
  returns: Map<string, number>,
): Promise<Outcome> {
  const { metrics } = deps;
  const translation = translateRecord(record, route.exchange);
  if ('unpublishable' in translation)
    return sendToDeadLetterTopic(deps, route, record, translation.unpublishable);
  const confirmed = metrics.startPublish(route.topic);
  try {
    await deps.rabbit.publish(translation.message);
    confirmed('confirmed');
    return 'done';
  } catch (error) {
    if (error instanceof RabbitUnavailableError) {
      confirmed(error.nacked ? 'nacked' : 'unconfirmed');
      return 'again';
    }
    if (error instanceof UnpublishableError) {
      confirmed('unpublishable');
      return sendToDeadLetterTopic(deps, route, record, error.message);
    }
    if (!(error instanceof UnroutableError)) throw error;
    confirmed('returned');
    const count = (returns.get(record.offset) ?? 0) + 1;
    returns.set(record.offset, count);
    if (count <= returnsAllowed) return 'returned';
    return sendToDeadLetterTopic(deps, route, record, `returned ${count} times: ${error.message}`);
  }
}

async function sendToDeadLetterTopic(
  deps: BridgeDependencies,
  route: Route,
  record: ConsumedRecord,
  reason: string,
): Promise<Outcome> {
  try {
    await publishDeadLetter(deps, route.deadLetters, record, reason);
    deps.metrics.deadLetters.inc({ topic: route.topic });
    return 'done';
  } catch (error) {
    if (!(error instanceof KafkaUnavailableError)) throw error;
    const { topic, partition, offset } = record;
    deps.logger.warn(
      { err: error, reason, topic, partition, offset },
      'dead letter not published: Kafka unavailable, retrying',
    );
    return 'again';
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
  const last = batch.records[done - 1];
  if (last === undefined) return;
  const lag = Number(batch.highWatermark - BigInt(last.offset) - 1n);
  metrics.lag.set({ topic: batch.topic, partition: batch.partition }, lag);
}
