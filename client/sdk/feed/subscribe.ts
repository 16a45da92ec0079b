import type {
  AnalysisCompleted,
  AnalysisCorrected,
  AnalysisDeleted,
  AnalysisStarted,
} from '../graphql/api.generated.ts';
import { request } from '../graphql/documents.ts';
import { assertStream } from '../graphql/read-answer.ts';
import { readFeedCursors } from '../graphql/read-analyses.ts';
import { errorFromGraphQL, type GraphQLErrorEntry } from '../graphql/response-errors.ts';
import type { Transport } from '../graphql/transport.ts';
import { onBackOnline } from '../http/back-online.ts';
import {
  CursorExpiredError,
  isCursorRefused,
  UnavailableError,
  UnexpectedAnswerError,
  type TrackunitError,
} from '../http/errors.ts';
import { anyOf, type RetryLoop } from '../http/retry.ts';
import {
  completedEvent,
  correctedEvent,
  deletedEvent,
  startedEvent,
  timeOf,
  type FeedEvent,
} from './events.ts';
import { cutOff, readMessages } from './read-messages.ts';

const idleLimitMs = 25_000; // two comments of the gateway missed, or no answer at all
const stableAfterMs = 10_000; // a connection that lasted so long resets the backoff

/** Events that the stream cannot give any more: read what happened since then. */
export interface Gap {
  /** By the service's clocks; undefined where nobody knows. */
  readonly since: number | undefined;
  /** The stream goes on behind it. */
  readonly cursor: string;
}

interface Subscriber {
  readonly onEvent: (event: FeedEvent) => void;
  /** Before the first event behind the gap. */
  readonly onGap: (gap: Gap) => void;
  /** Awaited before more is read from the connection. */
  readonly waitForCapacity: () => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * All events of the caller's own analyses behind a cursor, without end. A connection that breaks is
 * opened again, for as long as the caller waits, with a fresh token and behind the last event. Events
 * may repeat; what cannot be resumed is a gap, and the stream goes on from now.
 *
 * @throws {TrackunitError} a final failure; the signal's reason when it is aborted.
 */
export async function subscribe(
  transport: Transport,
  begin: string,
  { onEvent, onGap, waitForCapacity, signal }: Subscriber,
): Promise<never> {
  const retryLoop = transport.createRetryLoop({ forMs: Infinity, signal });
  let after = begin;
  let newest: number | undefined;
  const onEnvelope = (envelope: Envelope) => {
    retryLoop.reset();
    after = envelope.cursor;
    const event = eventOf(envelope);
    if (event === undefined) return;
    newest = Math.max(newest ?? 0, timeOf(event));
    onEvent(event);
  };
  for (;;) {
    const connection = { after, onEnvelope, waitForCapacity, retryLoop };
    const failure = await readConnection(transport, signal, connection).catch((e: unknown) => e);
    signal.throwIfAborted();
    if (!isCursorRefused(failure)) {
      await retryLoop.waitOrThrow(failure);
      continue;
    }
    await retryLoop.waitOrThrow(cursorRefused(failure));
    const { events } = await readFeedCursors(transport, { signal, retryForMs: Infinity });
    after = events;
    const since = failure instanceof CursorExpiredError ? failure.since?.getTime() : undefined;
    onGap({ since: since ?? newest, cursor: events });
  }
}

/** One connection, until it fails: it has no other end. */
async function readConnection(
  transport: Transport,
  signal: AbortSignal,
  {
    after,
    onEnvelope,
    waitForCapacity,
    retryLoop,
  }: {
    after: string;
    onEnvelope: (envelope: Envelope) => void;
    waitForCapacity: () => Promise<void>;
    retryLoop: RetryLoop;
  },
): Promise<never> {
  const broken = new AbortController();
  const until = anyOf(signal, broken.signal);
  let lastDataAt = performance.now();
  const onData = () => (lastDataAt = performance.now());
  const stopListening = onBackOnline((quietMs) => {
    if (performance.now() - lastDataAt >= quietMs) broken.abort(cutOff());
  });
  const late = setTimeout(() => broken.abort(noAnswer()), idleLimitMs);
  let connectedAt = Infinity;
  try {
    const subscription = request('AnalysisEvents', { after });
    const response = await transport.post(
      { body: JSON.stringify(subscription), accept: 'text/event-stream', signal: until },
      retryLoop,
    );
    clearTimeout(late);
    await assertStream(response);
    connectedAt = performance.now();
    const rules = { idleMs: idleLimitMs, onData, waitForCapacity };
    for await (const { event, data } of readMessages(response.body ?? empty(), rules)) {
      if (event === 'complete') throw feedEnded();
      if (event === 'next') onEnvelope(envelopeOf(data));
    }
    throw cutOff();
  } catch (error) {
    if (performance.now() - connectedAt > stableAfterMs) retryLoop.reset();
    if (broken.signal.aborted) throw broken.signal.reason;
    throw error;
  } finally {
    clearTimeout(late);
    stopListening();
    broken.abort(cutOff()); // a response that carried an error may still be open
  }
}

const empty = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

/** @throws {TrackunitError} what the message says in place of an event. */
function envelopeOf(data: string): Envelope {
  let result: {
    data?: { analysisEvents?: Envelope | null } | null;
    errors?: readonly GraphQLErrorEntry[];
  } | null;
  try {
    result = JSON.parse(data) as typeof result;
  } catch (error) {
    throw invalidMessage(data, error);
  }
  const error = errorFromGraphQL(result?.errors, 200);
  if (error !== undefined) throw error;
  const envelope = result?.data?.analysisEvents;
  if (typeof envelope?.cursor !== 'string') throw invalidMessage(data);
  return envelope;
}

/** As asked for; the cursor is the envelope's alone. */
interface Envelope {
  readonly cursor: string;
  readonly event:
    | ({ readonly __typename: 'AnalysisStarted' } & AnalysisStarted)
    | ({ readonly __typename: 'AnalysisCompleted' } & AnalysisCompleted)
    | ({ readonly __typename: 'AnalysisCorrected' } & AnalysisCorrected)
    | ({ readonly __typename: 'AnalysisDeleted' } & AnalysisDeleted);
}

/** Undefined for a kind that this version does not know. */
function eventOf({ event, cursor }: Envelope): FeedEvent | undefined {
  switch (event.__typename) {
    case 'AnalysisStarted':
      return startedEvent(event, cursor);
    case 'AnalysisCompleted':
      return completedEvent(event, cursor);
    case 'AnalysisCorrected':
      return correctedEvent(event, cursor);
    case 'AnalysisDeleted':
      return deletedEvent(event, cursor);
    default:
      return undefined;
  }
}

/** As a failure that passes: the stream goes on from another cursor, after a pause that grows. */
const cursorRefused = (error: TrackunitError) =>
  new UnavailableError(error.code, error.message, {
    remedy: 'The client reopens it automatically.',
    cause: error,
  });

const noAnswer = () =>
  new UnavailableError('NO_ANSWER', `no answer within ${idleLimitMs} ms`, {
    remedy: 'The client reopens it automatically.',
  });

const feedEnded = () =>
  new UnexpectedAnswerError('FEED_ENDED', 'feed completed: expected a stream without end', {
    remedy: 'Watch again.',
  });

const invalidMessage = (data: string, cause?: unknown) =>
  new UnexpectedAnswerError(
    'NO_GRAPHQL',
    `invalid event: expected \`data.analysisEvents\`, got ${data.slice(0, 80)}`,
    { remedy: 'Check the address; do client and service have the same version?', cause },
  );
