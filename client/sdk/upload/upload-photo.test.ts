import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'hono';
import {
  cutConnection,
  problem,
  refused,
  storeError,
} from '../../../tests/support/gateway/scripted-answers.ts';
import { jpeg, testClient } from '../../../tests/support/gateway/test-client.ts';
import { startTestGateway, type TestGateway } from '../../../tests/support/gateway/test-gateway.ts';
import type { TrackunitClient } from '../client.ts';

let gateway: TestGateway;
let client: TrackunitClient;
beforeEach(async () => {
  gateway = await startTestGateway();
  client = testClient(gateway);
});
afterEach(() => gateway.stop());

/** How often each of them arrived. */
const counts = () => [
  gateway.count('StartUpload'),
  gateway.count('RenewUpload'),
  gateway.count('PUT'),
  gateway.count('ConfirmUpload'),
];
const stored = () => [...gateway.photos.values()];
/** The store has taken the photo, but its answer is another one, or none. */
const takenThen = (answer: (c: Context) => Response) => async (c: Context) => {
  const { objectKey } = gateway.lastUpload();
  gateway.photos.set(objectKey, new Uint8Array(await c.req.arrayBuffer()));
  return answer(c);
};

test('declares size and checksum, and confirms the same', async () => {
  const { checksum } = await client.upload(jpeg());
  expect(checksum).toMatch(/^sha256:[0-9a-f]{64}$/);
  const [start, , confirm] = gateway.requests;
  expect(start?.variables).toMatchObject({ bytes: 200_004, checksum });
  expect(confirm?.variables).toMatchObject({ bytes: 200_004, checksum });
  expect(counts()).toEqual([1, 0, 1, 1]);
});

test('confirms a photo that is in the store already (412), with progress at its end', async () => {
  const progress: number[] = [];
  gateway.answerNext(
    'PUT',
    takenThen((c) => c.body(null, 500)),
  );
  await client.upload(jpeg(), { onProgress: ({ sentBytes }) => progress.push(sentBytes) });
  expect(counts()).toEqual([1, 0, 2, 1]);
  expect(progress.at(-1)).toBe(200_004);
});

test('finds the photo by a confirm when the connection is cut behind its last byte', async () => {
  gateway.answerNext('PUT', takenThen(cutConnection));
  await client.upload(jpeg());
  expect(counts()).toEqual([1, 0, 1, 2]);
  expect(stored()).toEqual([jpeg()]);
});

test('renews the same upload when the connection is cut before its last byte', async () => {
  gateway.answerNext('PUT', cutConnection);
  const { correlationId } = await client.upload(jpeg());
  expect(correlationId).toBe(gateway.lastUpload().correlationId);
  expect(counts()).toEqual([1, 1, 2, 2]);
});

test('repeats the PUT when the connection is cut and the confirm fails too', async () => {
  gateway.answerNext('PUT', cutConnection);
  for (let n = 0; n < 3; n += 1)
    gateway.answerNext('ConfirmUpload', () => problem(503, 'OBJECT_STORE_UNAVAILABLE', 'no'));
  await client.upload(jpeg(), { retryForMs: 1_000 });
  expect(stored()).toEqual([jpeg()]);
});

test('waits for another PUT of the same photo (409)', async () => {
  gateway.answerNext('PUT', (c) => storeError(c, 409, 'ConditionalRequestConflict'));
  await client.upload(jpeg());
  expect(counts()).toEqual([1, 0, 2, 1]);
});

test('renews a putUrl that has expired, under the same correlationId', async () => {
  gateway.answerNext('PUT', (c) => storeError(c, 403, 'AccessDenied'));
  const { correlationId } = await client.upload(jpeg());
  expect(correlationId).toBe(gateway.lastUpload().correlationId);
  expect(counts()).toEqual([1, 1, 2, 1]);
});

test.each([
  [410, 'TICKET_EXPIRED'],
  [404, 'NOT_UPLOADED'],
  [422, 'INVALID'],
])('starts the upload again when it cannot be renewed (%s)', async (status, code) => {
  gateway.answerNext('PUT', (c) => storeError(c, 403, 'AccessDenied'));
  gateway.answerNext('RenewUpload', () => refused('renewUpload', status, code));
  await client.upload(jpeg());
  expect(counts()).toEqual([2, 1, 2, 1]);
});

test('sends bytes damaged on their way again, three times at most', async () => {
  const damage = () => gateway.answerNext('PUT', (c) => storeError(c, 400, 'BadDigest'));
  for (let n = 0; n < 2; n += 1) damage();
  await client.upload(jpeg());
  expect(counts()).toEqual([1, 0, 3, 1]);
  for (let n = 0; n < 3; n += 1) damage();
  await expect(client.upload(jpeg())).rejects.toMatchObject({ code: 'PHOTO_DAMAGED' });
  expect(gateway.count('PUT')).toBe(6);
});

test('PUTs a photo that the store lost before the confirm once more, and only once', async () => {
  const lose = () =>
    gateway.answerNext('ConfirmUpload', () => {
      gateway.photos.clear();
      return refused('confirmUpload', 404, 'NOT_UPLOADED');
    });
  lose();
  await client.upload(jpeg());
  expect(counts()).toEqual([1, 0, 2, 2]);
  lose();
  lose();
  await expect(client.upload(jpeg())).rejects.toMatchObject({
    code: 'NOT_UPLOADED',
    remedy: expect.stringContaining('upload the photo again'),
  });
  expect(counts()).toEqual([2, 0, 4, 4]);
});

