import type {
  AnalysisCompleted,
  AnalysisCorrected,
  AnalysisDeleted,
  AnalysisStarted,
  Failure,
  Recognition,
} from '../graphql/api.generated.ts';

/** What every event has. */
interface Occurrence {
  readonly correlationId: string;
  /** Null where the event itself was missed and its content was read from the service's state. */
  readonly eventId: string | null;
  /** Hand the newest one to `watch({ from })`; null where no place in the stream is known. */
  readonly cursor: string | null;
}

/** A workflow has taken the photo. Left out when `completed` came first: that implies it. */
export interface StartedEvent extends Occurrence {
  readonly state: 'started';
  readonly objectKey: string;
  /** RFC 3339, as every time here. */
  readonly startedAt: string;
}

/** The end of one analysis. A failed one is a result too: `failure` says why. */
export type CompletedEvent = Occurrence & {
  readonly state: 'completed';
  readonly objectKey: string;
  readonly startedAt: string;
  readonly completedAt: string;
  /** The analysis of the same photo whose recognition this is; null: it was recognised for itself. */
  readonly duplicateOf: string | null;
} & (
    | { readonly success: true; readonly recognition: Recognition; readonly failure: null }
    | { readonly success: false; readonly recognition: null; readonly failure: Failure }
  );

/** The owner's own words, in place of what was recognised; null where it is not known. */
export interface CorrectedEvent extends Occurrence {
  readonly state: 'corrected';
  readonly brand: string | null;
  readonly type: string | null;
  readonly model: string | null;
  readonly correctedAt: string;
}

/** The analysis and its photo are gone; nothing comes after it. */
export interface DeletedEvent extends Occurrence {
  readonly state: 'deleted';
  readonly deletedAt: string;
}

export type FeedEvent = StartedEvent | CompletedEvent | CorrectedEvent | DeletedEvent;

/** Without its place in a stream where its content comes from the service's state. */
type Known<Payload> = Omit<Payload, 'eventId' | 'cursor'> & { eventId: string | null };

export const startedEvent = (
  { correlationId, objectKey, startedAt, eventId }: Known<AnalysisStarted>,
  cursor: string | null,
): StartedEvent => ({ state: 'started', correlationId, objectKey, startedAt, eventId, cursor });

export function completedEvent(
  of: Omit<Known<AnalysisCompleted>, 'success'>,
  cursor: string | null,
): CompletedEvent {
  const { correlationId, objectKey, startedAt, completedAt, eventId, duplicateOf = null } = of;
  const run = { correlationId, objectKey, startedAt, completedAt, eventId, cursor, duplicateOf };
  const event = { state: 'completed', ...run } as const;
  const { recognitionPayload, failure } = of;
  if (recognitionPayload)
    return { ...event, success: true, recognition: recognitionPayload, failure: null };
  return { ...event, success: false, recognition: null, failure: failure ?? unknownFailure };
}

// The schema promises one of the two; a gateway that breaks the promise is not worth a crash.
const unknownFailure: Failure = { code: 'TERMINATED', message: 'ended without a stated reason' };

export const correctedEvent = (
  { correlationId, brand, type, model, correctedAt, eventId }: Known<AnalysisCorrected>,
  cursor: string | null,
): CorrectedEvent => ({
  ...{ state: 'corrected', correlationId, correctedAt, eventId, cursor },
  ...{ brand: brand ?? null, type: type ?? null, model: model ?? null },
});

export const deletedEvent = (
  { correlationId, deletedAt, eventId }: Known<AnalysisDeleted>,
  cursor: string | null,
): DeletedEvent => ({ state: 'deleted', correlationId, deletedAt, eventId, cursor });

/** When it happened, by the service's clocks; milliseconds since 1970. */
export const timeOf = (event: FeedEvent): number => {
  switch (event.state) {
    case 'started':
      return Date.parse(event.startedAt);
    case 'completed':
      return Date.parse(event.completedAt);
    case 'corrected':
      return Date.parse(event.correctedAt);
    case 'deleted':
      return Date.parse(event.deletedAt);
  }
};
