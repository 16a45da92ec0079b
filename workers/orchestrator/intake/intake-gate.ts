import type { Logger } from '../../../platform/logger.ts';
import type { RabbitConsumer } from '../../../platform/rabbitmq/rabbitmq.ts';
import { untilOver } from '../../../platform/temporal/temporal.ts';

export interface GatePauses {
  /** Between closing and the next try with a message, doubling after each failed one. */
  readonly firstClosedMs: number;
  readonly longestClosedMs: number;
  /** While closed, how often Temporal is asked whether it is back: that costs no delivery. */
  readonly probeMs: number;
}

export interface Gate {
  readonly closed: boolean;
  /** Open with prefetch 1, until a first message is accepted. */
  readonly trying: boolean;
  readonly fault: string | undefined;
  /** Gives everything in hand back to the queue; opens again by itself. */
  close(reason: string, why: 'away' | 'misconfigured'): Promise<void>;
  accepted(): void;
}

/** The door between a queue and a Temporal that may be away for hours. */
export function createGate(parts: {
  consumer: RabbitConsumer;
  queue: string;
  prefetch: number;
  probe: () => Promise<void>;
  logger: Logger;
  pauses: GatePauses;
  stopping: AbortSignal;
}): Gate {
  const { consumer, queue, logger, pauses, stopping } = parts;
  let state: 'open' | 'trying' | 'closed' = 'open';
  let pauseMs = pauses.firstClosedMs;
  let fault: string | undefined;

  async function openLater(): Promise<void> {
    await untilOver(pauseMs, stopping);
    pauseMs = Math.min(pauseMs * 2, pauses.longestClosedMs);
    while (!stopping.aborted && !(await answers())) await untilOver(pauses.probeMs, stopping);
    if (stopping.aborted) return;
    logger.info({ queue }, 'intake opens again, one message first');
    state = 'trying';
    consumer.resume({ prefetch: 1 });
  }

  const answers = () =>
    parts.probe().then(
      () => true,
      () => false,
    );

  /** Reopening costs what came meanwhile one delivery; it happens once per outage. */
  async function openFully(): Promise<void> {
    await consumer.pause();
    if (!stopping.aborted) consumer.resume({ prefetch: parts.prefetch });
  }

  return {
    get closed() {
      return state === 'closed';
    },
    get trying() {
      return state === 'trying';
    },
    get fault() {
      return fault;
    },
    async close(reason, why) {
      if (state === 'closed' || stopping.aborted) return;
      state = 'closed';
      if (why === 'misconfigured') fault = reason;
      logger.error({ queue, reason, why, pauseMs }, 'intake closed');
      await consumer.pause();
      void openLater();
    },
    accepted() {
      if (state !== 'trying') return;
      state = 'open';
      pauseMs = pauses.firstClosedMs;
      fault = undefined;
      logger.info({ queue }, 'intake fully open');
      setImmediate(() => void openFully()); // after the acknowledgement of this one has gone out
    },
  };
}
