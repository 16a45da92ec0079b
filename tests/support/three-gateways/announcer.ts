import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeEvent } from '../../../contracts/cloudevents.ts';
import type { DomainEvent } from '../../../contracts/events.ts';
import { exchanges, rabbitTopology } from '../../../contracts/topology.ts';
import { aRun, completedEvent, correctedEvent, startedEvent } from '../gateway/announced-run.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { connectRabbit, RabbitUnavailableError } from '../../../platform/rabbitmq/rabbitmq.ts';

export interface Announcer {
  /** `started`, `completed` and `corrected` of a new analysis, each confirmed by the broker. @returns its id. */
  announce(owner: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * What orchestrator and register do, straight to the exchanges: what was not confirmed is published again
 * under the same id, so the broker may hold it twice.
 */
export function connectAnnouncer(rabbitUrl: string): Announcer {
  const rabbit = connectRabbit({
    url: rabbitUrl,
    name: 'three-gateways',
    topology: rabbitTopology,
    logger: silentLogger(),
  });
  const publish = async (exchange: string, event: DomainEvent) => {
    for (;;) {
      try {
        await rabbit.publish({
          exchange,
          messageId: event.id,
          type: event.type,
          ...encodeEvent(event, 'cloudEvents_'),
        });
        return;
      } catch (error) {
        if (!(error instanceof RabbitUnavailableError)) throw error;
        await pause(100);
      }
    }
  };
  return {
    async announce(owner) {
      const run = aRun({ runId: randomUUID() });
      await publish(exchanges.analysisStarted, startedEvent(owner, run));
      await publish(exchanges.analysisCompleted, completedEvent(owner, run));
      await publish(exchanges.analysisChanged, correctedEvent(owner, run));
      return run.correlationId;
    },
    close: () => rabbit.close(),
  };
}
