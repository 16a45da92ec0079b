import { readAnalysis } from '../graphql/read-analyses.ts';
import type { Transport } from '../graphql/transport.ts';
import { TrackunitError } from '../http/errors.ts';
import { anyOf } from '../http/retry.ts';
import type { FeedEvent } from './events.ts';
import type { FeedReader } from './feed-reader.ts';
import { eventsOf } from './missed-events.ts';
import type { SharedFeed } from './shared-feed.ts';

/**
 * One analysis from what is known of it now to its end: at most one `started`, then one `completed`,
 * or `deleted`. May be called at any time, also long after the end.
 *
 * @throws {TrackunitError} CORRELATION_ID_INVALID, or another final failure; the signal's reason.
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
 * cursor, so nothing falls in between; it is asked for again after a gap.
 */
export async function* readToEnd(
  transport: Transport,
  reader: FeedReader,
  of: { correlationId: string; isKnown: boolean; signal: AbortSignal | undefined },
): AsyncGenerator<FeedEvent, void, undefined> {
  const { correlationId, signal } = of;
  const seen = new Set<string>(); // of each kind the first: a state and an event may differ in their times
  let atLeast = of.isKnown ? undefined : await reader.begun;
  for (;;) {
    let events: FeedEvent[];
    if (atLeast === undefined) {
      const { event, gap } = await reader.next();
      atLeast = gap?.cursor;
      events = event === undefined ? [] : [event];
    } else {
      const calls = { atLeast, withCorrection: false, signal, retryForMs: Infinity };
      const analysis = await readAnalysis(transport, correlationId, calls);
      // Of a redo that failed the state before it is the result.
      events = analysis === null ? [] : eventsOf({ ...analysis, redo: null });
      atLeast = undefined;
    }
    for (const event of events) {
      const kind = event.state === 'corrected' ? event.correctedAt : event.state;
      if (seen.has(kind)) continue;
      seen.add(kind);
      yield event;
      if (event.state === 'completed' || event.state === 'deleted') return;
    }
  }
}
