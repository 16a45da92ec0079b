// Every route of every service, with its answers; a test holds the table against the apps.
import { z } from 'zod';
import {
  actorHeader,
  actorSchema,
  auditEntrySchema,
  auditPageSchema,
  auditQuerySchema,
  correctionRequestSchema,
  correctionSchema,
  deletionQuerySchema,
  deletionSchema,
  deletionsPageSchema,
  deletionsQuerySchema,
  erasedRequestSchema,
} from '../../contracts/acts.ts';
import type { ProcessName } from '../../contracts/processes.ts';
import {
  ownerSchema,
  recognitionRequestSchema,
  recognitionResultSchema,
} from '../../contracts/recognition.ts';
import * as rest from '../../contracts/rest.ts';

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With `{name}` for what varies. */
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly headers?: z.ZodType;
  readonly answer: {
    readonly status: number;
    readonly description?: string;
    readonly schema?: z.ZodType;
    readonly types?: readonly string[];
  };
  /** Codes, by status. */
  readonly problems?: Readonly<Record<number, string>>;
  /** Asks for no token. */
  readonly isOpen?: true;
}

const owner = z.object({ [rest.ownerHeader]: ownerSchema });
const act = owner.extend({ [actorHeader]: actorSchema });
const json = {
  413: '`TOO_LARGE`: over 64 KiB',
  415: '`UNSUPPORTED_MEDIA_TYPE`: not JSON, or compressed',
  422: '`INVALID`, with every field that is wrong',
};
const noAnalysis = { 404: '`NO_ANALYSIS`: none of that id and owner' };
const postgresql = { 503: '`POSTGRESQL_UNAVAILABLE`, with Retry-After' };
const status = <Word extends string>(word: Word) => z.object({ status: z.literal(word) });

const report = z.object({
  ok: z.boolean(),
  checks: z.record(z.string(), z.string()),
  warnings: z.record(z.string(), z.string()).optional(),
});
const unwell = (path: string, summary: string): Route => ({
  ...{ method: 'get', path, summary, isOpen: true },
  answer: { status: 200, schema: report },
  problems: { 503: 'The same report, with `ok: false`' },
});
const health: readonly Route[] = [
  unwell('/livez', 'Whether it makes progress'),
  unwell('/readyz', 'Whether it can do its work, and which servers answer'),
  {
    ...{ method: 'get', path: '/metrics', summary: 'Metrics of Prometheus', isOpen: true },
    answer: { status: 200, types: ['text/plain'] },
  },
];

const uploads = (root: string): readonly Route[] => [
  {
    ...{ method: 'post', path: `${root}/start`, summary: 'Opens an upload' },
    ...{ headers: owner, body: rest.startUploadRequestSchema },
    answer: { status: 200, schema: rest.startUploadAnswerSchema },
    problems: {
      ...json,
      413: '`IMAGE_TOO_LARGE`, `TOO_LARGE`',
      422: '`INVALID`, `UPLOAD_NOT_DECLARED`',
      503: 'the object store is unavailable',
    },
  },
  {
    ...{ method: 'post', path: `${root}/renew`, summary: 'A new address for the same upload' },
    ...{ headers: owner, body: rest.renewUploadRequestSchema },
    answer: { status: 200, schema: rest.startUploadAnswerSchema },
    problems: {
      ...json,
      404: '`NOT_UPLOADED`: of another owner',
      410: '`TICKET_EXPIRED`, `UPLOAD_NOT_DECLARED`',
    },
  },
  {
    ...{ method: 'post', path: `${root}/confirm`, summary: 'Accepts the photo' },
    ...{ headers: owner, body: rest.confirmUploadRequestSchema },
    answer: { status: 202, schema: rest.confirmUploadAnswerSchema },
    problems: {
      ...json,
      404: '`NOT_UPLOADED`',
      409: '`BYTES_DIFFER`, `CHECKSUM_DIFFERS`, `UPLOAD_CHANGED`',
      410: '`TICKET_EXPIRED`',
      413: '`IMAGE_TOO_LARGE`, `TOO_LARGE`',
      415: '`NOT_THE_DECLARED_TYPE`, `UNSUPPORTED_MEDIA_TYPE`',
      422: '`EMPTY_OBJECT`, `INVALID`',
      503: 'Kafka or the object store is unavailable, with Retry-After',
    },
  },
];

const listed = {
  403: '`NOT_THE_OWNER`: header and query differ',
  422: '`INVALID`, with every field that is wrong',
  503: '`NOT_APPLIED` with Retry-After: it has not read as far as `atLeast`; `POSTGRESQL_UNAVAILABLE`',
};
const list = <Path extends string>(path: Path, summary: string, query: z.ZodType) => ({
  ...({ method: 'get', path, summary, headers: owner, query, problems: listed } as const),
});

