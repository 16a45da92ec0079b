// The REST calls between services: shapes of requests and answers, and the headers they travel with.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { correctionSchema } from './acts.ts';
import { contentTypes, maximumPreviewBytes, readContentType } from './photos.ts';
import {
  bytesSchema,
  checksumSchema,
  confirmedImageSchema,
  contentTypeSchema,
  correlationIdSchema,
  failureSchema,
  objectKeySchema,
  ownerSchema,
  recognitionResultSchema,
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

/** `POST /internal/v0/media/get-urls`: a page's worth at once, as clients reach the store. */
export const getUrlsRequestSchema = z.object({
  objectKeys: z.array(objectKeySchema).min(1).max(100),
});
export type GetUrlsRequest = z.infer<typeof getUrlsRequestSchema>;

/** `POST /internal/v0/media/put-preview-url`: where the preview of a photo may be put, once. */
export const putPreviewUrlRequestSchema = z.object({
  objectKey: objectKeySchema.describe('of the photo'),
  bytes: z.int().positive().max(maximumPreviewBytes),
  checksum: checksumSchema,
});
export type PutPreviewUrlRequest = z.infer<typeof putPreviewUrlRequestSchema>;

export const putPreviewUrlAnswerSchema = z.object({
  url: z.url(),
  headers: z.record(z.string(), z.string()).describe('to be sent with the PUT, exactly so'),
});
export type PutPreviewUrlAnswer = z.infer<typeof putPreviewUrlAnswerSchema>;

export const photoSchema = z.object({
  url: z.url(),
  previewUrl: z.url().nullable().default(null).describe('null where there is no preview'),
  expiresAt: z.iso.datetime({ offset: true }),
  contentType: contentTypeSchema,
  bytes: bytesSchema,
});
export const getUrlsAnswerSchema = z.object({
  photos: z.array(photoSchema.nullable()).describe('in the order asked for; null where it is gone'),
});
export type GetUrlsAnswer = z.infer<typeof getUrlsAnswerSchema>;

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

const instant = z.iso.datetime({ offset: true });

/** An analysis as the register keeps it: the newest good run, or the newest where none was good. */
export const registeredAnalysisSchema = analysisSchema.extend({
  contentType: contentTypeSchema.nullable().describe('null where the upload event is not known'),
  bytes: bytesSchema.nullable(),
  checksum: checksumSchema.nullable(),
  uploadedAt: instant.nullable(),
  redo: z
    .object({
      runId: z.string(),
      state: z.enum(analysisStates),
      startedAt: instant,
      completedAt: instant.nullable(),
      failure: failureSchema.nullable(),
    })
    .nullable()
    .describe('the newest run, where an older one has the result: it runs, or it failed'),
  correction: correctionSchema.nullable().default(null).describe("the owner's word on the machine"),
});
export type RegisteredAnalysis = z.infer<typeof registeredAnalysisSchema>;

/** `GET /v1/recognitions` on the register: whether the same was recognised before for the same owner. */
export const earlierRecognitionQuerySchema = z.object({
  owner: ownerSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits'),
  provider: z.string().min(1).max(200),
  apiVersion: z.string().min(1).max(40),
  features: z
    .string()
    .max(1_000)
    .transform((names) => names.split(','))
    .describe('comma-separated, in any order'),
  maxResults: z.coerce.number().int().min(0),
  rulesVersion: z.string().min(1).max(40),
});
export type EarlierRecognitionQuery = z.infer<typeof earlierRecognitionQuerySchema>;

export const earlierRecognitionSchema = z.object({
  earlier: z
    .object({ correlationId: correlationIdSchema, recognition: recognitionResultSchema })
    .nullable()
    .describe('of the analysis that asked the provider'),
});
export type EarlierRecognition = z.infer<typeof earlierRecognitionSchema>;

/** `POST /v1/recognitions` on the register: made, and about to be announced. */
export const madeRecognitionSchema = confirmedImageSchema.extend({
  correlationId: correlationIdSchema,
  owner: ownerSchema,
  runId: z.string().min(1).max(255).optional(),
  recognition: recognitionResultSchema,
});
export type MadeRecognition = z.infer<typeof madeRecognitionSchema>;

const filter = z.string().trim().min(1).max(200).optional();

/** What the register's lists, counts and exports are narrowed to; all of it must hold. */
export const analysesFilterSchema = z.object({
  owner: ownerSchema,
  state: z.enum(analysisStates).optional(),
  brand: filter.describe('whole, in any case; the corrected one where there is one'),
  type: filter.describe('whole, in any case'),
  text: filter.describe('whole words of brand, type, model or name, in any case'),
  confident: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  from: instant.optional().describe('started then or later'),
  to: instant.optional().describe('started before'),
  changedSince: instant
    .optional()
    .describe('uploaded, started, ended, redone or corrected then or later'),
  /** Offsets of the streams `graph.subs.*`: 503 until the register has applied them. */
  atLeast: z
    .string()
    .regex(
      /^(started|completed):\d{1,15}(,(started|completed):\d{1,15})?$/,
      'started:12,completed:7',
    )
    .optional(),
});
export type AnalysesFilter = z.infer<typeof analysesFilterSchema>;

export const analysesOrders = ['newest', 'oldest'] as const;

/** `GET /v1/analyses` on the register. `GET /v1/analyses/count` takes the filter alone. */
export const registeredAnalysesQuerySchema = analysesFilterSchema.extend({
  first: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().max(2048).optional(),
  order: z.enum(analysesOrders).default('newest').describe('by start'),
});
export type RegisteredAnalysesQuery = z.infer<typeof registeredAnalysesQuerySchema>;

export const registeredAnalysesPageSchema = z.object({
  items: z.array(registeredAnalysisSchema.extend({ cursor: z.string() })),
  hasNextPage: z.boolean(),
});
export type RegisteredAnalysesPage = z.infer<typeof registeredAnalysesPageSchema>;

export const analysesCountSchema = z.object({ count: z.int().min(0) });

/** `GET /v1/export` on the register: rows in the order of their starts, the oldest first. */
export const exportQuerySchema = analysesFilterSchema.extend({
  format: z.enum(['csv', 'jsonl']).default('csv'),
  /** `rfc4180`: comma, CRLF. `excel-da`: semicolon, byte order mark, decimal comma. */
  dialect: z.enum(['rfc4180', 'excel-da']).default('rfc4180'),
});
export type ExportQuery = z.infer<typeof exportQuerySchema>;
