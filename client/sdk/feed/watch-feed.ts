import type { FeedCursors } from '../graphql/api.generated.ts';
import type { Transport } from '../graphql/transport.ts';
import { anyOf } from '../http/retry.ts';
import { DeliveredEvents } from './delivered-events.ts';
import type { FeedEvent } from './events.ts';
import { readMissed } from './missed-events.ts';
import type { SharedFeed } from './shared-feed.ts';

export interface WatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where to begin: the cursor of the last event read earlier, or `feedCursors`. Default: now. */
  readonly from?: string | Pick<FeedCursors, 'events'> | undefined;
}

/**
 * Every event of the caller's own analyses, each once, until aborted. Cuts are resumed by cursor. Where
 * a cursor has expired, what was missed is read from the list of analyses, by the service's clocks
 * alone, before the stream goes on. Where `from` has expired, events of the ten minutes before it may
 * come again; where it does not say its time (a cursor of an earlier version), all that the list holds.
 */
export async function* watchFeed(
  { transport, feed }: { transport: Transport; feed: SharedFeed },
  { signal, from }: WatchOptions,
): AsyncGenerator<FeedEvent, void, undefined> {
  const done = new AbortController();
  const until = anyOf(done.signal, signal);
  const cursor = typeof from === 'object' ? from.events : from;
  const reader = feed.join({ from: cursor, signal: until });
  const delivered = new DeliveredEvents();
  try {
    for (;;) {
      const { event, gap } = await reader.next();
      const events = gap === undefined ? [event] : await readMissed(transport, gap, until);
      for (const one of events) if (delivered.add(one)) yield one;
    }
  } finally {
    done.abort();
    reader.leave();
  }
}
