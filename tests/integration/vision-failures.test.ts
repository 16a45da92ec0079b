// Every failure from where it happens to what Temporal makes of it: the real local-vision with a fault
// ordered, Google's client, the adapter over HTTP, the activity.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { v7 } from 'uuid';
import { createRecognitionActivities } from '../../activities/recognize-image.ts';
import type { RecognitionRequest, RecognitionResult } from '../../contracts/recognition.ts';
import { createRestClient } from '../../platform/http/rest-client.ts';
import { startAdapter, type RunningAdapter } from '../support/harness/adapter.ts';
import { freePort } from '../../infra/supervisor/preflight.ts';
import { internalToken, startProcess, type TestProcess } from '../support/harness/process.ts';
import { samplePhoto } from '../support/harness/users.ts';

let visionEndpoint: string;
let vision: TestProcess; // of this test's own: its faults meet nobody else
let adapter: RunningAdapter;
let photo: Buffer;

beforeAll(async () => {
  const port = await freePort();
  visionEndpoint = `127.0.0.1:${port}`;
  vision = await startProcess('infra/emulators/vision', {
    PORT: String(port),
    HEALTH_PORT: String(await freePort()),
    LOCAL_VISION_FAULTS: 'true',
  });
  photo = Buffer.from(await samplePhoto());
  adapter = await startAdapter({
    fetchImage: ({ objectKey }) =>
      Promise.resolve(objectKey.endsWith('.png') ? photo.subarray(0, photo.length / 2) : photo),
    visionEndpoint,
    visionTimeoutMs: 20_000,
  });
});
afterEach(() => fetch(`${vision.url}/faults`, { method: 'DELETE' }));
afterAll(async () => {
  await adapter.stop();
  await vision.stop();
});

