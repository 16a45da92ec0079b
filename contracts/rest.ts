// The REST calls between services: shapes of requests and answers, and the headers they travel with.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { contentTypes, readContentType } from './photos.ts';
import {
  checksumSchema,
  correlationIdSchema,
  objectKeySchema,
  ownerSchema,
  resultFieldsSchema,
} from './recognition.ts';

/** The one-way hash that stands for a person in events, logs and Temporal: of the claims that name them. */
export const ownerOf = (claims: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(claims)).digest('hex').slice(0, 32);

/** Between services the owner travels in this header, set by the gateway, never by the client. */
export const ownerHeader = 'trackunit-owner';

/** `POST /v1/uploads/start`, also at `/uploads/start`. */
export const startUploadRequestSchema = z.object({
  filename: z.string().trim().min(1).max(255),
  contentType: z.preprocess(
    (given) => (typeof given === 'string' ? (readContentType(given) ?? given) : given),
    z.enum(contentTypes),
  ),
  /** Both or neither; neither only with ALLOW_UNDECLARED_UPLOADS. Over-size is 413, so no maximum here. */
  bytes: z.int().positive('at least one byte').nullish(),
  checksum: checksumSchema.nullish(),
});
export type StartUploadRequest = z.infer<typeof startUploadRequestSchema>;

/** `POST /v1/uploads/renew`, also at `/uploads/renew`; answered like start. */
export const renewUploadRequestSchema = z.object({ uploadId: z.string().min(1).max(4096) });
export type RenewUploadRequest = z.infer<typeof renewUploadRequestSchema>;

export const startUploadAnswerSchema = z.object({
  uploadId: z.string(),
  key: objectKeySchema,
  putUrl: z.url(),
  /** To be sent with the PUT exactly so; HTTP clients set content-length by themselves. */
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  expiresAt: z.iso.datetime({ offset: true }),
  correlationId: correlationIdSchema,
});
export type StartUploadAnswer = z.infer<typeof startUploadAnswerSchema>;

/** `POST /v1/uploads/confirm`, also at `/uploads/confirm`. Over-size is 413, so no maximum here. */
export const confirmUploadRequestSchema = z.object({
  uploadId: z.string().min(1).max(4096),
  bytes: z.int().positive(),
  checksum: checksumSchema,
});
export type ConfirmUploadRequest = z.infer<typeof confirmUploadRequestSchema>;

export const confirmUploadAnswerSchema = z.object({ status: z.literal('Accepted') });
export type ConfirmUploadAnswer = z.infer<typeof confirmUploadAnswerSchema>;

/** `POST /internal/v0/media/get-url`. */
export const getUrlRequestSchema = z.object({ objectKey: objectKeySchema });
export type GetUrlRequest = z.infer<typeof getUrlRequestSchema>;

export const getUrlAnswerSchema = z.object({
  url: z.url(),
  expiresAt: z.iso.datetime({ offset: true }),
});
export type GetUrlAnswer = z.infer<typeof getUrlAnswerSchema>;

export const analysisStates = [
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TERMINATED',
] as const;
export type AnalysisState = (typeof analysisStates)[number];

/** `GET /v1/analyses/{correlationId}`: the newest run, as Temporal knows it. */
export const analysisSchema = z.object({
  correlationId: correlationIdSchema,
  runId: z.string(),
  objectKey: objectKeySchema,
  state: z.enum(analysisStates),
  startedAt: z.iso.datetime({ offset: true }),
  completedAt: z.iso.datetime({ offset: true }).nullable(),
  success: z.boolean().nullable().describe('null while it runs'),
  ...resultFieldsSchema.shape,
});
export type Analysis = z.infer<typeof analysisSchema>;

/** `GET /v1/analyses?owner=&first=&after=`: the owner's newest runs first, in pages. */
export const analysesQuerySchema = z.object({
  owner: ownerSchema,
  first: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().max(2048).optional(),
});
export type AnalysesQuery = z.infer<typeof analysesQuerySchema>;

export const analysesPageSchema = z.object({
  items: z.array(analysisSchema.extend({ cursor: z.string() })),
  hasNextPage: z.boolean(),
});
export type AnalysesPage = z.infer<typeof analysesPageSchema>;
