import type { AnalysisCompleted, AnalysisStarted } from '../contracts/events.ts';
import type { Analysis as KnownAnalysis } from '../contracts/rest.ts';
import type * as graph from '../contracts/schema.generated.ts';
import { eventIds } from '../contracts/topology.ts';
import type { FeedEvent } from './feed/event-log.ts';
import type { FeedWords } from './feed/subscribe-to-feed.ts';

/** `onAnalysisStarted` in the words of the schema. */
export const startedWords: FeedWords<graph.AnalysisStarted> = {
  fromEvent: (event, cursor) => {
    const data = bodyOf(event) as AnalysisStarted;
    return {
      eventId: event.id,
      correlationId: event.correlationId,
      objectKey: data.objectKey,
      startedAt: data.startedAt,
      cursor,
    };
  },
  fromState: (state, cursor) => ({
    eventId: eventIds.analysisStarted(state.correlationId, state.runId),
    correlationId: state.correlationId,
    objectKey: state.objectKey,
    startedAt: state.startedAt,
    cursor,
  }),
};

/** `onAnalysisCompleted` in the words of the schema. */
export const completedWords: FeedWords<graph.AnalysisCompleted> = {
  fromEvent: (event, cursor) => {
    const data = bodyOf(event) as AnalysisCompleted;
    return {
      eventId: event.id,
      correlationId: event.correlationId,
      objectKey: data.objectKey,
      success: data.success,
      recognitionPayload: wordRecognition(data),
      failure: data.failure,
      startedAt: data.startedAt,
      completedAt: data.completedAt,
      cursor,
    };
  },
  fromState: (state, cursor) =>
    state.completedAt === null || state.success === null
      ? undefined
      : {
          eventId: eventIds.analysisCompleted(state.correlationId, state.runId),
          correlationId: state.correlationId,
          objectKey: state.objectKey,
          success: state.success,
          recognitionPayload: wordRecognition(state),
          failure: state.failure,
          startedAt: state.startedAt,
          completedAt: state.completedAt,
          cursor,
        },
};

export function wordAnalysis(state: KnownAnalysis): graph.Analysis {
  return {
    correlationId: state.correlationId,
    objectKey: state.objectKey,
    state: state.state,
    startedAt: state.startedAt,
    completedAt: state.completedAt,
    success: state.success,
    recognitionPayload: wordRecognition(state),
    failure: state.failure,
  };
}

/** Null unless recognition ran to its end. */
function wordRecognition(
  known: Pick<
    KnownAnalysis,
    'provider' | 'aggregate' | 'status' | 'reasons' | 'unsupportedFeatures'
  >,
): graph.Recognition | null {
  const { provider, aggregate, status, reasons, unsupportedFeatures } = known;
  if (provider === null || aggregate === null || status === null) return null;
  return { provider, aggregate, status, reasons, unsupportedFeatures };
}

/** Checked against its contract when it was read from the stream. */
const bodyOf = (event: FeedEvent): unknown => JSON.parse(event.body.toString());
