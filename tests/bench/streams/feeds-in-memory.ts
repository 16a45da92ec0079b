import { setImmediate as turn } from 'node:timers/promises';
import { encodeEvent } from '../../../contracts/cloudevents.ts';
import { streamQueues } from '../../../contracts/topology.ts';
import type { StreamMessage } from '../../../gateway/feed/follow-stream.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import { anEvent, type ServedStreams } from './payload.ts';

export const feedBytes = 5_000_000; // soon full, so that what grows later is no feed

/** A RabbitMQ whose streams keep nothing, and what puts an event into the one of results. */
export function openStreamsInMemory(): Pick<ServedStreams, 'prepare'> & {
  rabbit: RabbitConnection;
} {
  const streams = new Map<string, Stream>();
  return {
    rabbit: streamsInMemory(streams),
    prepare(owner, bytes) {
      const event = anEvent(owner, bytes);
      const message = { messageId: event.id, ...encodeEvent(event, 'cloudEvents_') };
      return () => streams.get(streamQueues.completed.name)?.(message);
    },
  };
}

export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await turn();
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
      streams.set(
        queue,
        (message) => void handler({ ...message, offset: offset++, deliveryCount: 0 }),
      );
      setImmediate(from);
      return none;
    },
    close: () => Promise.resolve(),
  };
}
