import { withoutDeadLetterHeaders } from '../../contracts/dead-letters.ts';
import {
  batchQueues,
  deadLetterQueue,
  rabbitTopology,
  type WorkQueue,
} from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import { connectRabbit, type RabbitMessage } from '../../platform/rabbitmq/rabbitmq.ts';
import {
  connectLazily,
  deadLetterId,
  eventOf,
  type DeadLetter,
  type DeadLetterStore,
} from './dead-letter.ts';
import { browseQueue, type HeldMessage } from './rabbitmq-browser.ts';

const most = 10_000;

/** What the orchestrator could not read, or requeued too often. */
export function rabbitDeadLetters(
  queue: WorkQueue,
  settings: { readonly url: string; readonly logger: Logger },
): DeadLetterStore {
  const place = deadLetterQueue(queue);
  return {
    open: (work) =>
      browseQueue({ url: settings.url, queue: place, most }, async (messages) => {
        const publisher = connectLazily(() => connectPublisher(settings));
        try {
          return await work(
            messages.map((message) => ({
              deadLetter: deadLetterOf(place, originOf(queue, message), message),
              async redrive() {
                await publisher.get().publish(messageOf(originOf(queue, message), message));
                message.remove(); // after the confirm: a crash in between leaves it twice, never lost
              },
              drop() {
                message.remove();
                return Promise.resolve();
              },
            })),
          );
        } finally {
          await publisher.close();
        }
      }),
  };
}

/** The queue that it came from: of an upload the work queue or a batch queue. */
function originOf({ name }: WorkQueue, { headers, death }: HeldMessage): string {
  const origin = headers['dlq_queue'] ?? death?.queue;
  return batchQueues.find((batch) => batch.name === origin)?.name ?? name;
}

function deadLetterOf(place: string, origin: string, message: HeldMessage): DeadLetter {
  const { headers, body, messageId, death } = message;
  const at = headers['dlq_at'] ?? death?.at;
  return {
    id: deadLetterId(place, `${messageId}\n${headers['dlq_at'] ?? death?.at.toISOString() ?? ''}`),
    place,
    origin,
    reason: headers['dlq_reason'] ?? death?.reason ?? 'unknown',
    attempts: headers['dlq_attempts'],
    at: at === undefined ? undefined : new Date(at),
    ...eventOf(headers),
    headers,
    body,
  };
}

/** Straight into the queue that it came from: no other queue of its exchange gets it twice. */
const messageOf = (queue: string, { headers, messageId, body }: HeldMessage) => ({
  exchange: '',
  routingKey: queue,
  messageId,
  type: headers['cloudEvents_type'] ?? '',
  headers: withoutDeadLetterHeaders(headers),
  body,
});

/** Returns at once; what is published waits for the connection. */
function connectPublisher({ url, logger }: { url: string; logger: Logger }) {
  const rabbit = connectRabbit({ url, name: 'ops', topology: rabbitTopology, logger });
  const connected = new Promise<void>((resolve) => {
    rabbit.onState((state) => {
      if (state === 'connected') resolve();
    });
  });
  return {
    publish: (message: RabbitMessage) => connected.then(() => rabbit.publish(message)),
    close: () => rabbit.close(),
  };
}
