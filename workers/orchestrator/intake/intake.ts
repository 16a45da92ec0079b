import type { Counter } from 'prom-client';
import type { Logger } from '../../../platform/logger.ts';
import type {
  Delivery,
  HeldDelivery,
  RabbitConnection,
  RabbitConsumer,
  Verdict,
} from '../../../platform/rabbitmq/rabbitmq.ts';
import { delay, pauseAfter } from '../../../platform/retry.ts';
import type { Admission } from './admission.ts';
import { createCircuitBreaker, type BreakerPauses } from './circuit-breaker.ts';
import { actions, outcomeOf, type IntakeOutcome } from './outcomes.ts';
import type { TakeEvent } from './take-event.ts';

export interface IntakePauses extends BreakerPauses {
  /** How long a message is kept in hand while Temporal is unavailable, before the channel is closed. */
  readonly holdMs: number;
  /** Between two attempts with a message in hand: doubling from the first to the longest. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

/**
 * Every return of a message counts against the queue's delivery limit (20), and the broker takes a
 * message back after 30 minutes: so the message stays in hand during a short outage, and the channel is
 * closed during a long one.
 */
export const intakePauses: IntakePauses = {
  holdMs: 5 * 60_000,
  firstRetryMs: 250,
  longestRetryMs: 5_000,
  firstOpenMs: 5_000,
  longestOpenMs: 10 * 60_000,
  probeMs: 2_000,
};

/** Before a message returns to the queue for an unknown reason: a hot loop would use up its 20 at once. */
const requeuePauseMs = 1_000;

export interface IntakeDependencies {
  readonly rabbit: Pick<RabbitConnection, 'consume'>;
  readonly queue: string;
  readonly prefetch: number;
  readonly take: TakeEvent;
  /** Absent: whatever comes is taken at once. */
  readonly admission?: Admission | undefined;
  /** Rejects while Temporal is unavailable or not configured for us. */
  readonly probe: () => Promise<void>;
  readonly logger: Logger;
  /** Labels `queue`, `outcome`. */
  readonly taken: Pick<Counter, 'inc'>;
  readonly pauses?: IntakePauses;
}

export interface Intake {
  /** Why nothing is taken, if the reason is the configuration. */
  readonly fault: string | undefined;
  /** Milliseconds since the oldest call to Temporal that has no answer yet began. */
  stuckFor(): number;
  stop(): Promise<void>;
}

interface Attempt {
  readonly outcome: IntakeOutcome;
  readonly reason: string;
}

/** Takes one work queue: acknowledges a message when Temporal has accepted what it asks for. */
export function openIntake(deps: IntakeDependencies): Intake {
  const { queue, prefetch, logger } = deps;
  const pauses = deps.pauses ?? intakePauses;
  const stopping = new AbortController();
  const calls = new Set<{ since: number }>();

  const consumer: RabbitConsumer = deps.rabbit.consume(queue, { prefetch }, takeDelivery);
  const breaker = createCircuitBreaker({
    ...deps,
    async probe() {
      await deps.probe();
      await deps.admission?.probe();
    },
    consumer,
    pauses,
    stopping: stopping.signal,
  });

  async function takeDelivery(delivery: HeldDelivery): Promise<Verdict> {
    if (!(await isAdmitted(delivery))) return 'retry'; // the broker has it back, or the process stops
    const giveUpAt = Date.now() + pauses.holdMs;
    const backoff = { firstMs: pauses.firstRetryMs, longestMs: pauses.longestRetryMs };
    for (let failures = 1; ; failures += 1) {
      const pause = pauseAfter(failures, backoff);
      const { outcome, reason } = await attempt(delivery);
      switch (actions[outcome]) {
        case 'acknowledge':
          if (outcome !== 'answered') breaker.succeed(); // Temporal was not asked
          return 'ack';
        case 'dead-letter':
          return { deadLetter: `${outcome}: ${reason}` };
        case 'requeue':
          await delay(requeuePauseMs, stopping.signal);
          return 'retry';
        case 'break':
          await breaker.open(reason, 'misconfigured');
          return 'retry'; // the channel is closed: the broker has the message back already
        case 'hold':
          if (breaker.state === 'half-open' || Date.now() + pause > giveUpAt)
            await breaker.open(reason, 'unavailable');
          if (breaker.state !== 'open') await delay(pause, stopping.signal);
          if (breaker.state === 'open' || stopping.signal.aborted) return 'retry';
      }
    }
  }

  /**
   * The broker takes back what is in hand for half an hour, and counts that: after a few minutes the
   * circuit breaker closes the channel instead.
   */
  async function isAdmitted({ isHeld }: HeldDelivery): Promise<boolean> {
    const waits = () => isHeld() && breaker.state !== 'open' && !stopping.signal.aborted;
    const excess = await deps.admission?.waitForRoom(pauses.holdMs, waits);
    if (excess === undefined) return true;
    if (waits()) await breaker.open(excess.reason, excess.cause);
    return false;
  }

  async function attempt(delivery: Delivery): Promise<Attempt> {
    const { messageId } = delivery;
    const call = { since: Date.now() };
    calls.add(call);
    try {
      const { correlationId, outcome } = await deps.take(delivery);
      deps.taken.inc({ queue, outcome });
      const fields = { queue, correlationId, messageId };
      if (outcome === 'accepted') logger.info(fields, 'event accepted by Temporal');
      else logger.debug(fields, 'recognition not signalled: the activity of its run returns it');
      return { outcome, reason: '' };
    } catch (error) {
      const outcome = outcomeOf(error);
      const reason = reasonOf(error);
      deps.taken.inc({ queue, outcome });
      if (outcome === 'duplicate')
        logger.info({ queue, messageId }, 'duplicate event: workflow already exists');
      else if (outcome === 'deleted')
        logger.info({ queue, messageId }, 'event of a deleted analysis: nothing started');
      else if (outcome === 'unavailable')
        logger.warn({ queue, messageId, reason }, 'event kept in hand: Temporal unavailable');
      else logger.error({ err: error, queue, messageId, outcome }, rejections[outcome]);
      return { outcome, reason };
    } finally {
      calls.delete(call);
    }
  }

  return {
    get fault() {
      return breaker.fault;
    },
    stuckFor: () => Math.max(0, ...[...calls].map(({ since }) => Date.now() - since)),
    async stop() {
      const stopped = consumer.stop(); // first: what is let go must not come straight back
      stopping.abort();
      await stopped;
    },
  };
}

/** Log lines of events that started nothing. */
const rejections = {
  unreadable: 'event dead-lettered: invalid, the error names the fields',
  refused: 'event dead-lettered: Temporal rejected the request as invalid',
  misconfigured: 'event requeued: Temporal denied access, check namespace and permissions',
  unexpected: 'event requeued: unexpected error, dead-lettered after 20 deliveries',
} as const;

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
