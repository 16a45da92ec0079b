import { setTimeout as pause } from 'node:timers/promises';
import { encodeEvent } from '../../../contracts/cloudevents.ts';
import { streamQueues } from '../../../contracts/topology.ts';
import { createApp } from '../../../gateway/app.ts';
import { Feed, type FeedParts } from '../../../gateway/feed/feed.ts';
import type { StreamMessage } from '../../../gateway/feed/follow-stream.ts';
import { NewestRuns } from '../../../gateway/feed/newest-runs.ts';
import { limitSettings } from '../../../gateway/limits.ts';
import { createMetrics } from '../../../gateway/metrics.ts';
import { createOpenStreams } from '../../../gateway/open-streams.ts';
import { readConfig } from '../../../platform/config.ts';
import { createHealth } from '../../../platform/health.ts';
import { listen } from '../../../platform/http.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { Problem } from '../../../platform/problem.ts';
import type { RabbitConnection } from '../../../platform/rabbitmq.ts';
import { anEvent } from './payload.ts';
import type { ServedStreams } from './serve.ts';

const feedBytes = 4_000_000; // soon full, so that what grows later is no feed

/** The gateway as it is, from the message of the stream to the socket; tokens are names of owners. */
export async function serveGateway(): Promise<ServedStreams> {
  const health = createHealth({});
  const metrics = createMetrics(health.registry);
  const logger = silentLogger();
  const streams = new Map<string, Stream>();
  const feedParts: FeedParts = {
    rabbit: streamsInMemory(streams),
    runs: new NewestRuns(),
    windowMs: 3_600_000,
    bytes: feedBytes,
    counters: metrics.feed,
    logger,
    now: Date.now,
  };
  const limits = readConfig(limitSettings, {});
  const nowhere = {
    call: () => Promise.reject(new Problem(503, 'UNREACHABLE', 'no part of this bench')),
  };
  const feeds = {
    started: new Feed('started', streamQueues.started, feedParts),
    completed: new Feed('completed', streamQueues.completed, feedParts),
  };
  const app = createApp({
    verifyToken: (authorization) =>
      Promise.resolve({
        owner: authorization?.replace('Bearer ', '') ?? '',
        expiresAt: Date.now() + 3_600_000,
      }),
    ingestion: nowhere,
    orchestrator: nowhere,
    feeds,
    streams: createOpenStreams({ limits, metrics }),
    mutations: { take: () => Promise.resolve(), stop: () => Promise.resolve() },
    limits,
    metrics,
    corsOrigins: [],
    health,
    logger,
  });
  while (!(feeds.started.caughtUp && feeds.completed.caughtUp)) await pause(10);
  const { port } = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    port,
    prepare(owner, bytes) {
      const event = anEvent(owner, bytes);
      const message = { messageId: event.id, ...encodeEvent(event, 'cloudEvents_') };
      return () => streams.get(streamQueues.completed.name)?.(message);
    },
  };
}

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
