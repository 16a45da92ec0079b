import { z } from 'zod';
import { correctionSchema } from './acts.ts';
import { batchQueueNumbers, priorities } from './priorities.ts';
import {
  confirmedImageSchema,
  correlationIdSchema,
  objectKeySchema,
  ownerSchema,
  recognitionResultSchema,
  resultFieldsSchema,
} from './recognition.ts';

const instant = z.iso.datetime({ offset: true }).describe('RFC 3339');

/** `tu.image.uploaded`: the photo is in the bucket, whole and as claimed. */
export const imageUploadedSchema = confirmedImageSchema.extend({
  uploadId: z.string().min(1),
  occurredAt: instant,
});

/** `tu.recognition.completed`: Vision looked, and this is what the evidence says. */
export const recognitionCompletedSchema = confirmedImageSchema.extend({
  ...recognitionResultSchema.shape,
  occurredAt: instant,
});

/** `analysis.started`: a workflow has taken the photo. */
export const analysisStartedSchema = z.object({ objectKey: objectKeySchema, startedAt: instant });
export type AnalysisStarted = z.infer<typeof analysisStartedSchema>;

/**
 * `analysis.completed`: the one visible end of a run. `success` whenever recognition ran to its
 * end, also for `unidentified`; else `failure` says why and the recognition's fields are null.
 */
export const analysisCompletedSchema = z.object({
  objectKey: objectKeySchema,
  success: z.boolean(),
  ...resultFieldsSchema.shape,
  startedAt: instant,
  completedAt: instant,
});
export type AnalysisCompleted = z.infer<typeof analysisCompletedSchema>;

/** `analysis.corrected`: the owner says what the machine is; the last one counts. */
export const analysisCorrectedSchema = z.object({
  objectKey: objectKeySchema,
  ...correctionSchema.shape,
});
export type AnalysisCorrected = z.infer<typeof analysisCorrectedSchema>;

/** `analysis.deleted`: the owner wants neither photo nor result kept. */
export const analysisDeletedSchema = z.object({ objectKey: objectKeySchema, deletedAt: instant });
export type AnalysisDeleted = z.infer<typeof analysisDeletedSchema>;

/** Body schema by `ce_type`. */
export const eventSchemas = {
  'tu.image.uploaded': imageUploadedSchema,
  'tu.recognition.completed': recognitionCompletedSchema,
  'analysis.started': analysisStartedSchema,
  'analysis.completed': analysisCompletedSchema,
  'analysis.corrected': analysisCorrectedSchema,
  'analysis.deleted': analysisDeletedSchema,
} as const;
export type EventType = keyof typeof eventSchemas;
export type EventData<T extends EventType> = z.infer<(typeof eventSchemas)[T]>;

/** CloudEvents extension attributes that every event of ours carries. */
export const extensionsSchema = z.object({
  correlationid: correlationIdSchema,
  owner: ownerSchema,
  /** The workflow run that an event belongs to; absent on uploads and on entry `adapter`. */
  runid: z.string().min(1).max(255).optional(),
  /** W3C Trace Context. */
  traceparent: z.string().optional(),
  /** On uploads; absent, or unknown to this version, counts as `interactive`. */
  priority: z.enum(priorities).optional().catch(undefined),
  /** Of a `batch` upload: RabbitMQ routes by it. */
  batchqueue: z.enum(batchQueueNumbers).optional().catch(undefined),
});
export type Extensions = z.infer<typeof extensionsSchema>;

/** An event of ours in memory: CloudEvents attributes by their spec names, `data` parsed. */
export interface DomainEvent<T extends EventType = EventType> extends Extensions {
  id: string;
  source: string;
  type: T;
  subject: string;
  time: string;
  data: EventData<T>;
}

/** Who says it: the CloudEvents `source` of each event. */
export const eventSources: Readonly<Record<EventType, string>> = {
  'tu.image.uploaded': 'urn:trackunit:tu-ingestion-service',
  'tu.recognition.completed': 'urn:trackunit:svc-ai-vision-adapter',
  'analysis.started': 'urn:trackunit:svc-analysis-orchestrator',
  'analysis.completed': 'urn:trackunit:svc-analysis-orchestrator',
  'analysis.corrected': 'urn:trackunit:tu-register-service',
  'analysis.deleted': 'urn:trackunit:tu-register-service',
};
