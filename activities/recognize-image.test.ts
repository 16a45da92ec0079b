import { afterEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { Hono } from 'hono';
import { failureCodes, failures, retriedCodes } from '../contracts/failures.ts';
import { priorityKeys } from '../contracts/priorities.ts';
import type { RecognitionRequest, RecognitionResult } from '../contracts/recognition.ts';
import { listen, type RunningServer } from '../platform/http/http-server.ts';
import { Problem } from '../platform/http/problem.ts';
import { createRestClient } from '../platform/http/rest-client.ts';
import { applicationFailureOf, createRecognitionActivities } from './recognize-image.ts';

const request: RecognitionRequest = {
  correlationId: '019a53c4-7c10-7d3a-9a52-1f0c3a7be001',
  runId: 'run-1',
  owner: '5d41402abc4b2a76b9719d911017c592',
  objectKey: 'images/2026/11/23/4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11.jpg',
  contentType: 'image/jpeg',
  bytes: 10,
  checksum: `sha256:${'0'.repeat(64)}`,
};
const result: RecognitionResult = {
  provider: { name: 'test', apiVersion: 'v1', featureset: [], maxResults: 10 },
  aggregate: {
    brand: null,
    type: null,
    model: null,
    name: null,
    confidence: 0,
    isConfident: false,
    brandConfidence: 0,
    typeConfidence: 0,
    modelConfidence: 0,
    typeSource: null,
  },
  status: 'unidentified',
  reasons: [],
  unsupportedFeatures: [],
  evidence: [],
  duplicateOf: null,
};

const scheduledAt = '2026-11-23T08:00:00.000Z';

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function activityAgainst(answer: (request: Request) => Response | Promise<Response>) {
  const app = new Hono().post('/v1/recognitions', (c) => answer(c.req.raw));
  server = await listen(app, { host: '127.0.0.1', port: 0 });
  const baseUrl = `http://127.0.0.1:${server.port}`;
  const adapter = createRestClient({ name: 'adapter', baseUrl, internalToken: 'a token of tests' });
  const environment = new MockActivityEnvironment(
    {
      attempt: 2,
      scheduledTimestampMs: Date.parse(scheduledAt),
      priority: { priorityKey: priorityKeys.batch },
    },
    { logger: new DefaultLogger('ERROR') },
  );
  const { recognizeImage } = createRecognitionActivities({ adapter });
  return { environment, run: () => environment.run(recognizeImage, request, '00-trace') };
}

describe('asking the adapter', () => {
  test('sends the photo with run, attempt, token and trace, and returns the recognition', async () => {
    const seen: unknown[] = [];
    const { run } = await activityAgainst(async (asked) => {
      const { headers } = asked;
      seen.push(await asked.json(), headers.get('traceparent'), headers.get('authorization'));
      return Response.json(result);
    });
    await expect(run()).resolves.toEqual(result);
    expect(seen).toEqual([
      { ...request, attempt: 2, scheduledAt, priority: 'batch' },
      '00-trace',
      'Bearer a token of tests',
    ]);
  });

  test('ends the attempts at a final problem, with its code', async () => {
    const problem = { code: 'OBJECT_MISSING', detail: 'gone' };
    const { run } = await activityAgainst(() => Response.json(problem, { status: 404 }));
    await expect(run()).rejects.toMatchObject({ type: 'OBJECT_MISSING', nonRetryable: true });
  });

  test('retries after an answer that is not a recognition', async () => {
    const { run } = await activityAgainst(() => Response.json({ brand: 'CAT' }));
    await expect(run()).rejects.toMatchObject({ type: 'BAD_ANSWER', nonRetryable: false });
  });

  test('ends the call when its worker stops, so that another worker retries', async () => {
    const asked = Promise.withResolvers<undefined>();
    const held = Promise.withResolvers<Response>();
    const { environment, run } = await activityAgainst(() => {
      asked.resolve(undefined);
      return held.promise;
    });
    const running = run();
    await asked.promise;
    environment.cancel('WORKER_SHUTDOWN');
    await expect(running).rejects.toMatchObject({ type: 'WORKER_STOPPED', nonRetryable: false });
    held.resolve(Response.json(result));
  });
});

describe('an answer of the adapter that is a problem', () => {
  test.each(failureCodes.filter((code) => 'status' in failures[code]))(
    'fails for good, with code and message, on the final problem %s',
    (code) => {
      const failure = applicationFailureOf(new Problem(422, code, 'why'));
      expect(failure).toMatchObject({ type: code, message: 'why', nonRetryable: true });
    },
  );

  test.each(retriedCodes)('retries the problem %s, which passes by itself', (code) => {
    const failure = applicationFailureOf(new Problem(503, code, 'why'));
    expect(failure).toMatchObject({ type: code, nonRetryable: false });
  });

  test.each([
    [401, 'UNAUTHORIZED'],
    [422, 'INVALID'],
    [500, 'INTERNAL'],
    [502, 'BAD_ANSWER'],
    [503, 'UNREACHABLE'],
    [500, 'toString'],
  ])('retries a problem with an unknown code: %i %s', (status, code) => {
    const failure = applicationFailureOf(new Problem(status, code, 'why', { retryAfter: 1 }));
    expect(failure).toMatchObject({ nonRetryable: false, nextRetryDelay: undefined });
  });

  test('delays the next attempt by retry-after when a quota is exhausted', () => {
    const problem = new Problem(429, 'VISION_QUOTA_EXHAUSTED', 'why', { retryAfter: 17 });
    expect(applicationFailureOf(problem).nextRetryDelay).toBe('17 s');
    const silent = new Problem(429, 'VISION_QUOTA_EXHAUSTED', 'why');
    expect(applicationFailureOf(silent).nextRetryDelay).toBe(undefined);
  });
});
