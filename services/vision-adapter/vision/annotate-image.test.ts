import { afterEach, describe, expect, test } from '@jest/globals';
import gax from 'google-gax';
import protobuf from 'protobufjs';
import { Problem } from '../../../platform/http/problem.ts';
import { createAnnotateImage } from './annotate-image.ts';
import { type RetryBudget } from '../failures/recognition-problem.ts';
import { statuses } from '../failures/vision-status.ts';
import { readFeatures } from './features.ts';
import { connectVision } from './vision-client.ts';
import {
  startVisionServer,
  type Answer,
  type VisionServer,
} from '../../../tests/support/vision/vision-server.ts';

const settings = {
  features: readFeatures(['TEXT_DETECTION', 'LOGO_DETECTION']),
  maxResults: 7,
  timeoutMs: 5_000,
};
const quota = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'";
const lettering = [{ description: 'CAT 320D' }];

let server: VisionServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function ask(answer: Answer, retryBudget: RetryBudget = { used: false }, timeoutMs = 5_000) {
  server = await startVisionServer(() => answer);
  const annotate = createAnnotateImage(await server.client(), { ...settings, timeoutMs });
  return annotate(Buffer.from('jpeg'), retryBudget);
}

async function problemOf(attempt: Promise<unknown>): Promise<Problem> {
  const outcome: unknown = await attempt.catch((error: unknown) => error);
  if (outcome instanceof Problem) return outcome;
  throw new Error('no problem was answered', { cause: outcome });
}

const whole = (code: number, details: string): Answer => ({ fails: { code, details } });
const image = (code: number, message: string, more: object = {}): Answer => ({
  responses: [{ error: { code, message }, ...more }],
});

describe('a call that fails as a whole', () => {
  test.each([
    [1, 'the server is going down', 'VISION_UNAVAILABLE', 503],
    [2, '', 'VISION_UNAVAILABLE', 503],
    [3, 'Request must specify image and features.', 'VISION_REFUSED', 422],
    [5, '', 'VISION_REFUSED', 422],
    [6, '', 'VISION_REFUSED', 422],
    [7, 'billing is off', 'VISION_REFUSED', 422],
    [8, quota, 'VISION_QUOTA_EXHAUSTED', 429],
    [8, 'Received message larger than max (5000000 vs. 4194304)', 'IMAGE_TOO_LARGE', 413],
    [9, '', 'VISION_REFUSED', 422],
    [10, '', 'VISION_UNAVAILABLE', 503],
    [11, '', 'VISION_REFUSED', 422],
    [12, 'no such method', 'VISION_REFUSED', 422],
    [13, '', 'VISION_UNAVAILABLE', 503],
    [14, '', 'VISION_UNAVAILABLE', 503],
    [15, '', 'VISION_UNAVAILABLE', 503],
    [16, '', 'VISION_REFUSED', 422],
  ])('maps gRPC %i "%s" to %s', async (code, details, name, status) => {
    expect(await problemOf(ask(whole(code, details)))).toMatchObject({ code: name, status });
    expect(server?.requests).toHaveLength(1); // repeats are the caller's
  });

  test('maps a passed deadline (4) to VISION_UNAVAILABLE', async () => {
    const problem = await problemOf(ask(undefined, { used: false }, 150));
    expect(problem).toMatchObject({ code: 'VISION_UNAVAILABLE', status: 503 });
    expect(problem.message).toContain('DEADLINE_EXCEEDED');
  });

  test('maps a refused connection (14) to VISION_UNAVAILABLE', async () => {
    const gone = await startVisionServer(() => undefined);
    await gone.stop();
    const client = await connectVision({ endpoint: gone.endpoint, plaintext: false });
    const problem = await problemOf(
      createAnnotateImage(client, settings)(Buffer.from('jpeg'), { used: false }),
    );
    expect(problem.code).toBe('VISION_UNAVAILABLE');
    await client.close();
  });

  test('maps a message over the size limit (8) to IMAGE_TOO_LARGE, not to a quota', async () => {
    server = await startVisionServer(() => ({ responses: [{}] }));
    const annotate = createAnnotateImage(await server.client(), settings);
    const problem = await problemOf(annotate(Buffer.alloc(2 * 1024 * 1024), { used: false }));
    expect(problem.code).toBe('IMAGE_TOO_LARGE');
  });

  test('answers the retry delay of an exhausted quota', async () => {
    const metadata = new gax.grpc.Metadata();
    metadata.set('grpc-status-details-bin', retryIn(37));
    const problem = await problemOf(ask({ fails: { code: 8, details: quota, metadata } }));
    expect(problem).toMatchObject({ code: 'VISION_QUOTA_EXHAUSTED', retryAfter: 37 });
  });

  test('answers a default retry delay for a quota without one', async () => {
    const problem = await problemOf(ask(whole(8, quota)));
    expect(problem.retryAfter).toBeGreaterThan(0);
  });

  test('maps all 16 gRPC codes', () => {
    expect(Object.keys(statuses).map(Number)).toEqual(
      Array.from({ length: 16 }, (_, at) => at + 1),
    );
  });
});

