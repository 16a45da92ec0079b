import { readAnalysis } from '../graphql/read-analyses.ts';
import type { Analysis } from '../graphql/api.generated.ts';
import type { Transport } from '../graphql/transport.ts';
import { isCursorRefused, TrackunitError } from '../http/errors.ts';
import { anyOf } from '../http/retry.ts';
import type { FeedEvent } from './events.ts';
import type { FeedItem, FeedReader } from './feed-reader.ts';
import { eventsOf } from './missed-events.ts';
import type { SharedFeed } from './shared-feed.ts';

/** An accepted photo may reach the service's register late; what it knew before it forgets by a deletion alone. */
const acceptedWithinMs = 10 * 60_000;
const deletedAfterMs = 60_000;
const askAgainMs = 10_000;

/**
 * One analysis from what is known of it now to its end: at most one `started`, then one `completed`,
 * or `deleted`. May be called at any time, also long after the end.
 *
 * @throws {TrackunitError} CORRELATION_ID_INVALID; NO_ANALYSIS where it was deleted unseen, or is not
 *   known for ten minutes; another final failure; the signal's reason.
 */
export async function* followAnalysis(
  { transport, feed }: { transport: Transport; feed: SharedFeed },
  correlationId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<FeedEvent, void, undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(correlationId))
    throw new TrackunitError(
      'CORRELATION_ID_INVALID',
      `correlationId: expected the id of an analysis, a UUID, got '${correlationId.slice(0, 80)}'`,
      { remedy: 'Pass the correlationId that the upload gave.' },
    );
  const done = new AbortController();
  const reader = feed.join({ correlationId, signal: anyOf(done.signal, signal) });
  try {
    yield* readToEnd(transport, reader, { correlationId, isKnown: false, signal });
  } finally {
    done.abort();
    reader.leave();
  }
}

/**
 * What the reader brings of one analysis, to its end. Before that its state is asked for, unless the
 * reader began before anything could happen (`isKnown`). It includes all that stands before the reader's
 * cursor, so nothing falls in between; it is asked for again after a gap, and while nothing is known of it.
 */
export async function* readToEnd(
  transport: Transport,
  reader: FeedReader,
  of: { correlationId: string; isKnown: boolean; signal: AbortSignal | undefined },
): AsyncGenerator<FeedEvent, void, undefined> {
  const { correlationId, signal } = of;
  const seen = new Set<string>(); // of each kind the first: a state and an event may differ in their times
  let atLeast = of.isKnown ? undefined : await reader.begun;
  let mustAsk = !of.isKnown;
  let wasKnown = false;
  let unknownSince: number | undefined;
  let next: Promise<FeedItem> | undefined; // outlives the pauses
  for (;;) {
    let events: FeedEvent[] = [];
    if (mustAsk) {
      const analysis = await readKnown(transport, correlationId, { atLeast, signal });
      if (analysis === null) {
        unknownSince ??= performance.now();
        const patienceMs = wasKnown ? deletedAfterMs : acceptedWithinMs;
        if (performance.now() - unknownSince > patienceMs) throw noAnalysis(correlationId);
      } else {
        unknownSince = undefined;
        events = eventsOf({ ...analysis, redo: null }); // of a redo that failed the state before it is the result
      }
      mustAsk = false;
    } else {
      next ??= reader.next();
      const item = await (unknownSince === undefined ? next : nextWithin(next, askAgainMs));
      if (item !== undefined) next = undefined;
      mustAsk = item === undefined || item.gap !== undefined;
      atLeast = item?.gap?.cursor;
      if (item?.event !== undefined) {
        unknownSince = undefined;
        events = [item.event];
      }
    }
    wasKnown ||= events.length > 0;
    for (const event of events) {
      const kind = event.state === 'corrected' ? event.correctedAt : event.state;
      if (seen.has(kind)) continue;
      seen.add(kind);
      yield event;
      if (event.state === 'completed' || event.state === 'deleted') return;
    }
  }
}

/** Where its cursor is refused the stream has a gap of its own before long: what is known now will do. */
async function readKnown(
  transport: Transport,
  correlationId: string,
  { atLeast, signal }: { atLeast: string | undefined; signal: AbortSignal | undefined },
): Promise<Analysis | null> {
  const calls = { withCorrection: false, signal, retryForMs: Infinity };
  try {
    return await readAnalysis(transport, correlationId, { ...calls, atLeast });
  } catch (error) {
    if (!isCursorRefused(error)) throw error;
    return readAnalysis(transport, correlationId, calls);
  }
}

/** Undefined: it has not come yet; `next` goes on. */
const nextWithin = (next: Promise<FeedItem>, ms: number) =>
  new Promise<FeedItem | undefined>((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    next.then(resolve, reject).finally(() => clearTimeout(timer));
  });

const noAnalysis = (correlationId: string) =>
  new TrackunitError('NO_ANALYSIS', `no analysis ${correlationId} among those of this user`, {
    remedy: 'Look for it in the list: it was deleted, or belongs to somebody else.',
  });
