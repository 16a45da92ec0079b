import { setTimeout as pause } from 'node:timers/promises';
import { correlationIdSchema } from '../../contracts/recognition.ts';
import type { Analysis } from '../../contracts/rest.ts';
import { Problem } from '../../platform/http/problem.ts';
import { pauseAfter } from '../../platform/retry.ts';
import {
  cursorExpired,
  decodeCursor,
  encodeCursor,
  type Cursor,
  type FeedField,
  type Position,
} from './cursor.ts';
import type { FeedEvent } from './event-log.ts';
import type { Feed } from './feed.ts';
import { SourceStream } from './source-stream.ts';

const aheadTimeoutMs = 5_000;
const firstReadTimeoutMs = 1_000;
const readTimeoutMs = 5_000;

/** What one subscription field answers. */
export interface ToPayload<Payload> {
  fromEvent(event: FeedEvent, cursor: string): Payload;
  /** Undefined where the state has not got that far. */
  fromState(state: Analysis, cursor: string): Payload | undefined;
}

interface SubscriptionDeps<Payload> {
  feed: Feed;
  toPayload: ToPayload<Payload>;
  /**
   * The orchestrator's state of one analysis of an owner; undefined where it has none of that id.
   *
   * @throws {Problem} when it does not answer in time, or not in the agreed shape.
   */
  readState(owner: string, correlationId: string, ms: number): Promise<Analysis | undefined>;
  onOverflow: () => void;
  /** This replica has not read as far as the cursor: the client is to come back, here or elsewhere. */
  onBehind: () => void;
  counters: {
    replayed(field: FeedField, events: number): void;
    cursorExpired(field: FeedField): void;
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
  after: Cursor | undefined;
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
  const after = cursor == null ? undefined : decodeCursor(feed.field, cursor);

  const stream = new SourceStream<Payload>({
    toPayload: (event) => toPayload.fromEvent(event, encodeCursor(feed.field, event)),
    completesAfterFirst: correlationId !== undefined,
    onOverflow: deps.onOverflow,
    onDone: () => unsubscribe(),
  });
  const unsubscribe = feed.subscribe(owner, correlationId, stream);

  void emitKnown(deps, stream, { owner, correlationId, after }).catch((error: unknown) => {
    stream.fail(error as Error); // masked and logged where results are made
  });
  return stream;
}

async function emitKnown<Payload>(
  deps: SubscriptionDeps<Payload>,
  stream: SourceStream<Payload>,
  { owner, correlationId, after }: ParsedArgs,
): Promise<void> {
  const { feed } = deps;
  if (after !== undefined) {
    await feed.waitForOffset(after.offset, aheadTimeoutMs); // another replica had read further
    if (stream.isDone) return;
    const resumable = feed.log.canResume(after);
    if (resumable !== 'yes') {
      if (await isBehind(feed, resumable, after)) {
        deps.onBehind();
        return;
      }
      deps.counters.cursorExpired(feed.field);
      const reason = resumable === 'ahead' ? 'the feed was recreated' : 'too old';
      stream.fail(cursorExpired(reason, after));
      return;
    }
  }

  // From here to the end of the replay nothing else runs: what is in the index was not buffered, or is dropped.
  if (correlationId !== undefined) {
    await emitOne(deps, stream, { owner, correlationId, after });
    return;
  }
  if (after !== undefined) {
    stream.clearBuffer();
    replay(deps, stream, feed.log.read(owner, undefined, after.offset));
  }
  stream.goLive();
}

/** Whether this replica has not read as far, and the cursor may be good. */
const isBehind = async (feed: Feed, resumable: 'ahead' | 'no', after: Position) =>
  !feed.caughtUp || (resumable === 'ahead' && (await feed.isInStream(after.offset)));

function replay<Payload>(
  { feed, toPayload, counters }: SubscriptionDeps<Payload>,
  stream: SourceStream<Payload>,
  events: readonly FeedEvent[],
): void {
  counters.replayed(feed.field, events.length);
  for (const event of events)
    stream.emit(() => toPayload.fromEvent(event, encodeCursor(feed.field, event)));
}

/** The index first, then the orchestrator, then live; the one final event completes the stream. */
async function emitOne<Payload>(
  deps: SubscriptionDeps<Payload>,
  stream: SourceStream<Payload>,
  { owner, correlationId, after }: ParsedArgs & { correlationId: string },
): Promise<void> {
  const { feed, toPayload } = deps;
  const cursor = feed.newestCursor(); // read at registration: the cursor of what the orchestrator knows
  const final = feed.runs.newestOf(feed.log.read(owner, correlationId, -1));
  if (final !== undefined) {
    stream.clearBuffer();
    if (after === undefined || final.offset > after.offset) replay(deps, stream, [final]);
    stream.complete();
    return;
  }

  stream.goLive(); // one event is all there is to emit, so nothing can come twice
  const state = await pollState(
    (timeoutMs) => deps.readState(owner, correlationId, timeoutMs),
    () => stream.isDone,
  );
  if (state === undefined || stream.isDone) return; // the live event came first, with the same result
  const payload = toPayload.fromState(state, cursor);
  if (payload === undefined || isSuperseded(feed, owner, state)) return;
  stream.emit(() => payload);
  stream.complete();
}

/** Asks until there is an answer or `isDone`: a result older than the window is not missed. */
async function pollState(
  read: (timeoutMs: number) => Promise<Analysis | undefined>,
  isDone: () => boolean,
): Promise<Analysis | undefined> {
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
const isSuperseded = (feed: Feed, owner: string, { correlationId, runId, startedAt }: Analysis) =>
  feed.runs.isSuperseded({ owner, correlationId, runId, startedAt: Date.parse(startedAt) });

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
