import { createEvent, encodeEvent } from '../contracts/cloudevents.ts';
import type { AnalysisCompleted, AnalysisStarted, DomainEvent } from '../contracts/events.ts';
import { eventIds, exchanges } from '../contracts/topology.ts';
import { UnroutableError, type RabbitConnection } from '../platform/rabbitmq/rabbitmq.ts';

/** What an announcement carries besides its body. */
export interface Announcement<Data> {
  readonly correlationId: string;
  readonly owner: string;
  /** The run that it belongs to: part of the event id, so a redo is another event and a repeat is not. */
  readonly runId: string;
  readonly traceparent?: string | undefined;
  readonly data: Data;
}

export type Publisher = Pick<RabbitConnection, 'publish' | 'declare'>;

/**
 * Both resolve when RabbitMQ has confirmed; both may be repeated, the event id stays the same.
 *
 * @throws {RabbitUnavailableError} or {UnroutableError}: try again.
 */
export function createAnnouncementActivities({ publisher }: { publisher: Publisher }) {
  return {
    announceStarted: (started: Announcement<AnalysisStarted>) =>
      publish(publisher, startedEvent(started)),
    announceCompleted: (completed: Announcement<AnalysisCompleted>) =>
      publish(publisher, completedEvent(completed)),
  };
}
export type AnnouncementActivities = ReturnType<typeof createAnnouncementActivities>;

function startedEvent(announcement: Announcement<AnalysisStarted>) {
  const { correlationId, runId, data } = announcement;
  return createEvent('analysis.started', {
    id: eventIds.analysisStarted(correlationId, runId),
    time: data.startedAt,
    ...envelope(announcement),
  });
}

function completedEvent(announcement: Announcement<AnalysisCompleted>) {
  const { correlationId, runId, data } = announcement;
  return createEvent('analysis.completed', {
    id: eventIds.analysisCompleted(correlationId, runId),
    time: data.completedAt,
    ...envelope(announcement),
  });
}

function envelope<Data extends { objectKey: string }>(announcement: Announcement<Data>) {
  const { correlationId, owner, runId, traceparent, data } = announcement;
  const extensions = { correlationid: correlationId, owner, runid: runId, traceparent };
  return { subject: data.objectKey, extensions, data };
}

const exchangeOf = {
  'analysis.started': exchanges.analysisStarted,
  'analysis.completed': exchanges.analysisCompleted,
} as const;

async function publish(
  publisher: Publisher,
  event: DomainEvent<'analysis.started'> | DomainEvent<'analysis.completed'>,
): Promise<void> {
  const { headers, body } = encodeEvent(event, 'cloudEvents_');
  const exchange = exchangeOf[event.type];
  const message = { exchange, messageId: event.id, type: event.type, headers, body };
  try {
    await publisher.publish(message);
  } catch (error) {
    if (!(error instanceof UnroutableError)) throw error;
    await publisher.declare(); // the queue was deleted: without it nobody gets the event
    await publisher.publish(message);
  }
}
