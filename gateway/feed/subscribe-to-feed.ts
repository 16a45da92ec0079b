import { setTimeout as pause } from 'node:timers/promises';
import { correlationIdSchema } from '../../contracts/recognition.ts';
import type { Correction } from '../../contracts/acts.ts';
import type { Analysis, RegisteredAnalysis } from '../../contracts/rest.ts';
import { Problem } from '../../platform/http/problem.ts';
import { pauseAfter } from '../../platform/retry.ts';
import { cursorExpired, type CursorField } from './cursor.ts';
import type { FeedEvent } from './event-log.ts';
import type { FeedView, Positions, ReplayedEvent } from './feed-view.ts';
import { SourceStream } from './source-stream.ts';

const aheadTimeoutMs = 5_000;
const firstReadTimeoutMs = 1_000;
const readTimeoutMs = 5_000;

/** An analysis as its service answers it; the register alone knows of corrections and of a redo beside a result. */
export type AnalysisState = Analysis & {
  readonly correction?: Correction | null;
  readonly redo?: RegisteredAnalysis['redo'];
};

/** What one subscription field answers. */
export interface ToPayload<Payload> {
  fromEvent(event: FeedEvent, cursor: string): Payload;
  /** In the order in which they are to be sent; none where the state has not got that far. */
  fromState(state: AnalysisState, cursor: string): readonly KnownState<Payload>[];
}

export interface KnownState<Payload> {
  readonly payload: Payload;
  readonly eventId: string;
  /** Nothing more is to come of this run. */
  readonly isFinal: boolean;
}

interface SubscriptionDeps<Payload> {
  feed: FeedView;
  toPayload: ToPayload<Payload>;
  /**
   * The orchestrator's state of one analysis of an owner; undefined where it has none of that id.
   *
   * @throws {Problem} when it does not answer in time, or not in the agreed shape.
   */
  readState(owner: string, correlationId: string, ms: number): Promise<AnalysisState | undefined>;
  onOverflow: () => void;
  /** This replica has not read as far as the cursor: the client is to come back, here or elsewhere. */
  onBehind: () => void;
  counters: {
    replayed(field: CursorField, events: number): void;
    cursorExpired(field: CursorField): void;
  };
}

interface SubscriptionArgs {
  owner: string;
  correlationId?: string | null | undefined;
  after?: string | null | undefined;
}

interface ParsedArgs {
  owner: string;
  correlationId: string | undefined;
  after: Positions | undefined;
  /** Of one correlationId: what was sent. Its start may be known, live, and the orchestrator's. */
  sent: Set<string>;
}

/**
 * One subscription. Live events are buffered from the first moment on, so that nothing falls between
 * what is known and what comes; the index is read, and the buffered ones in it dropped, in one tick.
 *
 * @throws {Problem} 400 `CURSOR_INVALID`, 422 `INVALID`. Later problems (`CURSOR_EXPIRED`) come as the
 *   one thing the subscription emits before it completes.
 */
export function subscribeToFeed<Payload>(
  deps: SubscriptionDeps<Payload>,
  { owner, correlationId: id, after: cursor }: SubscriptionArgs,
): SourceStream<Payload> {
  const { feed, toPayload } = deps;
  const correlationId = parseCorrelationId(id);
  const after = cursor == null ? undefined : feed.decodeCursor(cursor);
  const sent = new Set<string>();

  const stream = new SourceStream<Payload>({
    toPayload: (event, at) => toPayload.fromEvent(event, at),
    isFinal: (event) => correlationId !== undefined && feed.isFinal(event),
    onOverflow: deps.onOverflow,
    onDone() {
      unsubscribe();
      unsubscribeDeletion();
    },
  });
  const unsubscribe = feed.subscribe(owner, correlationId, {
    push(event, at) {
      if (correlationId === undefined || isFirst(sent, event.id)) stream.push(event, at);
    },
  });

  const unsubscribeDeletion =
    correlationId === undefined
      ? () => undefined
      : feed.onSilentDeletion(owner, correlationId, () => stream.complete());

  void emitKnown(deps, stream, { owner, correlationId, after, sent }).catch((error: unknown) => {
    stream.fail(error as Error); // masked and logged where results are made
  });
  return stream;
}

