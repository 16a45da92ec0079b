// Where a photo stands among those of its owner that wait, as the register tells the gateway.
import { z } from 'zod';
import { correlationIdSchema, objectKeySchema } from './recognition.ts';

/** `POST /v1/queue` on the register. */
export const queueRequestSchema = z.object({
  correlationIds: z.array(correlationIdSchema).min(1).max(100),
});

export const queuePlaceSchema = z.object({
  objectKey: objectKeySchema,
  acceptedAt: z.iso.datetime({ offset: true }),
  ownAhead: z.int().min(0).describe('of the same owner, accepted before, without a result'),
  estimatedSeconds: z.int().min(1).nullable().describe('null while nothing tells how fast it goes'),
});
export type QueuePlace = z.infer<typeof queuePlaceSchema>;

export const queueAnswerSchema = z.object({
  places: z
    .array(queuePlaceSchema.nullable())
    .describe("in the order asked for; null for what does not wait, or is somebody else's"),
});
