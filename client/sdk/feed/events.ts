import type {
  AnalysisCompleted,
  AnalysisStarted,
  Failure,
  Recognition,
} from '../../../contracts/schema.generated.ts';

/** The photo is in the store and accepted: it will end in one `completed`. */
export interface UploadedEvent {
  readonly state: 'uploaded';
  readonly correlationId: string;
  readonly objectKey: string;
  readonly contentType: string;
  readonly bytes: number;
  /** `sha256:` and 64 hex digits. */
  readonly checksum: string;
}

/** A workflow has taken the photo. Left out when `completed` came first: that implies it. */
export interface StartedEvent {
  readonly state: 'started';
  readonly correlationId: string;
  readonly objectKey: string;
  /** RFC 3339, as every time here. */
  readonly startedAt: string;
  /** Null where the event itself was missed and the fact was read from `analyses`. */
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
} & (
  | { readonly success: true; readonly recognition: Recognition; readonly failure: null }
  | { readonly success: false; readonly recognition: null; readonly failure: Failure }
);

export type FeedEvent = StartedEvent | CompletedEvent;
export type AnalysisEvent = UploadedEvent | FeedEvent;

/** A fact told by an event, or read elsewhere: then without an id and a place in the feed. */
type Told<Fact> = Omit<Fact, 'eventId' | 'cursor'> & {
  eventId: string | null;
  cursor: string | null;
};

export const startedEvent = (of: Told<AnalysisStarted>): StartedEvent => ({
  state: 'started',
  ...of,
});

export function completedEvent(of: Omit<Told<AnalysisCompleted>, 'success'>): CompletedEvent {
  const { recognitionPayload, failure, ...facts } = of;
  const event = { state: 'completed', ...facts } as const;
  if (recognitionPayload)
    return { ...event, success: true, recognition: recognitionPayload, failure: null };
  return { ...event, success: false, recognition: null, failure: failure ?? unknownFailure };
}

// The schema promises one of the two; a gateway that breaks the promise is not worth a crash.
const unknownFailure: Failure = { code: 'TERMINATED', message: 'ended without a stated reason' };
