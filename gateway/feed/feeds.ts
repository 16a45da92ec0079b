import { streamQueues } from '../../contracts/topology.ts';
import { FeedView } from './feed-view.ts';
import { Feed, feedUnavailable, type FeedDeps } from './feed.ts';
import { NewestRuns } from './newest-runs.ts';

/** Both feeds of a replica. */
export interface Feeds {
  readonly started: Feed;
  readonly completed: Feed;
}

/** The stream that each feed reads. */
export type StreamQueues = Readonly<Record<keyof Feeds, { readonly name: string }>>;

const shareOfStarted = 0.25; // a result is about three times as long as a start

/** Follows both streams, which share what they know of runs, and the memory given. */
export function openFeeds(
  deps: Omit<FeedDeps, 'runs'>,
  queues: StreamQueues = streamQueues,
): Feeds {
  const runs = new NewestRuns();
  const open = (field: keyof Feeds, share: number) =>
    new Feed(field, queues[field], { ...deps, runs, bytes: deps.bytes * share });
  return {
    started: open('started', shareOfStarted),
    completed: open('completed', 1 - shareOfStarted),
  };
}

/** What each subscription field shows of them. */
export const viewsOf = ({ started, completed }: Feeds) => ({
  started: new FeedView('started', [started]),
  completed: new FeedView('completed', [completed]),
  events: new FeedView('events', [started, completed]),
});

export type FeedViews = ReturnType<typeof viewsOf>;

export const isCaughtUp = ({ started, completed }: Feeds) => started.caughtUp && completed.caughtUp;

/** @throws {Problem} 503 `FEED_UNAVAILABLE`: subscriptions and cursors need both feeds. */
export function assertCaughtUp(feeds: Feeds): void {
  if (!isCaughtUp(feeds)) throw feedUnavailable();
}
