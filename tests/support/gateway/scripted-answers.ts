// What a test gateway publishes and answers, in the shapes of the schema, of the gateway and of S3.
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { FailureCode } from '../../../contracts/schema.generated.ts';
import type { TestEvent } from './test-feeds.ts';

/** As S3 answers a PUT that it refuses. */
export const storeError = (c: Context, status: 400 | 403 | 409 | 412, code: string) =>
  c.body(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`, status);

/** Ends the connection without an answer. */
export function cutConnection(c: Context): Response {
  (c.env as HttpBindings).outgoing.destroy();
  return c.body(null, 500);
}

/** The answer to a mutation that another service refused. */
export const refused = (
  field: string,
  status: number,
  code: string,
  more: Readonly<Record<string, unknown>> = {},
) =>
  Response.json({
    data: null,
    errors: [{ message: 'refused', path: [field], extensions: { code, status, ...more } }],
  });

/** An answer other than 2xx, as the gateway gives it. */
export const problem = (status: number, code: string, detail: string, retryAfter?: number) =>
  Response.json(
    { errors: [{ message: detail, extensions: { code } }] },
    { status, headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) } },
  );

const objectKey = 'images/2026/11/23/x.jpg';
const startedAt = '2026-11-23T08:00:00.000Z';

export const startedOf = (
  correlationId: string,
  run = 'run-1',
): Extract<TestEvent, { __typename: 'AnalysisStarted' }> => ({
  __typename: 'AnalysisStarted',
  eventId: `${correlationId}:${run}:started`,
  correlationId,
  objectKey,
  startedAt,
});

export const completedOf = (
  correlationId: string,
  of: { run?: string; brand?: string; failure?: FailureCode } = {},
): Extract<TestEvent, { __typename: 'AnalysisCompleted' }> => ({
  __typename: 'AnalysisCompleted',
  eventId: `${correlationId}:${of.run ?? 'run-1'}:completed`,
  correlationId,
  objectKey,
  success: of.failure === undefined,
  startedAt,
  completedAt: '2026-11-23T08:00:01.000Z',
  failure: of.failure ? { code: of.failure, message: 'the photo cannot be decoded' } : null,
  recognitionPayload: of.failure ? null : recognitionOf(of.brand ?? 'CAT'),
});

export const recognitionOf = (brand: string) => ({
  provider: { name: 'test', apiVersion: 'v1', featureset: ['TEXT_DETECTION'], maxResults: 10 },
  aggregate: {
    brand,
    type: 'excavator',
    model: '320D',
    name: `${brand} 320D`,
    confidence: 0.91,
    isConfident: true,
    brandConfidence: 0.95,
    typeConfidence: 0.91,
    modelConfidence: 0.9,
    typeSource: 'model',
  },
  status: 'identified' as const,
  reasons: [],
  unsupportedFeatures: [],
  evidence: [],
  duplicateOf: null,
});
