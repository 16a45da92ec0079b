import { randomUUID } from 'node:crypto';
import { streamMarkerHeader } from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  RabbitUnavailableError,
  UnroutableError,
  type Delivery,
  type RabbitConnection,
} from '../../platform/rabbitmq/rabbitmq.ts';
import { delay, pauseAfter } from '../../platform/retry.ts';
import { isSameMessage, type Position } from './cursor.ts';
import { fingerprintOf } from './deduplicator.ts';

export const markerHeader = streamMarkerHeader;
const prefetch = 500;

export type StreamMessage = Delivery & { readonly offset: number };

/** One consumer of the stream, from the broker's acceptance to its next loss. */
interface Session {
  /** The first message of the session, if the stream is still the one read before. */
  readonly expected: Position | undefined;
  isVerified: boolean;
  /** Id of the newest marker of ours; the session has caught up when it comes. */
  marker: string | undefined;
  markerTimer: NodeJS.Timeout | undefined;
}

/**
 * Consumes a stream queue for ever, each message once and in order, from the first one wanted.
 *
 * Each session begins with a marker of our own, published straight into the stream queue: consuming it
 * is the only sure sign of having caught up (the broker's count lags by seconds). After a loss the
 * session begins at the last message: another message at that offset, or none at all, means that the
 * stream was deleted and declared again, where an offset past its end would get silence and no error.
 * Then `onRecreated` is called and everything is consumed from the first message on.
 *
 * `caughtUp`: everything that was in the stream when this session began has been read.
 */
export function followStream(deps: {
  rabbit: RabbitConnection;
  queue: string;
  onMessage: (message: StreamMessage, position: Position) => void;
  onRecreated: () => void;
  /** Nothing is wanted of what entered the stream earlier, by its broker's clock. */
  wantedFrom: () => Date;
  logger: Logger;
  markerTimeoutMs?: number | undefined;
}): { readonly caughtUp: boolean; stop(): Promise<void> } {
  const { rabbit, queue, logger, markerTimeoutMs = 5_000 } = deps;
  let last: Position | undefined;
  let wasRecreated = false;
  let session: Session | undefined;
  let caughtUp = false;
  let stopped = false;
  const isStopped = () => stopped;

  const consumer = rabbit.readStream(queue, { prefetch, from: beginSession }, (message) => {
    if (session !== undefined) receive(session, message);
  });
  rabbit.onState((state) => {
    if (state === 'unavailable' || state === 'login refused') {
      caughtUp = false;
      clearTimeout(session?.markerTimer); // the silence of a lost broker says nothing of its stream
    } else if (!caughtUp && session !== undefined) sendMarker(session);
  });

  function beginSession(): number | 'first' | Date {
    endSession();
    session = {
      expected: last,
      isVerified: last === undefined,
      marker: undefined,
      markerTimer: undefined,
    };
    sendMarker(session);
    return last?.offset ?? (wasRecreated ? 'first' : deps.wantedFrom());
  }

  function receive(current: Session, message: StreamMessage): void {
    const position = { offset: message.offset, fingerprint: fingerprintOf(message.messageId) };
    current.markerTimer?.refresh();
    if (!current.isVerified) {
      current.isVerified =
        current.expected !== undefined && isSameMessage(current.expected, position);
      if (!current.isVerified) startOver('another message at the last offset');
      return; // known already, or of another stream
    }
    last = position;
    deps.onMessage(message, position);
    if (message.messageId !== current.marker) return;
    clearTimeout(current.markerTimer);
    caughtUp = true;
  }

  function sendMarker(current: Session): void {
    const marker = `marker:${randomUUID()}`;
    current.marker = marker;
    const isAwaited = () => session === current && current.marker === marker;
    publishMarker(marker, isAwaited)
      .then(() => {
        if (!isAwaited() || caughtUp) return;
        clearTimeout(current.markerTimer);
        current.markerTimer = setTimeout(() => startOver('marker not received'), markerTimeoutMs);
      })
      .catch((error: unknown) => {
        logger.error(
          { err: error, queue },
          'marker not published: new subscriptions are refused until the next reconnect',
        );
      });
  }

  async function publishMarker(marker: string, isAwaited: () => boolean): Promise<void> {
    for (let failures = 1; isAwaited(); failures += 1) {
      try {
        await rabbit.publish(markerMessage(queue, marker));
        return;
      } catch (error) {
        if (!(error instanceof RabbitUnavailableError || error instanceof UnroutableError))
          throw error;
        await delay(pauseAfter(failures, { firstMs: 100, longestMs: 2_000 })); // the connection, or the queue, does not exist yet
      }
    }
  }

  function startOver(reason: string): void {
    logger.warn({ queue, reason }, 'stream recreated: consuming from its first message');
    endSession();
    last = undefined;
    wasRecreated = true;
    deps.onRecreated();
    consumeAgain().catch((error: unknown) => {
      logger.error(
        { err: error, queue },
        'stream consumer not restarted: no more events are read; restart this replica',
      );
    });
  }

  /** Repeats until a session has begun: a channel that is being opened keeps its old offset. */
  async function consumeAgain(): Promise<void> {
    while (!isStopped() && session === undefined) {
      await delay(50);
      await consumer.pause();
      if (!isStopped()) consumer.resume();
      await delay(500);
    }
  }

  function endSession(): void {
    clearTimeout(session?.markerTimer);
    session = undefined;
    caughtUp = false;
  }

  return {
    get caughtUp() {
      return caughtUp;
    },
    async stop() {
      stopped = true;
      endSession();
      await consumer.stop();
    },
  };
}

/** By the default exchange, so that it reaches this queue and no other. */
const markerMessage = (queue: string, id: string) => ({
  exchange: '',
  routingKey: queue,
  messageId: id,
  type: 'marker',
  headers: { [markerHeader]: 'true' },
  body: Buffer.alloc(0),
});