describe('a call that succeeds with an error for the image', () => {
  test.each([
    [3, 'Image too large. Please limit to 75 megapixels.', 'IMAGE_TOO_LARGE'],
    [3, 'Only one of image content and uri should be specified.', 'VISION_REFUSED'],
    [7, 'Error opening file', 'VISION_REFUSED'],
    [8, quota, 'VISION_QUOTA_EXHAUSTED'],
    [13, 'Internal server error', 'VISION_UNAVAILABLE'],
    [14, '', 'VISION_UNAVAILABLE'],
  ])('maps %i "%s" of an image to %s', async (code, message, name) => {
    expect(await problemOf(ask(image(code, message)))).toMatchObject({ code: name });
  });

  test('retries "Bad image data." once, then fails for good', async () => {
    const retryBudget = { used: false };
    const bad = image(3, 'Bad image data.');
    expect(await problemOf(ask(bad, retryBudget))).toMatchObject({ code: 'VISION_UNAVAILABLE' });
    await server?.stop();
    expect(await problemOf(ask(bad, retryBudget))).toMatchObject({ code: 'IMAGE_UNREADABLE' });
  });

  test('keeps the retry budget of a sporadic failure through an outage', async () => {
    const retryBudget = { used: false };
    await problemOf(ask(whole(14, ''), retryBudget));
    expect(retryBudget.used).toBe(false);
  });

  test('answers in spite of UNIMPLEMENTED (12), and names the unsupported features', async () => {
    const answer = await ask(
      image(12, 'local vision cannot answer: LOGO_DETECTION', { textAnnotations: lettering }),
    );
    expect(answer).toMatchObject({ unsupportedFeatures: ['LOGO_DETECTION'], incomplete: false });
    expect(answer.response.textAnnotations).toHaveLength(1);
  });

  test('retries a partial answer once, then accepts it', async () => {
    const retryBudget = { used: false };
    const part = image(13, 'web detection failed', { textAnnotations: lettering });
    expect(await problemOf(ask(part, retryBudget))).toMatchObject({ code: 'VISION_UNAVAILABLE' });
    await server?.stop();
    expect(await ask(part, retryBudget)).toMatchObject({
      incomplete: true,
      unsupportedFeatures: [],
    });
  });

  test('waits once as the quota asks when it cut an answer short', async () => {
    const retryBudget = { used: false };
    const part = image(8, quota, { textAnnotations: lettering });
    const problem = await problemOf(ask(part, retryBudget));
    expect(problem.code).toBe('VISION_QUOTA_EXHAUSTED');
    expect(problem.retryAfter).toBeGreaterThan(0);
    await server?.stop();
    expect(await ask(part, retryBudget)).toMatchObject({ incomplete: true });
  });

  test('accepts any feature alone as a partial answer', async () => {
    const web = { webDetection: { bestGuessLabels: [{ label: 'excavator' }] } };
    server = await startVisionServer(() => image(7, 'labels are not allowed', web));
    const features = readFeatures(['LABEL_DETECTION', 'WEB_DETECTION']);
    const annotate = createAnnotateImage(await server.client(), { ...settings, features });
    expect(await annotate(Buffer.from('jpeg'), { used: false })).toMatchObject({
      incomplete: true,
    });
  });

  test('reports unanswered features as unsupported when UNIMPLEMENTED (12) names none', async () => {
    const answer = await ask(image(12, 'not everything', { textAnnotations: lettering }));
    expect(answer.unsupportedFeatures).toEqual(['LOGO_DETECTION']);
  });

  test('answers VISION_UNAVAILABLE when the answer has no result for the image', async () => {
    expect(await problemOf(ask({ responses: [] }))).toMatchObject({ code: 'VISION_UNAVAILABLE' });
  });

  test('accepts a partial answer at once when its rest is refused for good', async () => {
    const part = image(7, 'web detection is not allowed', { textAnnotations: lettering });
    expect(await ask(part)).toMatchObject({ incomplete: true });
  });
});

test('asks for all features in one request, with the configured maxResults', async () => {
  await ask({ responses: [{}] });
  expect(server?.requests).toHaveLength(1);
  const [request, ...others] = server?.requests[0]?.requests ?? [];
  expect(others).toEqual([]);
  expect(request?.features).toMatchObject([
    { type: 5, maxResults: 7 },
    { type: 3, maxResults: 7 },
  ]);
});

test.each([
  [['TEXT'], 'VISION_FEATURES TEXT: allowed are'],
  [['TYPE_UNSPECIFIED'], 'VISION_FEATURES TYPE_UNSPECIFIED: allowed are'],
  [['toString'], 'VISION_FEATURES toString: allowed are'],
  [[], 'empty'],
])('refuses the features %j at the start', (features, why) => {
  expect(() => readFeatures(features)).toThrow(why);
});

test('requests a feature named twice once', () => {
  expect(readFeatures(['WEB_DETECTION', 'WEB_DETECTION'])).toEqual(['WEB_DETECTION']);
});

test('keeps the project names in messages of Vision out of the answer', async () => {
  const problem = await problemOf(ask(whole(7, 'consumer project_number:12345 has no billing')));
  expect(JSON.stringify(problem.toBody())).not.toContain('12345');
});

/** google.rpc.Status with one RetryInfo, as the wire carries it. */
function retryIn(seconds: number): Buffer {
  const { root } = protobuf.parse(`syntax = "proto3";
    message Duration { int64 seconds = 1; }
    message RetryInfo { Duration retry_delay = 1; }
    message Any { string type_url = 1; bytes value = 2; }
    message Status { int32 code = 1; string message = 2; repeated Any details = 3; }`);
  const [info, status] = [root.lookupType('RetryInfo'), root.lookupType('Status')];
  const value = info.encode(info.fromObject({ retryDelay: { seconds } })).finish();
  const type_url = 'type.googleapis.com/google.rpc.RetryInfo';
  return Buffer.from(
    status
      .encode(
        status.fromObject({ code: 8, message: quota, details: [{ typeUrl: type_url, value }] }),
      )
      .finish(),
  );
}
