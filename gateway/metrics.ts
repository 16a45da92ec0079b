import { Counter, Gauge, type Registry } from 'prom-client';
import type { FeedCounters, Feed } from './feed/feed.ts';
import type { FeedField } from './feed/cursor.ts';
import type { EndReason } from './graphql/open-streams.ts';

export type GatewayMetrics = ReturnType<typeof createMetrics>;

export function createMetrics(registry: Registry) {
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `gateway_${name}`, help, labelNames, registers: [registry] });
  const opened = counter('streams_opened_total', 'Subscriptions opened.');
  const rejected = counter('streams_rejected_total', 'Subscriptions refused, by code.', 'reason');
  const ended = counter('streams_ended_total', 'Subscriptions ended, by reason.', 'reason');
  const sent = counter('events_sent_total', 'Results written to streams.');
  const replayed = counter('events_replayed_total', 'Events replayed from memory.', 'field');
  const expired = counter('cursor_expired_total', 'Cursors refused as expired.', 'field');
  const mutationsRejected = counter('mutations_rejected_total', 'Mutations over the limit.');
  const uploadsRejected = counter(
    'uploads_rejected_total',
    'Uploads over the daily limits of their owner, by code.',
    'reason',
  );
  const read = counter('feed_read_total', 'Events read from the stream.', 'field');
  const repeated = counter('feed_repeated_total', 'Events dropped as repeats.', 'field');
  const unreadable = counter(
    'feed_unreadable_total',
    'Events skipped because they do not fit their contract.',
    'field',
  );
  const lag = new Gauge({
    name: 'gateway_feed_lag_ms',
    help: 'Age of the event read last, when it was read.',
    labelNames: ['field'],
    registers: [registry],
  });
  // Looked up once: these are counted with every event.
  const perField = (field: FeedField) => ({ read: read.labels(field), lag: lag.labels(field) });
  const feeds = { started: perField('started'), completed: perField('completed') };
  return {
    feed: {
      read: (field, lagMs) => {
        feeds[field].read.inc();
        feeds[field].lag.set(lagMs);
      },
      repeated: (field) => repeated.inc({ field }),
      unreadable: (field) => unreadable.inc({ field }),
    } satisfies FeedCounters,
    opened: () => opened.inc(),
    rejected: (reason: string) => rejected.inc({ reason }),
    ended: (reason: EndReason) => ended.inc({ reason }),
    sent: () => sent.inc(),
    replayed: (field: FeedField, events: number) => replayed.inc({ field }, events),
    cursorExpired: (field: FeedField) => expired.inc({ field }),
    mutationsRejected: () => mutationsRejected.inc(),
    uploadsRejected: (reason: string) => uploadsRejected.inc({ reason }),
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
    help: 'Messages of the stream not read yet, at least; absent while RabbitMQ is unavailable.',
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
