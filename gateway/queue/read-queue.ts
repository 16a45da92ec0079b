import DataLoader from 'dataloader';
import { queueAnswerSchema, type QueuePlace } from '../../contracts/queue.ts';
import { ownerHeader } from '../../contracts/rest.ts';
import type { Analysis } from '../../contracts/schema.generated.ts';
import type { RestClient } from '../../platform/http/rest-client.ts';
import type { Logger } from '../../platform/logger.ts';

/** By the correlation id. */
export type QueueLoader = DataLoader<string, QueuePlace | null>;

const placesAtOnce = 100;
const timeoutMs = 1_000;

/**
 * Of one request: all its places are asked for in one call. A place is never worth an error: while the
 * register is away none is known.
 */
export const createQueueLoader = (
  { register, logger }: { register: RestClient; logger: Logger },
  owner: string,
): QueueLoader =>
  new DataLoader(
    async (correlationIds) => {
      try {
        const { places } = await register.call({
          method: 'POST',
          path: '/v1/queue',
          headers: { [ownerHeader]: owner },
          body: { correlationIds },
          answer: queueAnswerSchema,
          timeoutMs,
        });
        return correlationIds.map((_, at) => places[at] ?? null);
      } catch (error) {
        logger.debug({ err: error }, 'places in the queue not known');
        return correlationIds.map(() => null);
      }
    },
    { maxBatchSize: placesAtOnce },
  );

/** An accepted photo of which no run has started yet, which neither Temporal nor the lists know. */
export const waitingAnalysis = (correlationId: string, place: QueuePlace): Analysis => ({
  correlationId,
  objectKey: place.objectKey,
  state: 'RUNNING',
  startedAt: place.acceptedAt,
  completedAt: null,
  success: null,
  recognitionPayload: null,
  failure: null,
});
