import { z } from 'zod';
import { failureCodes } from './failures.ts';
import { contentTypes, maximumImageBytes, type ContentType } from './photos.ts';
import { priorities } from './priorities.ts';

export { contentTypes, maximumImageBytes, type ContentType };

/** In lower case, as PostgreSQL and Temporal know it: use what it returns, not what was given. */
export const correlationIdSchema = z.uuidv7('a UUIDv7 as answered by startUpload').toLowerCase();
export const objectKeySchema = z
  .string()
  .regex(
    /^images\/\d{4}\/\d{2}\/\d{2}\/[0-9a-f-]{36}\.[a-z0-9]{2,5}$/,
    'images/yyyy/MM/dd/<uuid>.<extension of its kind>',
  );
export const checksumSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 lower-case hex digits over the whole object');
export const ownerSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/, '32 hex digits: the one-way hash of issuer and subject');
/**
 * Open on the wire: a process takes kinds that it does not know yet, so that those who send them can be newer.
 * What `startUpload` takes is closed: {@link contentTypes}.
 */
export const contentTypeSchema = z
  .string()
  .regex(/^image\/[a-z0-9][a-z0-9.+-]{0,40}$/, 'image/<kind>, in lower case');
export const bytesSchema = z.int().positive('at least one byte').max(maximumImageBytes);

/** The photo as confirmed: what every later step refers to, never the bytes themselves. */
export const confirmedImageSchema = z.object({
  objectKey: objectKeySchema,
  contentType: contentTypeSchema,
  bytes: bytesSchema,
  checksum: checksumSchema,
});
export type ConfirmedImage = z.infer<typeof confirmedImageSchema>;

/** The photo's own fields, out of an event or a request that carries more. */
export const imageOf = (carrier: ConfirmedImage): ConfirmedImage =>
  confirmedImageSchema.parse(carrier);

export const providerSchema = z.object({
  name: z.string().describe('who looked: google-cloud-vision, local-ocr'),
  apiVersion: z.string(),
  featureset: z.array(z.string()).describe('the features really asked for'),
  maxResults: z.int(),
  rulesVersion: z
    .string()
    .max(40)
    .optional()
    .describe('of the rules that weighed what the provider saw; absent: of an earlier version'),
});
export type Provider = z.infer<typeof providerSchema>;

const confidence = z.number().min(0).max(1);

export const recognitionStatuses = ['identified', 'inferred', 'partial', 'unidentified'] as const;
/**
 * `identified`: brand seen, type known. `inferred`: nothing on the machine names the maker; a model number or the web does.
 * `partial`: brand or type is missing. `unidentified`: neither.
 */
export type RecognitionStatus = (typeof recognitionStatuses)[number];

export const aggregateSchema = z.object({
  brand: z.string().nullable(),
  type: z.string().nullable(),
  model: z.string().nullable(),
  name: z.string().nullable().describe('for people: brand and model, as far as known'),
  confidence: confidence.describe('overall: the lower of brand and type'),
  isConfident: z.boolean(),
  brandConfidence: confidence,
  typeConfidence: confidence,
  modelConfidence: confidence,
  typeSource: z.string().nullable().describe('which evidence the type rests on'),
});
export type Aggregate = z.infer<typeof aggregateSchema>;

export const evidenceSources = [
  ...(['WORD', 'MODEL_NUMBER', 'LOGO', 'OBJECT', 'LABEL', 'WEB'] as const),
] as const;

const share = z.number().min(0).max(1);

/** One thing that a result rests on, and where on the photo it is. Never the text read there. */
export const evidenceSchema = z.object({
  source: z.enum(evidenceSources),
  reason: z.string().max(200).describe('a sentence for people, without text from the photo'),
  box: z
    .object({ x: share, y: share, width: share, height: share })
    .nullable()
    .describe('shares of the upright photo, from its top left; null: it has no place'),
});
export type EvidenceItem = z.infer<typeof evidenceSchema>;

export const mostEvidence = 20;
const evidenceList = z
  .array(evidenceSchema)
  .max(mostEvidence)
  .default([])
  .describe('what the result rests on, the weightiest first');

const duplicateOf = correlationIdSchema
  .nullable()
  .default(null)
  .describe(
    'the analysis of the same photo whose recognition this is; null: it was made for this one',
  );

/** What recognition found, why, and what could not be asked. No raw text from the photo. */
export const recognitionResultSchema = z.object({
  provider: providerSchema,
  aggregate: aggregateSchema,
  status: z.enum(recognitionStatuses),
  reasons: z.array(z.string()).max(8),
  unsupportedFeatures: z.array(z.string()),
  evidence: evidenceList,
  duplicateOf,
});
export type RecognitionResult = z.infer<typeof recognitionResultSchema>;

/** Why an analysis ended without a recognition: announced, and shown to the client. */
export const failureSchema = z.object({ code: z.enum(failureCodes), message: z.string() });
export type Failure = z.infer<typeof failureSchema>;

/** How an analysis ended: one of the two. */
export type AnalysisResult =
  | { readonly recognition: RecognitionResult; readonly failure?: undefined }
  | { readonly recognition?: undefined; readonly failure: Failure };

/** A result as it lies flat in `analysis.completed` and the read API: the other half is null or empty. */
export const resultFieldsSchema = z.object({
  provider: providerSchema.nullable(),
  aggregate: aggregateSchema.nullable(),
  status: z.enum(recognitionStatuses).nullable(),
  reasons: z.array(z.string()).max(8),
  unsupportedFeatures: z.array(z.string()),
  evidence: evidenceList,
  duplicateOf,
  failure: failureSchema.nullable(),
});
export type ResultFields = z.infer<typeof resultFieldsSchema>;

/** `POST /v1/recognitions` on the vision adapter. */
export const recognitionRequestSchema = confirmedImageSchema.extend({
  correlationId: correlationIdSchema,
  runId: z.string().min(1),
  owner: ownerSchema,
  attempt: z.int().positive().optional().describe('of the activity that asks, from 1'),
  scheduledAt: z.iso.datetime().optional().describe('when the activity was first scheduled'),
  uploadedAt: z.iso
    .datetime()
    .optional()
    .describe('of an upload so old that an earlier run may have published its recognition'),
  priority: z.enum(priorities).optional().describe('absent: interactive'),
  redo: z.boolean().optional().describe('ask again, whatever was recognised before'),
});
export type RecognitionRequest = z.infer<typeof recognitionRequestSchema>;
