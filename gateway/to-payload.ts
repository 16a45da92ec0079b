import type { AnalysisCompleted, AnalysisStarted } from '../contracts/events.ts';
import type { Analysis } from '../contracts/rest.ts';
import type * as graph from '../contracts/schema.generated.ts';
import { eventIds } from '../contracts/topology.ts';
import type { FeedEvent } from './feed/event-log.ts';
import type { ToPayload } from './feed/subscribe-to-feed.ts';

/** The payload of `onAnalysisStarted`. */
export const toStarted: ToPayload<graph.AnalysisStarted> = {
  fromEvent: (event, cursor) => {
    const { objectKey, startedAt } = bodyOf(event) as AnalysisStarted;
    const { id: eventId, correlationId } = event;
    return { eventId, correlationId, objectKey, startedAt, cursor };
  },
  fromState: ({ correlationId, runId, objectKey, startedAt }, cursor) => {
    const eventId = eventIds.analysisStarted(correlationId, runId);
    return { eventId, correlationId, objectKey, startedAt, cursor };
  },
};

/** The payload of `onAnalysisCompleted`. */
export const toCompleted: ToPayload<graph.AnalysisCompleted> = {
  fromEvent: (event, cursor) => {
    const { objectKey, success, failure, startedAt, completedAt, ...recognition } = bodyOf(
      event,
    ) as AnalysisCompleted;
    return {
      eventId: event.id,
      correlationId: event.correlationId,
      objectKey,
      success,
      recognitionPayload: toRecognition(recognition),
      failure,
      startedAt,
      completedAt,
      cursor,
    };
  },
  fromState: (state, cursor) => {
    const { correlationId, objectKey, failure, startedAt, completedAt, success } = state;
    if (completedAt === null || success === null) return undefined;
    return {
      eventId: eventIds.analysisCompleted(correlationId, state.runId),
      correlationId,
      objectKey,
      success,
      recognitionPayload: toRecognition(state),
      failure,
      startedAt,
      completedAt,
      cursor,
    };
  },
};

export function toAnalysis(analysis: Analysis): graph.Analysis {
  return {
    correlationId: analysis.correlationId,
    objectKey: analysis.objectKey,
    state: analysis.state,
    startedAt: analysis.startedAt,
    completedAt: analysis.completedAt,
    success: analysis.success,
    recognitionPayload: toRecognition(analysis),
    failure: analysis.failure,
  };
}

/** Null unless recognition ran to its end. */
function toRecognition({
  provider,
  aggregate,
  status,
  reasons,
  unsupportedFeatures,
}: Pick<
  Analysis,
  'provider' | 'aggregate' | 'status' | 'reasons' | 'unsupportedFeatures'
>): graph.Recognition | null {
  if (provider === null || aggregate === null || status === null) return null;
  return { provider, aggregate, status, reasons, unsupportedFeatures };
}

/** Checked against its contract when it was read from the stream. */
const bodyOf = (event: FeedEvent): unknown => JSON.parse(event.body.toString());
