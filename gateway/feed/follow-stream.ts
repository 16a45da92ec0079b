import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.ts';
import {
  RabbitUnavailableError,
  UnroutableError,
  type Delivery,
  type RabbitConnection,
} from '../../platform/rabbitmq/rabbitmq.ts';
import { fingerprintOf, isSameMessage, type Position } from './cursor.ts';

export const markerHeader = 'feed-marker';
const prefetch = 500;

export type StreamMessage = Delivery & { readonly offset: number };

export interface StreamFollower {
  /** Everything that was in the stream when this read began has been read. */
  readonly caughtUp: boolean;
  stop(): Promise<void>;
}

/** One read of the stream, from the broker's yes to its next loss. */
interface Reading {
  /** What must come first, when the stream is still the one read before. */
  readonly expected: Position | undefined;
  verified: boolean;
  /** Id of the newest marker of ours; the read has caught up when it comes. */
  marker: string | undefined;
  alarm: NodeJS.Timeout | undefined;
}

/**
 * Reads a stream queue for ever, each message once and in order, from its first retained one.
 *
 * Each read begins with a marker of our own, put straight into the stream queue: reading it back is
 * the only sure sign of having caught up (the broker's count lags by seconds). After a loss it reads
 * its last message once more: another message there, or none at all, means that the stream was
 * deleted and made anew, where a number past its end would get silence and no error. Then
 * `onRecreated` is called and everything is read from the first message on.
 */
export function followStream(parts: {
  rabbit: RabbitConnection;
  queue: string;
  onMessage: (message: StreamMessage, position: Position) => void;
  onRecreated: () => void;
  logger: Logger;
  silenceMs?: number;
}): StreamFollower {
  const { rabbit, queue, logger, silenceMs = 5_000 } = parts;
  let last: Position | undefined;
  let reading: Reading | undefined;
  let caughtUp = false;
  let stopped = false;
  const isStopped = () => stopped;

  const consumer = rabbit.readStream(queue, { prefetch, from: beginReading }, (message) => {
    if (reading !== undefined) receive(reading, message);
  });
  rabbit.onState((state) => {
    if (state === 'away') {
      caughtUp = false;
      clearTimeout(reading?.alarm); // silence of a broker that is away says nothing about its stream
    } else if (!caughtUp && reading !== undefined) mark(reading);
  });

  function beginReading(): number | 'first' {
    endReading();
    reading = {
      expected: last,
      verified: last === undefined,
      marker: undefined,
      alarm: undefined,
    };
    mark(reading);
    return last?.offset ?? 'first';
  }

  function receive(current: Reading, message: StreamMessage): void {
    const position = { offset: message.offset, fingerprint: fingerprintOf(message.messageId) };
    current.alarm?.refresh();
    if (!current.verified) {
      current.verified =
        current.expected !== undefined && isSameMessage(current.expected, position);
      if (!current.verified) startOver('another message stands where the one read last stood');
      return; // known, or not to be trusted
    }
    last = position;
    parts.onMessage(message, position);
    if (message.messageId !== current.marker) return;
    clearTimeout(current.alarm);
    caughtUp = true;
  }

  function mark(current: Reading): void {
    const marker = `marker:${randomUUID()}`;
    current.marker = marker;
    const isWanted = () => reading === current && current.marker === marker;
    publishMarker(marker, isWanted)
      .then(() => {
        if (!isWanted() || caughtUp) return;
        clearTimeout(current.alarm);
        current.alarm = setTimeout(() => startOver('our own marker did not come'), silenceMs);
      })
      .catch((error: unknown) => {
        logger.error({ err: error, queue }, 'no marker could be published: not catching up');
      });
  }

  async function publishMarker(marker: string, isWanted: () => boolean): Promise<void> {
    for (let wait = 100; isWanted(); wait = Math.min(wait * 2, 2_000)) {
      try {
        await rabbit.publish(markerMessage(queue, marker));
        return;
      } catch (error) {
        if (!(error instanceof RabbitUnavailableError || error instanceof UnroutableError))
          throw error;
        await pause(wait); // the connection, or the queue, is not there yet
      }
    }
  }

  function startOver(why: string): void {
    logger.warn({ queue, why }, 'reading the stream from its first message');
    endReading();
    last = undefined;
    parts.onRecreated();
    openAgain().catch((error: unknown) => {
      logger.error({ err: error, queue }, 'the stream could not be opened again');
    });
  }

  /** Until the broker was really asked: a channel that is just being opened keeps its old offset. */
  async function openAgain(): Promise<void> {
    while (!isStopped() && reading === undefined) {
      await pause(50);
      await consumer.pause();
      if (!isStopped()) consumer.resume();
      await pause(500);
    }
  }

  function endReading(): void {
    clearTimeout(reading?.alarm);
    reading = undefined;
    caughtUp = false;
  }

  return {
    get caughtUp() {
      return caughtUp;
    },
    async stop() {
      stopped = true;
      endReading();
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
