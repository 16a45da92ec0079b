import { describe, expect, test } from '@jest/globals';
import type { RecognitionResult } from '../../contracts/recognition.ts';
import { recognitionResultSchema } from '../../contracts/recognition.ts';
import { createHealth } from '../../platform/http/health.ts';
import { silentLogger } from '../../platform/logger.ts';
import { aggregate } from './recognition/aggregate.ts';
import { visionResponse } from '../../tests/support/recognition/response-builder.ts';
import { sampleOrder, unidentified } from '../../tests/support/recognition/sample-order.ts';
import { createApp } from './app.ts';
import { recognitionProblem } from './failures/recognition-problem.ts';
import type { RecognitionOrder } from './recognition-record.ts';

const internalToken = 'an internal token';
const request = sampleOrder;
const seen = aggregate(visionResponse({ text: ['VOLVO', 'EC220E'] }));
const result: RecognitionResult = {
  ...unidentified('local-ocr'),
  aggregate: seen.aggregate,
  status: seen.status,
  reasons: [...seen.reasons],
};

function start(recognize: (order: RecognitionOrder) => Promise<RecognitionResult>) {
  const app = createApp({
    recognizeImage: { recognize, unpublished: () => 3 },
    internalToken,
    health: createHealth({}),
    logger: silentLogger(),
  });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    app.request('/v1/recognitions', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${internalToken}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    });
  return { app, post };
}

describe('POST /v1/recognitions', () => {
  test('answers a recognition by its contract, and passes the trace on', async () => {
    let asked: RecognitionOrder | undefined;
    const { post } = start((order) => {
      asked = order;
      return Promise.resolve(result);
    });
    const response = await post(request, { traceparent: '00-a-b-01' });
    expect(response.status).toBe(200);
    expect(recognitionResultSchema.parse(await response.json())).toEqual(result);
    expect(asked).toEqual({ ...request, traceparent: '00-a-b-01' });
  });

  test('refuses callers without the internal token', async () => {
    const { post } = start(() => Promise.resolve(result));
    expect((await post(request, { authorization: 'Bearer wrong' })).status).toBe(401);
  });

  test('names each invalid field of a recognition request', async () => {
    const { post } = start(() => Promise.resolve(result));
    const response = await post({ ...request, checksum: 'md5:1', owner: 'me' });
    expect(response.status).toBe(422);
    const { errors } = (await response.json()) as { errors: object };
    expect(Object.keys(errors).sort()).toEqual(['checksum', 'owner']);
  });

  test('answers a final failure without Retry-After, a transient one with it', async () => {
    const final = await start(() => Promise.reject(recognitionProblem('OBJECT_CHANGED'))).post(
      request,
    );
    expect(final.status).toBe(409);
    expect(final.headers.get('retry-after')).toBeNull();
    expect(await final.json()).toMatchObject({ code: 'OBJECT_CHANGED' });

    const quota = recognitionProblem('VISION_QUOTA_EXHAUSTED', { retryAfter: 37 });
    const passing = await start(() => Promise.reject(quota)).post(request);
    expect(passing.status).toBe(429);
    expect(passing.headers.get('retry-after')).toBe('37');
    expect(passing.headers.get('content-type')).toContain('application/problem+json');
  });
});

test('counts outcomes and unpublished results in /metrics', async () => {
  const { app, post } = start(() => Promise.resolve(result));
  await post(request);
  const metrics = await (await app.request('/metrics')).text();
  expect(metrics).toContain('recognitions_total{outcome="identified"} 1');
  expect(metrics).toContain('recognitions_unpublished 3');
});
