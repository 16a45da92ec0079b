// graphql-js reads the fields of the schema, and leaves what else these objects hold alone.
import type { Correction } from '../contracts/acts.ts';
import type {
  AnalysisCompleted,
  AnalysisCorrected,
  AnalysisDeleted,
  AnalysisStarted,
} from '../contracts/events.ts';
import type { Analysis } from '../contracts/rest.ts';
import type * as graph from '../contracts/schema.generated.ts';
import { eventIds } from '../contracts/topology.ts';
import type { FeedEvent } from './feed/event-log.ts';
import type { AnalysisState, ToPayload } from './feed/subscribe-to-feed.ts';

/** The payload of `onAnalysisStarted`. */
export const toStarted: ToPayload<graph.AnalysisStarted> = {
  fromEvent: (event, cursor) => ({
    ...(bodyOf(event) as AnalysisStarted),
    ...idsOf(event),
    cursor,
  }),
  fromState(state, cursor) {
    const eventId = eventIds.analysisStarted(state.correlationId, state.runId);
    return [{ payload: { ...state, eventId, cursor }, eventId, isFinal: true }];
  },
};

/** The payload of `onAnalysisCompleted`. */
export const toCompleted: ToPayload<graph.AnalysisCompleted> = {
  fromEvent: (event, cursor) => ({
    ...withRecognition(bodyOf(event) as AnalysisCompleted),
    ...idsOf(event),
    cursor,
  }),
  fromState(state, cursor) {
    const { correlationId, runId, completedAt, success } = state;
    if (completedAt === null || success === null) return [];
    const eventId = eventIds.analysisCompleted(correlationId, runId);
    const payload = { ...withRecognition(state), completedAt, success, eventId, cursor };
    return [{ payload, eventId, isFinal: true }];
  },
};

/** The payload of `analysisEvents`: of a state, its furthest event alone, and behind a result the correction. */
export const toEnvelope: ToPayload<graph.AnalysisEnvelope> = {
  fromEvent(event, cursor) {
    switch (event.type) {
      case 'analysis.started':
        return envelope('AnalysisStarted', toStarted.fromEvent(event, cursor));
      case 'analysis.completed':
        return envelope('AnalysisCompleted', toCompleted.fromEvent(event, cursor));
      case 'analysis.corrected': {
        const { brand, type, model, correctedAt } = bodyOf(event) as AnalysisCorrected;
        const correction = { brand, type, model, correctedAt };
        return envelope('AnalysisCorrected', { ...correction, ...idsOf(event), cursor });
      }
      case 'analysis.deleted': {
        const { deletedAt } = bodyOf(event) as AnalysisDeleted;
        return envelope('AnalysisDeleted', { deletedAt, ...idsOf(event), cursor });
      }
    }
  },
  fromState(state, cursor) {
    const completed = toCompleted.fromState(state, cursor);
    if (completed.length > 0)
      return [
        ...completed.map((known) => ({
          ...known,
          payload: envelope('AnalysisCompleted', known.payload),
        })),
        ...(state.correction == null ? [] : [corrected(state, state.correction, cursor)]),
      ];
    return toStarted.fromState(state, cursor).map((known) => ({
      ...known,
      payload: envelope('AnalysisStarted', known.payload),
      isFinal: false,
    }));
  },
};

function corrected({ correlationId }: AnalysisState, correction: Correction, cursor: string) {
  const eventId = eventIds.analysisCorrected(correlationId, correction.correctedAt);
  const event = { ...correction, eventId, correlationId, cursor };
  return { payload: envelope('AnalysisCorrected', event), eventId, isFinal: true };
}

/** By `__typename` graphql-js knows which type of the union it is. */
const envelope = <Event extends { cursor: string }>(__typename: string, event: Event) => ({
  cursor: event.cursor,
  event: { ...event, __typename },
});

export const toAnalysis = (state: AnalysisState): graph.Analysis => withRecognition(state);

type FlatRecognition = Pick<
  Analysis,
  'provider' | 'aggregate' | 'status' | 'reasons' | 'unsupportedFeatures'
> &
  Partial<Pick<Analysis, 'evidence'>>; // events of an earlier version have none

/** The wire's flat fields of a recognition as one object; null unless it ran to its end. */
function withRecognition<Flat extends FlatRecognition>(of: Flat) {
  const { provider, aggregate, status, reasons, unsupportedFeatures, evidence = [] } = of;
  const recognitionPayload =
    provider === null || aggregate === null || status === null
      ? null
      : {
          ...{ aggregate, status, reasons, unsupportedFeatures, evidence },
          provider: { ...provider, rulesVersion: provider.rulesVersion ?? null },
        };
  return { ...of, recognitionPayload };
}

const idsOf = ({ id, correlationId }: FeedEvent) => ({ eventId: id, correlationId });

/** Checked against its contract when it was read from the stream. */
const bodyOf = (event: FeedEvent): unknown => JSON.parse(event.body.toString());
