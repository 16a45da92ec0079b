import { streamQueues } from '../../contracts/topology.ts';
import type { FeedField } from './cursor.ts';
import { DeletedAnalyses } from './deleted-analyses.ts';
import { FeedView } from './feed-view.ts';
import { Feed, feedUnavailable, type FeedDeps } from './feed.ts';
import { NewestRuns } from './newest-runs.ts';

/** All feeds of a replica. */
export interface Feeds extends Readonly<Record<FeedField, Feed>> {
  readonly deleted: DeletedAnalyses;
  /** Shows nothing of it any more; the event that says so is still sent. */
  forget(owner: string, correlationId: string): void;
}

/** The stream that each feed reads. */
export type StreamQueues = Readonly<Record<FeedField, { readonly name: string }>>;

/** A result is about three times as long as a start, and owners change few of them. */
const shares: Readonly<Record<FeedField, number>> = { started: 0.2, completed: 0.7, changed: 0.1 };

/** Follows the streams, which share what they know of runs and deletions, and the memory given. */
export function openFeeds(
  deps: Omit<FeedDeps, 'runs' | 'deleted' | 'onDeleted'>,
  queues: StreamQueues = streamQueues,
): Feeds {
  const shared = { runs: new NewestRuns(), deleted: new DeletedAnalyses() };
  const forget = (owner: string, correlationId: string) => {
    shared.deleted.add(owner, correlationId);
    for (const { log } of feedsOf(feeds)) log.forget(owner, correlationId);
  };
  const open = (field: FeedField) => {
    const own = { bytes: deps.bytes * shares[field], onDeleted: forget };
    return new Feed(field, queues[field], { ...deps, ...shared, ...own });
  };
  const feeds = {
    ...{ started: open('started'), completed: open('completed'), changed: open('changed') },
    ...{ deleted: shared.deleted, forget },
  };
  return feeds;
}

export const feedsOf = ({ started, completed, changed }: Feeds) => [started, completed, changed];

/** What each subscription field shows of them. */
export const viewsOf = ({ started, completed, changed, deleted }: Feeds) => ({
  started: new FeedView('started', [started], deleted),
  completed: new FeedView('completed', [completed], deleted),
  events: new FeedView('events', [started, completed, changed], deleted),
});

export type FeedViews = ReturnType<typeof viewsOf>;

export const isCaughtUp = (feeds: Feeds) => feedsOf(feeds).every(({ caughtUp }) => caughtUp);

/** @throws {Problem} 503 `FEED_UNAVAILABLE`: subscriptions and cursors need all feeds. */
export function assertCaughtUp(feeds: Feeds): void {
  if (!isCaughtUp(feeds)) throw feedUnavailable();
}
