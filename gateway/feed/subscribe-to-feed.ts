import { correlationIdSchema } from '../../contracts/recognition.ts';
import type { Analysis } from '../../contracts/rest.ts';
import { Problem } from '../../platform/http/problem.ts';
import { cursorExpired, feedNotReady, readCursor, writeCursor, type Position } from './cursor.ts';
import type { FeedEvent } from './event-log.ts';
import { FeedSource } from './feed-source.ts';
import type { Feed } from './feed.ts';
import { firstAnswer, laterAnswer, type AskState } from './ask-state.ts';

const aheadWaitMs = 5_000;

/** How one subscription field words its announcements. */
export interface FeedWords<Payload> {
  fromEvent(event: FeedEvent, cursor: string): Payload;
  /** Undefined where the state has not got that far. */
  fromState(state: Analysis, cursor: string): Payload | undefined;
}

export interface SubscribeParts<Payload> {
  feed: Feed;
  words: FeedWords<Payload>;
  askState: AskState;
  onOverflow: () => void;
  /** This replica has not read as far as the cursor: the client is to come back, here or elsewhere. */
  onBehind: () => void;
  counters: { replayed(events: number): void; cursorExpired(): void };
}

export interface Wish {
  owner: string;
  correlationId?: string | null | undefined;
  after?: string | null | undefined;
}

/**
 * One subscription. Live events are kept back from the first moment on, so that nothing falls between
 * what is known and what comes; the index is read, and the kept ones in it dropped, in one tick.
 *
 * @throws {Problem} 400 `CURSOR_INVALID`, 422 `INVALID`. Later problems (`CURSOR_EXPIRED`) come as the
 *   one thing the subscription tells before it completes.
 */
export function subscribeToFeed<Payload>(
  parts: SubscribeParts<Payload>,
  wish: Wish,
): FeedSource<Payload> {
  const correlationId = readCorrelationId(wish.correlationId);
  const after = wish.after == null ? undefined : readCursor(parts.feed.field, wish.after);
  const cursorOf = (position: Position) => writeCursor(parts.feed.field, position);

  const source = new FeedSource<Payload>({
    tellLive: (event) => ({
      payload: parts.words.fromEvent(event, cursorOf(event)),
      isLast: correlationId !== undefined,
    }),
    onOverflow: parts.onOverflow,
    onDone: () => stopListening(),
  });
  const stopListening = parts.feed.listen(wish.owner, correlationId, source);

  void tellKnown(parts, source, { owner: wish.owner, correlationId, after }).catch(
    (error: unknown) => {
      source.fail(error as Error); // masked and logged where results are made
    },
  );
  return source;
}

interface ReadWish {
  owner: string;
  correlationId: string | undefined;
  after: Position | undefined;
}

async function tellKnown<Payload>(
  parts: SubscribeParts<Payload>,
  source: FeedSource<Payload>,
  { owner, correlationId, after }: ReadWish,
): Promise<void> {
  const { feed } = parts;
  if (after !== undefined) {
    await feed.reach(after.offset, aheadWaitMs); // another replica was further when it gave this
    if (source.isDone) return;
    const resumable = feed.log.canResume(after);
    if (resumable !== 'yes') {
      if (await isBehind(feed, resumable, after)) {
        parts.onBehind();
        return;
      }
      parts.counters.cursorExpired();
      source.fail(cursorExpired(resumable === 'ahead' ? 'the feed was recreated' : 'too old'));
      return;
    }
  }

  // From here to the end of the replay nothing else runs: what is in the index was not heard, or is dropped.
  if (correlationId !== undefined) {
    await tellOne(parts, source, { owner, correlationId, after });
    return;
  }
  if (after !== undefined) {
    source.forgetHeard();
    replay(parts, source, feed.log.read(owner, undefined, after.offset));
  }
  source.open();
}

/** Whether it is this replica that has not read as far, and not the cursor that is of no use. */
const isBehind = async (feed: Feed, resumable: 'ahead' | 'no', after: Position) =>
  !feed.caughtUp || (resumable === 'ahead' && (await feed.reachesInStream(after.offset)));

function replay<Payload>(
  parts: SubscribeParts<Payload>,
  source: FeedSource<Payload>,
  events: readonly FeedEvent[],
): void {
  parts.counters.replayed(events.length);
  for (const event of events)
    source.tell(() => parts.words.fromEvent(event, writeCursor(parts.feed.field, event)));
}

/** The index first, then the orchestrator, then live; the one final event ends the subscription. */
async function tellOne<Payload>(
  parts: SubscribeParts<Payload>,
  source: FeedSource<Payload>,
  wish: { owner: string; correlationId: string; after: Position | undefined },
): Promise<void> {
  const { feed } = parts;
  const { owner, correlationId } = wish;
  const newest = feed.log.newest; // read at registration: the cursor of what Temporal knows
  if (newest === undefined) throw feedNotReady();
  const final = feed.newestOf(feed.log.read(owner, correlationId, -1));
  if (final !== undefined) {
    source.forgetHeard();
    if (wish.after === undefined || final.offset > wish.after.offset)
      replay(parts, source, [final]);
    source.end();
    return;
  }

  const tellState = (state: Analysis | undefined) => {
    if (state === undefined || source.isDone) return; // the live event was quicker: the same fact
    const known = parts.words.fromState(state, writeCursor(feed.field, newest));
    if (known === undefined || isOvertaken(feed, owner, state)) return;
    source.tell(() => known);
    source.end();
  };
  source.open(); // one event is all there is to tell, so nothing can come twice
  const answer = await firstAnswer(parts.askState, owner, correlationId);
  tellState(
    answer === 'none'
      ? await laterAnswer(parts.askState, owner, correlationId, () => source.isDone)
      : answer,
  );
}

/** Temporal's index lags a little: a run that the streams know to be superseded is not the state. */
const isOvertaken = (feed: Feed, owner: string, state: Analysis) =>
  feed.isSuperseded({
    owner,
    correlationId: state.correlationId,
    runId: state.runId,
    startedAt: Date.parse(state.startedAt),
  });

function readCorrelationId(given: string | null | undefined): string | undefined {
  if (given == null) return undefined;
  const id = correlationIdSchema.safeParse(given);
  if (id.success) return id.data;
  throw new Problem(422, 'INVALID', 'correlationId: not one that startUpload gave', {
    errors: { correlationId: ['not a UUIDv7'] },
  });
}
