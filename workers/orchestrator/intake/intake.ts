import type { Counter } from 'prom-client';
import type { Logger } from '../../../platform/logger.ts';
import type {
  Delivery,
  RabbitConnection,
  RabbitConsumer,
  Verdict,
} from '../../../platform/rabbitmq/rabbitmq.ts';
import { untilOver } from '../../../platform/temporal/temporal.ts';
import { createGate, type GatePauses } from './intake-gate.ts';
import type { TakeEvent } from './take-event.ts';
import { actions, outcomeOf, type IntakeOutcome } from './verdicts.ts';

export interface IntakePauses extends GatePauses {
  /** How long a message is kept in hand while Temporal is away, before the channel is closed. */
  readonly holdMs: number;
  /** Between two tries with a message in hand: doubling from the first to the longest. */
  readonly firstTryMs: number;
  readonly longestTryMs: number;
}

/**
 * Every return of a message counts against the queue's delivery limit (20), and the broker takes a
 * message back after 30 minutes: so a short outage is sat out with the message in hand, a long one
 * with the channel closed.
 */
export const intakePauses: IntakePauses = {
  holdMs: 5 * 60_000,
  firstTryMs: 250,
  longestTryMs: 5_000,
  firstClosedMs: 5_000,
  longestClosedMs: 10 * 60_000,
  probeMs: 2_000,
};

export interface IntakeParts {
  readonly rabbit: Pick<RabbitConnection, 'consume'>;
  readonly queue: string;
  readonly prefetch: number;
  readonly take: TakeEvent;
  /** Rejects while Temporal is away or not set up for us. */
  readonly probe: () => Promise<void>;
  readonly logger: Logger;
  /** Labels `queue`, `outcome`. */
  readonly taken: Pick<Counter, 'inc'>;
  readonly pauses?: IntakePauses;
}

export interface Intake {
  /** Why nothing is taken, if the reason is the set-up. */
  readonly fault: string | undefined;
  /** Milliseconds that the oldest message has been in hand without waiting for Temporal. */
  stuckFor(): number;
  stop(): Promise<void>;
}

/** Takes one work queue: acknowledges a message when Temporal has accepted what it asks for. */
export function openIntake(parts: IntakeParts): Intake {
  const { queue, prefetch, logger } = parts;
  const pauses = parts.pauses ?? intakePauses;
  const stopping = new AbortController();
  const calls = new Set<{ since: number }>();

  const consumer: RabbitConsumer = parts.rabbit.consume(queue, { prefetch }, takeDelivery);
  const gate = createGate({ ...parts, consumer, pauses, stopping: stopping.signal });

  async function takeDelivery(delivery: Delivery): Promise<Verdict> {
    const giveUpAt = Date.now() + pauses.holdMs;
    for (let pause = pauses.firstTryMs; ; pause = Math.min(pause * 2, pauses.longestTryMs)) {
      const { outcome, reason } = await tryOnce(delivery);
      switch (actions[outcome]) {
        case 'acknowledge':
          if (outcome !== 'answered') gate.accepted(); // Temporal was not asked
          return 'ack';
        case 'dead-letter':
          return { deadLetter: `${outcome}: ${reason}` };
        case 'count and retry':
          await untilOver(1_000, stopping.signal); // or a hot loop would use up the 20 in a moment
          return 'retry';
        case 'close':
          await gate.close(reason, 'misconfigured');
          return 'retry'; // the channel is gone: the broker has the message back already
        case 'hold':
          if (gate.trying || Date.now() + pause > giveUpAt) await gate.close(reason, 'away');
          if (!gate.closed) await untilOver(pause, stopping.signal);
          if (gate.closed || stopping.signal.aborted) return 'retry';
      }
    }
  }

  async function tryOnce(delivery: Delivery): Promise<{ outcome: IntakeOutcome; reason: string }> {
    const call = { since: Date.now() };
    calls.add(call);
    try {
      const { correlationId, outcome } = await parts.take(delivery);
      parts.taken.inc({ queue, outcome });
      const fields = { queue, correlationId, messageId: delivery.messageId };
      if (outcome === 'accepted') logger.info(fields, 'accepted');
      else logger.debug(fields, 'recognition not signalled: its activity answers the run');
      return { outcome, reason: '' };
    } catch (error) {
      const outcome = outcomeOf(error);
      parts.taken.inc({ queue, outcome });
      const { messageId } = delivery;
      const reason = reasonOf(error);
      if (outcome === 'duplicate') logger.info({ queue, messageId }, 'a repeat; its run is known');
      else if (outcome === 'away') logger.warn({ queue, messageId, reason }, 'Temporal is away');
      else logger.error({ err: error, queue, messageId, outcome }, 'not accepted');
      return { outcome, reason };
    } finally {
      calls.delete(call);
    }
  }

  return {
    get fault() {
      return gate.fault;
    },
    stuckFor: () => Math.max(0, ...[...calls].map(({ since }) => Date.now() - since)),
    async stop() {
      const stopped = consumer.stop(); // first: what is let go must not come straight back
      stopping.abort();
      await stopped;
    },
  };
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
