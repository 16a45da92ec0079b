import type {
  AnalysisCompleted,
  AnalysisStarted,
  Failure,
  Recognition,
} from '../../../contracts/schema.generated.ts';

/** A workflow has taken the photo. Left out when `completed` came first: that implies it. */
export interface StartedEvent {
  readonly state: 'started';
  readonly correlationId: string;
  readonly objectKey: string;
  /** RFC 3339, as every time here. */
  readonly startedAt: string;
  /** Null where the event itself was missed and its content was read from `analyses`. */
  readonly eventId: string | null;
  readonly cursor: string | null;
}

/** The end of one analysis. A failed one is a result too: `failure` says why. */
export type CompletedEvent = {
  readonly state: 'completed';
  readonly correlationId: string;
  readonly objectKey: string;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly eventId: string | null;
  readonly cursor: string | null;
  /** The analysis of the same photo whose recognition this is; null: it was recognised for itself. */
  readonly duplicateOf: string | null;
} & (
  | { readonly success: true; readonly recognition: Recognition; readonly failure: null }
  | { readonly success: false; readonly recognition: null; readonly failure: Failure }
);

export type FeedEvent = StartedEvent | CompletedEvent;

/** From the feed, or from the list of analyses: then without an id and a place in the feed. */
type FeedOrList<Payload> = Omit<Payload, 'eventId' | 'cursor'> & {
  eventId: string | null;
  cursor: string | null;
};

export const startedEvent = (of: FeedOrList<AnalysisStarted>): StartedEvent => ({
  state: 'started',
  ...of,
});

export function completedEvent(of: Omit<FeedOrList<AnalysisCompleted>, 'success'>): CompletedEvent {
  const { recognitionPayload, failure, duplicateOf = null, ...rest } = of;
  const event = { state: 'completed', ...rest, duplicateOf } as const;
  if (recognitionPayload)
    return { ...event, success: true, recognition: recognitionPayload, failure: null };
  return { ...event, success: false, recognition: null, failure: failure ?? unknownFailure };
}

// The schema promises one of the two; a gateway that breaks the promise is not worth a crash.
const unknownFailure: Failure = { code: 'TERMINATED', message: 'ended without a stated reason' };