async function order(...faults: object[]): Promise<void> {
  const answer = await fetch(`${vision.url}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  expect(answer.status).toBe(200);
}

/** Calls that reached the server, by what its metrics count. */
async function callsAnswered(): Promise<number> {
  const metrics = await (await fetch(`${vision.url}/metrics`)).text();
  const counts = metrics.matchAll(/^vision_call_duration_seconds_count\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

const newPhoto = (extension = 'jpg'): RecognitionRequest => ({
  correlationId: v7(),
  runId: randomUUID(),
  owner: '0'.repeat(32),
  objectKey: `images/2026/11/23/${randomUUID()}.${extension}`,
  contentType: 'image/jpeg',
  bytes: photo.length,
  checksum: `sha256:${'0'.repeat(64)}`,
});

/** One attempt, as the worker makes it. */
function attempt(request: RecognitionRequest): Promise<RecognitionResult> {
  const rest = createRestClient({ name: 'adapter', baseUrl: adapter.url, internalToken });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  return environment.run(createRecognitionActivities({ adapter: rest }).recognizeImage, request);
}

async function failureOf(attempted: Promise<unknown>): Promise<ApplicationFailure> {
  const outcome: unknown = await attempted.catch((error: unknown) => error);
  if (outcome instanceof ApplicationFailure) return outcome;
  throw new Error('the attempt did not fail', { cause: outcome });
}

const final = (type: string) => ({ type, nonRetryable: true });
const again = (type: string) => ({ type, nonRetryable: false });
const announced = (type: string) => ({ ...again(type), nextRetryDelay: '10 s' });

/** Every status of gRPC, as the whole call or the one image in it may fail. */
const verdicts: readonly (readonly [status: string, verdict: object])[] = [
  ['CANCELLED', again('VISION_UNAVAILABLE')],
  ['UNKNOWN', again('VISION_UNAVAILABLE')],
  ['INVALID_ARGUMENT', final('VISION_REFUSED')],
  ['DEADLINE_EXCEEDED', again('VISION_UNAVAILABLE')],
  ['NOT_FOUND', final('VISION_REFUSED')],
  ['ALREADY_EXISTS', final('VISION_REFUSED')],
  ['PERMISSION_DENIED', final('VISION_REFUSED')],
  ['RESOURCE_EXHAUSTED', announced('VISION_QUOTA_EXHAUSTED')],
  ['FAILED_PRECONDITION', final('VISION_REFUSED')],
  ['ABORTED', again('VISION_UNAVAILABLE')],
  ['OUT_OF_RANGE', final('VISION_REFUSED')],
  ['UNIMPLEMENTED', final('VISION_REFUSED')],
  ['INTERNAL', again('VISION_UNAVAILABLE')],
  ['UNAVAILABLE', again('VISION_UNAVAILABLE')],
  ['DATA_LOSS', again('VISION_UNAVAILABLE')],
  ['UNAUTHENTICATED', final('VISION_REFUSED')],
];

describe('a call that fails, once and without a repeat of anybody but Temporal', () => {
  test.each(verdicts)(
    'fails a call with the status %s once, as retryable or final',
    async (failNext, verdict) => {
      await order({ failNext });
      const before = await callsAnswered();
      expect(await failureOf(attempt(newPhoto()))).toMatchObject(verdict);
      expect((await callsAnswered()) - before).toBe(1);
    },
  );

  test('retries an exhausted quota after the pause that Vision names', async () => {
    await order({ quotaPerMinute: 1 });
    await attempt(newPhoto());
    expect(await failureOf(attempt(newPhoto()))).toMatchObject(announced('VISION_QUOTA_EXHAUSTED'));
  });

  test('fails a message over the size limit as final, though its status is the quota’s', async () => {
    await order({ overLimitNext: true });
    expect(await failureOf(attempt(newPhoto()))).toMatchObject(final('IMAGE_TOO_LARGE'));
  });

  test('retries a call that the server cut in the middle', async () => {
    await order({ cutNext: true });
    expect(await failureOf(attempt(newPhoto()))).toMatchObject(again('VISION_UNAVAILABLE'));
  });
});

describe('a call that succeeds with an error for the image', () => {
  const own = new Set(['UNIMPLEMENTED']); // one feature, not the image: see below
  test.each(verdicts.filter(([status]) => !own.has(status)))(
    'fails an image with the status %s once, as retryable or final',
    async (status, verdict) => {
      await order({ imageErrorNext: status });
      expect(await failureOf(attempt(newPhoto()))).toMatchObject(verdict);
    },
  );

  test('calls Vision exactly once more after "Bad image data."', async () => {
    await order({ imageErrorNext: 'INVALID_ARGUMENT', message: 'Bad image data.', count: 9 });
    const [request, before] = [newPhoto(), await callsAnswered()];
    expect(await failureOf(attempt(request))).toMatchObject(again('VISION_UNAVAILABLE'));
    expect(await failureOf(attempt(request))).toMatchObject(final('IMAGE_UNREADABLE'));
    expect((await callsAnswered()) - before).toBe(2);
  });

  test('recognises a photo whose second call succeeds after "Bad image data."', async () => {
    await order({ imageErrorNext: 'INVALID_ARGUMENT', message: 'Bad image data.' });
    const request = newPhoto();
    await failureOf(attempt(request));
    expect((await attempt(request)).aggregate.brand).toBe('Caterpillar');
  });

  test('sends no photo that it cannot decode itself', async () => {
    const before = await callsAnswered();
    expect(await failureOf(attempt(newPhoto('png')))).toMatchObject(final('IMAGE_UNREADABLE'));
    expect(await callsAnswered()).toBe(before);
  });

  test('fails "Image too large." as final', async () => {
    const message = 'Image too large. Please limit to 75 megapixels.';
    await order({ imageErrorNext: 'INVALID_ARGUMENT', message });
    expect(await failureOf(attempt(newPhoto()))).toMatchObject(final('IMAGE_TOO_LARGE'));
  });
});

describe('what is no failure', () => {
  test('names features that the service does not have, beside its annotations', async () => {
    const result = await attempt(newPhoto());
    expect(result).toMatchObject({
      aggregate: { brand: 'Caterpillar', model: '320D' },
      unsupportedFeatures: ['LOGO_DETECTION'],
      provider: {
        name: 'local-ocr',
        apiVersion: 'v1',
        featureset: ['TEXT_DETECTION', 'LOGO_DETECTION'],
        maxResults: 10,
      },
    });
  });

  test('answers unidentified for an empty answer of Vision', async () => {
    await order({ emptyNext: true });
    expect(await attempt(newPhoto())).toMatchObject({ status: 'unidentified' });
  });
});

test('ends a hanging call at its deadline, and retries it', async () => {
  const hurried = await startAdapter({
    fetchImage: () => Promise.resolve(photo),
    visionEndpoint,
    visionTimeoutMs: 300,
  });
  await order({ hangNext: true });
  const rest = createRestClient({ name: 'adapter', baseUrl: hurried.url, internalToken });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const activities = createRecognitionActivities({ adapter: rest });
  const failure = await failureOf(environment.run(activities.recognizeImage, newPhoto()));
  expect(failure).toMatchObject(again('VISION_UNAVAILABLE'));
  expect(failure.message).toContain('DEADLINE_EXCEEDED');
  await hurried.stop();
});
