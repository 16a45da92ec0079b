import { Counter, Gauge, type Registry } from 'prom-client';
import type { FeedCounters, Feed } from './feed/feed.ts';

export type GatewayMetrics = ReturnType<typeof createMetrics>;

export function createMetrics(registry: Registry) {
  const registers = [registry];
  const count = (name: string, help: string) => {
    const counter = new Counter({ name: `gateway_${name}`, help, registers });
    return () => counter.inc();
  };
  const countBy = (label: 'field' | 'reason', name: string, help: string) => {
    const counter = new Counter({
      name: `gateway_${name}`,
      help,
      labelNames: [label],
      registers,
    });
    return (value: string, by = 1) => counter.inc({ [label]: value }, by);
  };
  const lag = new Gauge({
    name: 'gateway_feed_lag_ms',
    help: 'Age of the event read last, when it was read.',
    labelNames: ['field'],
    registers,
  });
  const read = countBy('field', 'feed_read_total', 'Events read from the stream.');
  return {
    feed: {
      read(field, lagMs) {
        read(field);
        lag.set({ field }, lagMs);
      },
      repeated: countBy('field', 'feed_repeated_total', 'Events dropped as repeats.'),
      unreadable: countBy(
        'field',
        'feed_unreadable_total',
        'Events skipped because they do not fit their contract.',
      ),
    } satisfies FeedCounters,
    opened: count('streams_opened_total', 'Subscriptions opened.'),
    rejected: countBy('reason', 'streams_rejected_total', 'Subscriptions refused, by code.'),
    ended: countBy('reason', 'streams_ended_total', 'Subscriptions ended, by reason.'),
    sent: count('events_sent_total', 'Results written to streams.'),
    replayed: countBy('field', 'events_replayed_total', 'Events replayed from memory.'),
    cursorExpired: countBy('field', 'cursor_expired_total', 'Cursors refused as expired.'),
    mutationsRejected: count('mutations_rejected_total', 'Mutations over the limit.'),
    redosRejected: count('redos_rejected_total', 'Redos over the hourly limit of their owner.'),
    uploadsRejected: countBy(
      'reason',
      'uploads_rejected_total',
      'Uploads over the daily limits of their owner, by code.',
    ),
    /** Registers the gauges that are read when the metrics are scraped. */
    watch: (state: WatchedState) => watchState(registry, state),
  };
}

interface WatchedState {
  openStreams: () => number;
  feeds: readonly Feed[];
}

function watchState(registry: Registry, state: WatchedState): void {
  const perFeed = (name: string, help: string, value: (feed: Feed) => number) =>
    new Gauge({
      name: `gateway_${name}`,
      help,
      labelNames: ['field'],
      registers: [registry],
      collect() {
        for (const feed of state.feeds) this.set({ field: feed.field }, value(feed));
      },
    });
  new Gauge({
    name: 'gateway_streams_open',
    help: 'Open subscriptions.',
    registers: [registry],
    collect() {
      this.set(state.openStreams());
    },
  });
  new Gauge({
    name: 'gateway_feed_lag_events',
    help: 'Messages of the stream not read yet, at least; absent while it is not known.',
    labelNames: ['field'],
    registers: [registry],
    async collect() {
      for (const feed of state.feeds)
        try {
          this.set({ field: feed.field }, await feed.lag());
        } catch {
          this.remove({ field: feed.field }); // unknown: see gateway_feed_caught_up
        }
    },
  });
  perFeed('feed_caught_up', '1 while subscriptions are answered.', (feed) => +feed.caughtUp);
  perFeed('feed_bytes', 'Replayable events in memory, in bytes.', (feed) => feed.log.bytes);
  perFeed('feed_events', 'Replayable events in memory.', (feed) => feed.log.events);
  perFeed('feed_known_ids', 'Ids by which repeats are recognised.', (feed) => feed.knownIds);
  perFeed('feed_offset', 'Stream offset read last.', (feed) => feed.log.newest?.offset ?? -1);
}
