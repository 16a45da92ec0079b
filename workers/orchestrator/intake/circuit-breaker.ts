import type { Logger } from '../../../platform/logger.ts';
import type { RabbitConsumer } from '../../../platform/rabbitmq/rabbitmq.ts';
import { delay, pauseAfter } from '../../../platform/retry.ts';

export interface BreakerPauses {
  /** Between opening and the next attempt with a message, doubling after each failed one. */
  readonly firstOpenMs: number;
  readonly longestOpenMs: number;
  /** While open, how often Temporal is asked whether it answers: that costs no delivery. */
  readonly probeMs: number;
}

export interface CircuitBreaker {
  /** `half-open`: messages come one at a time, until Temporal accepts the first. */
  readonly state: 'closed' | 'half-open' | 'open';
  /** Why it is open, if the reason is the configuration. */
  readonly fault: string | undefined;
  /** Returns everything in hand to the queue; becomes half-open by itself. */
  open(reason: string, cause: 'unavailable' | 'misconfigured' | 'busy'): Promise<void>;
  /** Temporal accepted a message. */
  succeed(): void;
}

/**
 * Between a queue and a Temporal that may be unavailable for hours. It opens and closes the channel of
 * the consumer instead of failing calls, because each delivery that fails counts against the queue's limit.
 */
export function createCircuitBreaker(deps: {
  consumer: RabbitConsumer;
  queue: string;
  prefetch: number;
  probe: () => Promise<void>;
  logger: Logger;
  pauses: BreakerPauses;
  stopping: AbortSignal;
}): CircuitBreaker {
  const { consumer, queue, logger, pauses, stopping } = deps;
  let state: CircuitBreaker['state'] = 'closed';
  const backoff = { firstMs: pauses.firstOpenMs, longestMs: pauses.longestOpenMs };
  let openings = 0; // since Temporal last accepted a message
  let fault: string | undefined;

  async function halfOpenAfter(pauseMs: number): Promise<void> {
    await delay(pauseMs, stopping);
    while (!stopping.aborted && !(await answers())) await delay(pauses.probeMs, stopping);
    if (stopping.aborted) return;
    logger.info({ queue }, 'circuit breaker half-open: one message first');
    state = 'half-open';
    consumer.resume({ prefetch: 1 });
  }

  const answers = () =>
    deps.probe().then(
      () => true,
      () => false,
    );

  /** A new channel costs what came meanwhile one delivery; it happens once per outage. */
  async function resumeFully(): Promise<void> {
    await consumer.pause();
    if (!stopping.aborted) consumer.resume({ prefetch: deps.prefetch });
  }

  return {
    get state() {
      return state;
    },
    get fault() {
      return fault;
    },
    async open(reason, cause) {
      if (state === 'open' || stopping.aborted) return;
      state = 'open';
      if (cause === 'misconfigured') fault = reason;
      openings += 1;
      const pauseMs = pauseAfter(openings, backoff);
      logger[cause === 'busy' ? 'warn' : 'error'](
        { queue, reason, cause, pauseMs },
        `circuit breaker open: Temporal ${cause}, messages wait in the queue`,
      );
      await consumer.pause();
      void halfOpenAfter(pauseMs);
    },
    succeed() {
      if (state !== 'half-open') return;
      state = 'closed';
      openings = 0;
      fault = undefined;
      logger.info({ queue }, 'circuit breaker closed: Temporal is available');
      setImmediate(() => void resumeFully()); // after the acknowledgement of this one has gone out
    },
  };
}
