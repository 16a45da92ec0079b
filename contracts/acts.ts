// What owners and operators do to an analysis, as it travels between gateway, orchestrator and register.
import { z } from 'zod';
import {
  aggregateSchema,
  correlationIdSchema,
  objectKeySchema,
  ownerSchema,
} from './recognition.ts';

const instant = z.iso.datetime({ offset: true });

/** Who acts: an owner by the hash, an operator by the subject of the token, or the system itself. */
export const actorSchema = z
  .string()
  .regex(
    /^(owner:[0-9a-f]{32}|operator:[\x21-\x7e]{1,255}|system)$/,
    'owner:<hash>, operator:<subject> or system',
  );

export const actions = ['correct', 'delete', 'erase', 'redo', 'cancel', 'terminate'] as const;
export type Action = (typeof actions)[number];

const longestText = 100;
/** Line ends count as control characters, and so do those that turn the direction of a line. */
const controlCharacters = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** What an owner says that a machine is: one line of plain text, in Unicode's composed form. */
export const correctedTextSchema = z
  .string()
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
  .normalize('NFC')
  .trim()
  .refine((text) => text !== '', 'must not be blank; null says that it is not known')
  .refine((text) => Array.from(text).length <= longestText, `at most ${longestText} characters`)
  .refine((text) => !controlCharacters.test(text), 'must be one line without control characters')
  .nullable();

/** The three values stand for those of the result; null: the owner does not know it. */
export const correctedFieldsSchema = z.object({
  brand: correctedTextSchema,
  type: correctedTextSchema,
  model: correctedTextSchema,
});
export type CorrectedFields = z.infer<typeof correctedFieldsSchema>;

/** Why an operator acts on what is somebody else's. */
const reasonSchema = z.string().trim().min(1).max(500).optional();

/** `DELETE /internal/v0/analyses/{correlationId}` on the orchestrator. */
export const deleteRequestQuerySchema = z.object({ reason: reasonSchema });

/** `GET /v1/analyses/{correlationId}/owner` on the register: for operators, who know the id alone. */
export const registeredOwnerSchema = z.object({ owner: ownerSchema });

/** `PUT /v1/analyses/{correlationId}/correction` on the register, and below `/internal/v0` on the orchestrator. */
export const correctionRequestSchema = correctedFieldsSchema.extend({ reason: reasonSchema });

export const correctionSchema = correctedFieldsSchema.extend({ correctedAt: instant });
export type Correction = z.infer<typeof correctionSchema>;

/** `DELETE /v1/analyses/{correlationId}` on the register. */
export const deletionQuerySchema = z.object({
  objectKey: objectKeySchema.optional().describe('of one that the register has no row of yet'),
  reason: reasonSchema,
});

export const deletionSchema = z.object({
  correlationId: correlationIdSchema,
  owner: ownerSchema,
  deletedAt: instant,
  erasedAt: instant.nullable().describe('when photo, preview and runs were gone; null until then'),
});
export type Deletion = z.infer<typeof deletionSchema>;

/** `GET /v1/deletions` on the register: the oldest first. */
export const deletionsQuerySchema = z.object({
  erased: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  first: z.coerce.number().int().min(1).max(1_000).default(100),
  after: z.string().max(200).optional().describe('cursor of the last one before'),
});
export type DeletionsQuery = z.infer<typeof deletionsQuerySchema>;

export const deletionsPageSchema = z.object({
  items: z.array(deletionSchema.extend({ cursor: z.string() })),
  hasNextPage: z.boolean(),
});
export type DeletionsPage = z.infer<typeof deletionsPageSchema>;

/** `POST /v1/analyses/{correlationId}/deletion/erased` on the register. */
export const erasedRequestSchema = z.object({ owner: ownerSchema });

const runningPolicies = ['refuse', 'cancel', 'terminate'] as const;
export type RunningPolicy = (typeof runningPolicies)[number];

/** `POST /internal/v0/analyses/{correlationId}/redo` on the orchestrator. */
export const redoRequestSchema = z.object({
  reason: reasonSchema,
  running: z
    .enum(runningPolicies)
    .default('refuse')
    .describe('what becomes of a run that has not ended; operators choose'),
});
export const redoAnswerSchema = z.object({
  status: z.literal('Started'),
  runId: z.string().describe('of the new run'),
});

/** `POST /internal/v0/analyses/{correlationId}/cancel` on the orchestrator. */
export const cancelRequestSchema = z.object({ reason: reasonSchema });
export const cancelAnswerSchema = z.object({ status: z.literal('Requested') });

export const outcomes = ['BEGUN', 'DONE', 'FAILED'] as const;

/** `POST /v1/audit` on the register. An act that takes a while has two entries under one id. */
export const auditEntrySchema = z.object({
  actId: z.uuid().describe('of the act; the same entry twice is one'),
  actor: actorSchema,
  action: z.enum(actions),
  correlationId: correlationIdSchema,
  owner: ownerSchema.nullable().describe('of the analysis; null where nobody knows'),
  outcome: z.enum(outcomes),
  code: z.string().max(100).optional().describe('FAILED: why, for programs'),
  reason: reasonSchema,
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** `GET /v1/audit` on the register: the newest first. */
export const auditQuerySchema = z.object({
  owner: ownerSchema.optional(),
  correlationId: correlationIdSchema.optional(),
  actor: actorSchema.optional(),
  from: instant.optional(),
  to: instant.optional(),
  first: z.coerce.number().int().min(1).max(1_000).default(100),
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'a cursor of this list')
    .optional(),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

export const auditPageSchema = z.object({
  items: z.array(
    auditEntrySchema.extend({
      actId: z.uuid().nullable(),
      correlationId: correlationIdSchema.nullable(),
      at: instant,
      cursor: z.string(),
    }),
  ),
  hasNextPage: z.boolean(),
});
export type AuditPage = z.infer<typeof auditPageSchema>;

/** `GET /v1/corrections` on the register, for operators: those of all owners, in the order of their ids. */
export const correctionsQuerySchema = z.object({
  first: z.coerce.number().int().min(1).max(500).default(200),
  after: correlationIdSchema.optional().describe('of the last one before'),
});
export type CorrectionsQuery = z.infer<typeof correctionsQuerySchema>;

export const correctionsPageSchema = z.object({
  items: z.array(
    correctionSchema.extend({
      correlationId: correlationIdSchema,
      objectKey: objectKeySchema,
      aggregate: aggregateSchema.nullable().describe('what was recognised; null: nothing was'),
    }),
  ),
  hasNextPage: z.boolean(),
});
export type CorrectionsPage = z.infer<typeof correctionsPageSchema>;

/** `GET /v1/rebuild` on the register: how far it is. */
export const rebuildProgressSchema = z.object({
  sources: z.array(
    z.object({
      source: z.string().describe('a stream queue, or a topic with its partition'),
      offset: z.int().nullable().describe('read last; null at its beginning'),
      gapSince: instant.nullable().describe('not filled from Temporal since then; null: no gap'),
    }),
  ),
});
export type RebuildProgress = z.infer<typeof rebuildProgressSchema>;

export const begunSchema = z.object({ status: z.literal('Begun') });

/** Between services the actor travels in this header, beside the owner's. */
export const actorHeader = 'trackunit-actor';