test('confirms a photo again that changed during its confirm', async () => {
  gateway.answerNext('ConfirmUpload', () => refused('confirmUpload', 409, 'UPLOAD_CHANGED'));
  await client.upload(jpeg());
  expect(counts()).toEqual([1, 0, 1, 2]);
});

test.each(['DAILY_UPLOADS_EXHAUSTED', 'DAILY_BYTES_EXHAUSTED'])(
  'rejects %s at once, however long it may retry',
  async (code) => {
    gateway.answerNext('StartUpload', () => refused('startUpload', 429, code, { retryAfter: 1 }));
    await expect(client.upload(jpeg(), { retryForMs: Infinity })).rejects.toMatchObject({
      name: 'UploadRefusedError',
      code,
      status: 429,
      retryable: false,
      remedy: expect.stringContaining('ask an operator'),
    });
    expect(counts()).toEqual([1, 0, 0, 0]);
  },
);

test('reports the progress of the upload', async () => {
  const sent: number[] = [];
  const onProgress = (progress: { sentBytes: number }) => void sent.push(progress.sentBytes);
  await client.upload(jpeg(), { onProgress });
  expect(sent.at(-1)).toBe(200_004);
  expect(sent.length).toBeGreaterThan(1);
});

test('retries a confirm answered 503, not before its Retry-After', async () => {
  gateway.answerNext('ConfirmUpload', () => problem(503, 'EVENTS_UNAVAILABLE', 'no Kafka', 1));
  const began = Date.now();
  await client.upload(jpeg());
  expect(gateway.count('ConfirmUpload')).toBe(2);
  expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
});

test('retries a confirm answered 503 by the service behind the gateway', async () => {
  gateway.answerNext('ConfirmUpload', (c) =>
    c.json({
      data: null,
      errors: [{ message: 'no Kafka', path: ['confirmUpload'], extensions: { status: 503 } }],
    }),
  );
  await client.upload(jpeg());
  expect(gateway.count('ConfirmUpload')).toBe(2);
});

test('rejects a refused upload with status, code, fields and remedy', async () => {
  gateway.answerNext('StartUpload', (c) =>
    c.json({
      data: null,
      errors: [
        {
          message: 'the request does not fit',
          path: ['startUpload'],
          extensions: { code: 'VALIDATION', status: 422, errors: { filename: ['too long'] } },
        },
      ],
    }),
  );
  await expect(client.upload(jpeg())).rejects.toMatchObject({
    name: 'UploadRefusedError',
    status: 422,
    code: 'VALIDATION',
    fields: { filename: ['too long'] },
    remedy: 'Correct the fields named.',
  });
  expect(gateway.count('StartUpload')).toBe(1);
});

test.each([
  ['PHOTO_EMPTY', new Uint8Array()],
  ['PHOTO_TYPE_UNSUPPORTED', new TextEncoder().encode('%PDF-1.7')],
  ['PHOTO_TOO_LARGE', new Uint8Array(20 * 1024 * 1024 + 1)],
])('refuses %s before anything is sent', async (code, bytes) => {
  await expect(client.upload(bytes)).rejects.toMatchObject({ code });
  expect(gateway.requests).toEqual([]);
});

test('makes a PUT that stalls again under the same upload, and waits twice as long', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  try {
    const pass = async (ms: number) => {
      for (let n = 0; n < ms / 100; n += 1) {
        await jest.advanceTimersByTimeAsync(100);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const never = () => new Promise<Response>(() => undefined);
    gateway.answerNext('PUT', never);
    gateway.answerNext('PUT', never);
    const uploading = client.upload(jpeg(), { retryForMs: 300_000 });
    await pass(21_000);
    expect(gateway.count('PUT')).toBe(2);
    await pass(30_000);
    expect(gateway.count('PUT')).toBe(2);
    await pass(15_000);
    expect(gateway.count('PUT')).toBe(3);
    await uploading;
    expect(gateway.count('StartUpload')).toBe(1);
  } finally {
    jest.useRealTimers();
  }
});

test('ends with the error of a progress callback that throws', async () => {
  const onProgress = () => {
    throw new TypeError('no progress bar');
  };
  await expect(client.upload(jpeg(), { onProgress })).rejects.toThrow('no progress bar');
  expect(counts()).toEqual([1, 0, expect.any(Number), 0]);
});

describe('the `retryForMs` of the client', () => {
  beforeEach(() => {
    client = testClient(gateway, { retryForMs: 150 });
  });

  test('bounds the attempts of a PUT', async () => {
    for (let n = 0; n < 100; n += 1) gateway.answerNext('PUT', (c) => c.body(null, 503));
    await expect(client.upload(jpeg())).rejects.toMatchObject({ code: 'STORE_503' });
    expect(gateway.count('PUT')).toBeLessThan(50);
  });

  test('bounds the confirm that looks for a photo whose connection was cut', async () => {
    for (let n = 0; n < 100; n += 1) {
      gateway.answerNext('PUT', cutConnection);
      gateway.answerNext('ConfirmUpload', () => problem(503, 'OBJECT_STORE_UNAVAILABLE', 'no'));
    }
    await expect(client.upload(jpeg())).rejects.toMatchObject({ retryable: true });
    expect(gateway.count('ConfirmUpload')).toBeLessThan(50);
  });
});