export const routesOf = {
  'tu-ingestion-service': [...health, ...uploads('/v1/uploads'), ...uploads('/uploads')],
  'tu-media-access-service': [
    ...health,
    {
      method: 'post',
      path: '/internal/v0/media/get-url',
      summary: 'A presigned GET of one photo, at the address of services',
      body: rest.getUrlRequestSchema,
      answer: { status: 200, schema: rest.getUrlAnswerSchema },
      problems: { ...json, 404: '`OBJECT_MISSING`', 503: 'the object store is unavailable' },
    },
    {
      method: 'post',
      path: '/internal/v0/media/get-urls',
      summary: "Presigned GETs of a page's photos, at the address of clients",
      body: rest.getUrlsRequestSchema,
      answer: { status: 200, schema: rest.getUrlsAnswerSchema },
      problems: { ...json, 503: 'the object store is unavailable' },
    },
  ],
  'svc-ai-vision-adapter': [
    ...health,
    {
      method: 'post',
      path: '/v1/recognitions',
      summary:
        'What the photo shows; a repeat within the same run is answered without another call',
      body: recognitionRequestSchema,
      answer: { status: 200, schema: recognitionResultSchema },
      problems: {
        ...json,
        404: '`OBJECT_MISSING`',
        409: '`OBJECT_CHANGED`',
        413: '`IMAGE_TOO_LARGE`, `TOO_LARGE`',
        415: '`IMAGE_UNSUPPORTED`, `UNSUPPORTED_MEDIA_TYPE`',
        422: '`IMAGE_UNREADABLE`, `VISION_REFUSED`, `INVALID`',
        429: 'Vision wants fewer calls, with Retry-After',
        503: 'Vision, the store or Kafka is unavailable, with Retry-After',
      },
    },
  ],
  'svc-analysis-orchestrator': [
    ...health,
    {
      ...{ method: 'get', path: '/v1/analyses/{correlationId}', headers: owner },
      summary: 'The state of one analysis, as Temporal has it now',
      answer: { status: 200, schema: rest.analysisSchema },
      problems: {
        ...noAnalysis,
        422: '`INVALID`',
        503: '`TEMPORAL_UNAVAILABLE`, with Retry-After',
      },
    },
  ],
  'tu-register-service': [
    ...health,
    {
      ...list('/v1/analyses', 'A page of an owner', rest.registeredAnalysesQuerySchema),
      answer: { status: 200, schema: rest.registeredAnalysesPageSchema },
    },
    {
      ...list('/v1/analyses/count', 'How many the filters hold for', rest.analysesFilterSchema),
      answer: { status: 200, schema: rest.analysesCountSchema },
    },
    {
      ...{ method: 'get', path: '/v1/analyses/{correlationId}', headers: owner },
      summary: 'The newest good run of one analysis, else its newest',
      answer: { status: 200, schema: rest.registeredAnalysisSchema },
      problems: { ...noAnalysis, ...postgresql, 422: '`INVALID`' },
    },
    {
      ...list('/v1/export', 'All that the filters hold for, streamed', rest.exportQuerySchema),
      answer: { status: 200, types: ['text/csv', 'application/jsonl'] },
      problems: { ...listed, 503: `${listed[503]}; \`BUSY\`` },
    },
    {
      ...{ method: 'put', path: '/v1/analyses/{correlationId}/correction', headers: act },
      summary: 'What the owner says the machine is; the last one counts',
      body: correctionRequestSchema,
      answer: { status: 200, schema: correctionSchema },
      problems: { ...json, ...noAnalysis, ...postgresql, 409: '`NOT_ENDED`' },
    },
    {
      ...{ method: 'delete', path: '/v1/analyses/{correlationId}', headers: act },
      summary: 'Deletes the rows and leaves a tombstone; twice is harmless',
      query: deletionQuerySchema,
      answer: { status: 200, schema: deletionSchema },
      problems: { ...noAnalysis, ...postgresql, 422: '`INVALID`' },
    },
    {
      ...{ method: 'get', path: '/v1/deletions', summary: 'Tombstones, the oldest first' },
      query: deletionsQuerySchema,
      answer: { status: 200, schema: deletionsPageSchema },
      problems: { ...postgresql, 422: '`INVALID`' },
    },
    {
      ...{ method: 'post', path: '/v1/analyses/{correlationId}/deletion/erased' },
      summary: 'Notes that photo, preview and runs are gone',
      body: erasedRequestSchema,
      answer: { status: 200, schema: status('Erased') },
      problems: { ...json, ...noAnalysis, ...postgresql },
    },
    {
      ...{
        method: 'post',
        path: '/v1/audit',
        summary: 'Writes an entry; the same one twice is one',
      },
      body: auditEntrySchema,
      answer: { status: 201, schema: status('Written') },
      problems: { ...json, ...postgresql },
    },
    {
      ...{ method: 'get', path: '/v1/audit', summary: 'Who did what, the newest first' },
      query: auditQuerySchema,
      answer: { status: 200, schema: auditPageSchema },
      problems: { ...postgresql, 422: '`INVALID`' },
    },
    {
      ...{ method: 'post', path: '/v1/rebuild', summary: 'Reads all sources from their beginning' },
      answer: { status: 202, schema: status('Begun') },
      problems: postgresql,
    },
  ],
} as const satisfies Partial<Record<ProcessName, readonly Route[]>>;
