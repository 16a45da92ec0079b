import { setImmediate as turn } from 'node:timers/promises';
import { encodeEvent } from '../../../contracts/cloudevents.ts';
import { streamQueues } from '../../../contracts/topology.ts';
import { Feed, type FeedDeps } from '../../../gateway/feed/feed.ts';
import type { StreamMessage } from '../../../gateway/feed/follow-stream.ts';
import { NewestRuns } from '../../../gateway/feed/newest-runs.ts';
import type { GatewayMetrics } from '../../../gateway/metrics.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import { anEvent, type ServedStreams } from './payload.ts';

const feedBytes = 4_000_000; // soon full, so that what grows later is no feed

export interface FeedsInMemory {
  readonly feeds: { started: Feed; completed: Feed };
  readonly prepare: ServedStreams['prepare'];
}

/** The gateway's feeds, caught up, behind streams that keep nothing. */
export async function openFeeds(metrics: GatewayMetrics): Promise<FeedsInMemory> {
  const streams = new Map<string, Stream>();
  const deps: FeedDeps = {
    rabbit: streamsInMemory(streams),
    runs: new NewestRuns(),
    windowMs: 3_600_000,
    bytes: feedBytes,
    counters: metrics.feed,
    logger: silentLogger(),
    now: Date.now,
  };
  const feeds = {
    started: new Feed('started', streamQueues.started, deps),
    completed: new Feed('completed', streamQueues.completed, deps),
  };
  while (!feeds.started.caughtUp || !feeds.completed.caughtUp) await turn();
  return {
    feeds,
    prepare(owner, bytes) {
      const event = anEvent(owner, bytes);
      const message = { messageId: event.id, ...encodeEvent(event, 'cloudEvents_') };
      return () => streams.get(streamQueues.completed.name)?.(message);
    },
  };
}

/** Services that no subscription of the bench asks. */
export const nowhere = {
  call: () => Promise.reject(new Problem(503, 'UNREACHABLE', 'unused in this bench')),
};

/** Tokens are names of owners here: what a token costs is not measured. */
export const ownerIn = (authorization: string | null | undefined) =>
  authorization?.replace('Bearer ', '') ?? '';

type Stream = (message: Pick<StreamMessage, 'messageId' | 'headers' | 'body'>) => void;

/** What is published is read at once; nothing is kept. */
function streamsInMemory(streams: Map<string, Stream>): RabbitConnection {
  const none = {
    stop: () => Promise.resolve(),
    pause: () => Promise.resolve(),
    resume: () => undefined,
  };
  return {
    state: 'connected',
    onState: () => undefined,
    publish(message) {
      const { messageId, headers, body } = message;
      setImmediate(() => streams.get(message.routingKey ?? '')?.({ messageId, headers, body }));
      return Promise.resolve();
    },
    declare: () => Promise.resolve(),
    countMessages: () => Promise.resolve(0),
    streamEnd: () => Promise.resolve(undefined),
    consume: () => none,
    readStream(queue, { from }, handler) {
      let offset = 0;
      streams.set(queue, (message) => handler({ ...message, offset: offset++, deliveryCount: 0 }));
      setImmediate(from);
      return none;
    },
    close: () => Promise.resolve(),
  };
}
