import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { createEvent, encodeEvent } from '../../../contracts/cloudevents.ts';
import type { DomainEvent } from '../../../contracts/events.ts';
import { eventIds, exchanges, rabbitTopology } from '../../../contracts/topology.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { connectRabbit, RabbitUnavailableError } from '../../../platform/rabbitmq.ts';

export interface Announcer {
  /** `started` and `completed` of a new analysis, each confirmed by the broker. @returns its id. */
  announce(owner: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * What the orchestrator does, straight to the exchanges: what was not confirmed is published again
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
      const { started, completed, correlationId } = newAnalysis(owner);
      await publish(exchanges.analysisStarted, started);
      await publish(exchanges.analysisCompleted, completed);
      return correlationId;
    },
    close: () => rabbit.close(),
  };
}

function newAnalysis(owner: string) {
  const [correlationId, runid] = [uuidv7(), randomUUID()];
  const objectKey = `images/2026/11/23/${randomUUID()}.jpg`;
  const startedAt = new Date().toISOString();
  const about = {
    subject: objectKey,
    extensions: { correlationid: correlationId, owner, runid },
  };
  const started = createEvent('analysis.started', {
    ...about,
    id: eventIds.analysisStarted(correlationId, runid),
    data: { objectKey, startedAt },
  });
  const completed = createEvent('analysis.completed', {
    ...about,
    id: eventIds.analysisCompleted(correlationId, runid),
    data: {
      objectKey,
      success: false,
      provider: null,
      aggregate: null,
      status: null,
      reasons: [],
      unsupportedFeatures: [],
      failure: { code: 'TIMED_OUT', message: 'no recognition came in time' },
      startedAt,
      completedAt: startedAt,
    },
  });
  return { started, completed, correlationId };
}