async function emitKnown<Payload>(
  deps: SubscriptionDeps<Payload>,
  stream: SourceStream<Payload>,
  args: ParsedArgs,
): Promise<void> {
  const { feed } = deps;
  const { owner, correlationId, after } = args;
  if (after !== undefined) {
    await feed.waitFor(after, aheadTimeoutMs); // another replica had read further
    if (stream.isDone) return;
    if (!feed.canResume(after)) {
      const reason = await feed.whyExpired(after);
      if (reason === undefined) {
        deps.onBehind();
        return;
      }
      deps.counters.cursorExpired(feed.field);
      stream.fail(cursorExpired(reason, after));
      return;
    }
  }

  // From here to the end of the replay nothing else runs: what is in the index was not buffered, or is dropped.
  if (correlationId !== undefined) {
    if (feed.isSilentlyDeleted(owner, correlationId)) {
      stream.complete();
      return;
    }
    await emitOne(deps, stream, { ...args, correlationId });
    return;
  }
  if (after !== undefined) {
    stream.clearBuffer();
    replay(deps, stream, feed.read(owner, after));
  }
  stream.goLive();
}

/** True the first time. */
function isFirst(sent: Set<string>, eventId: string): boolean {
  if (sent.has(eventId)) return false;
  sent.add(eventId);
  return true;
}

function replay<Payload>(
  { feed, toPayload, counters }: SubscriptionDeps<Payload>,
  stream: SourceStream<Payload>,
  events: readonly ReplayedEvent[],
): void {
  counters.replayed(feed.field, events.length);
  for (const { event, cursor } of events) stream.emit(() => toPayload.fromEvent(event, cursor()));
}

/** The index first, then the orchestrator, then live; the final event completes the stream. */
async function emitOne<Payload>(
  deps: SubscriptionDeps<Payload>,
  stream: SourceStream<Payload>,
  { owner, correlationId, after, sent }: ParsedArgs & { correlationId: string },
): Promise<void> {
  const { feed, toPayload } = deps;
  const cursor = feed.newestCursor(); // read at registration: the cursor of what the orchestrator knows
  const known = feed.known(owner, correlationId);
  if (known.length > 0) {
    for (const { event } of known) sent.add(event.id);
    stream.clearBuffer();
    const news = known.filter(({ event }) => after === undefined || feed.isAfter(event, after));
    replay(deps, stream, news);
    if (known.some(({ event }) => feed.isFinal(event))) {
      stream.complete();
      return;
    }
  }

  stream.goLive();
  const state = await pollState(
    (timeoutMs) => deps.readState(owner, correlationId, timeoutMs),
    () => stream.isDone,
  );
  if (state === undefined || stream.isDone) return; // the live event came first, with the same result
  if (isSuperseded(feed, owner, state) || feed.isDeleted(owner, correlationId)) return;
  const now = toPayload.fromState(state, cursor);
  for (const { payload, eventId } of now) if (isFirst(sent, eventId)) stream.emit(() => payload);
  if (now.some(({ isFinal }) => isFinal)) stream.complete();
}

/** Asks until there is an answer or `isDone`: a result older than the window is not missed. */
async function pollState(
  read: (timeoutMs: number) => Promise<AnalysisState | undefined>,
  isDone: () => boolean,
): Promise<AnalysisState | undefined> {
  for (let failures = 1; !isDone(); failures += 1) {
    try {
      return await read(failures === 1 ? firstReadTimeoutMs : readTimeoutMs);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    const longest = pauseAfter(failures, { firstMs: 2_000, longestMs: 30_000 });
    await pause(longest * (0.5 + Math.random() / 2), undefined, { ref: false });
  }
  return undefined;
}

/** Temporal's index lags a little: a run that the streams know to be superseded is not the state. */
const isSuperseded = (
  feed: FeedView,
  owner: string,
  { correlationId, runId, startedAt }: Analysis,
) => feed.isSuperseded({ owner, correlationId, runId, startedAt: Date.parse(startedAt) });

function parseCorrelationId(given: string | null | undefined): string | undefined {
  if (given == null) return undefined;
  const id = correlationIdSchema.safeParse(given);
  if (id.success) return id.data;
  throw new Problem(
    422,
    'INVALID',
    'correlationId: invalid; pass the UUIDv7 that startUpload gave',
    {
      errors: { correlationId: ['must be a UUIDv7'] },
    },
  );
}
