import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'hono';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { createTrackunitClient, type TrackunitClient } from './client.ts';
import type { AnalysisEvent, FeedEvent } from './feed/events.ts';
import {
  completedOf,
  cutConnection,
  problem,
  recognitionOf,
  refused,
  startedOf,
  storeError,
} from '../../tests/support/gateway/scripted-answers.ts';
import { startTestGateway, type TestGateway } from '../../tests/support/gateway/test-gateway.ts';
import type { Retry } from './graphql/retry.ts';
import type { TokenSource } from './graphql/transport.ts';

const jpeg = () => new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...Array<number>(200_000).fill(7)]);
const backoff = { firstMs: 5, maximumMs: 20 };

let gateway: TestGateway;
let client: TrackunitClient;
const watches: AbortController[] = [];
const clientOf = (token: TokenSource, onRetry?: (retry: Retry) => void) =>
  createTrackunitClient({ url: gateway.url, token, backoff, retryForMs: 3_000, onRetry });

beforeEach(async () => {
  gateway = await startTestGateway();
  client = clientOf(() => Promise.resolve('good'));
});
afterEach(async () => {
  for (const watch of watches.splice(0)) watch.abort(); // one that a failed test left would retry for ever
  await gateway.stop();
});

async function statesOf(events: AsyncIterable<AnalysisEvent>) {
  const states: string[] = [];
  for await (const { state } of events) states.push(state);
  return states;
}

const analyzeAtOnce = () => {
  gateway.onConfirm = ({ correlationId }) => {
    gateway.feeds.publish('onAnalysisStarted', startedOf(correlationId));
    // the two streams have no common order: only a subscriber that has `started` gets the end here
    void eventually(() => gateway.feeds.open('onAnalysisCompleted') === 1).then(() =>
      setTimeout(
        () => gateway.feeds.publish('onAnalysisCompleted', completedOf(correlationId)),
        30,
      ),
    );
  };
};

describe('analyze', () => {
  test('yields uploaded, started and completed, with the recognition at the end', async () => {
    analyzeAtOnce();
    const events: AnalysisEvent[] = [];
    for await (const event of client.analyze(jpeg(), { filename: 'cat.jpg' })) events.push(event);

    expect(events.map(({ state }) => state)).toEqual(['uploaded', 'started', 'completed']);
    expect(events[0]).toMatchObject({ bytes: 200_004, contentType: 'image/jpeg' });
    expect(events[2]).toMatchObject({ success: true, recognition: recognitionOf('CAT') });
    expect([...gateway.photos.values()][0]).toEqual(jpeg());
  });

  test('reports the progress of the upload', async () => {
    const sent: number[] = [];
    const onProgress = (progress: { sentBytes: number }) => void sent.push(progress.sentBytes);
    await client.upload(jpeg(), { onProgress });
    expect(sent.at(-1)).toBe(200_004);
    expect(sent.length).toBeGreaterThan(1);
  });

  test('yields a final failure as a result, not as an exception', async () => {
    gateway.onConfirm = ({ correlationId }) =>
      gateway.feeds.publish(
        'onAnalysisCompleted',
        completedOf(correlationId, { failure: 'IMAGE_UNREADABLE' }),
      );
    const events: AnalysisEvent[] = [];
    for await (const event of client.analyze(jpeg())) events.push(event);
    expect(events.at(-1)).toMatchObject({ success: false, failure: { code: 'IMAGE_UNREADABLE' } });
  });

  test('drops a started that comes after its completed', async () => {
    gateway.onConfirm = ({ correlationId }) => {
      gateway.feeds.publish('onAnalysisCompleted', completedOf(correlationId));
      gateway.feeds.publish('onAnalysisStarted', startedOf(correlationId));
    };
    gateway.answerNext('AnalysisStarted', () => problem(503, 'CATCHING_UP', 'not yet'));
    expect(await statesOf(client.analyze(jpeg()))).toEqual(['uploaded', 'completed']);
  });

  test('loses nothing when its streams are cut again and again', async () => {
    const running = statesOf(client.analyze(jpeg()));
    for (let cuts = 0; cuts < 5; cuts += 1) {
      const before = gateway.count('AnalysisCompleted');
      await eventually(() => gateway.feeds.open('onAnalysisCompleted') === 1);
      gateway.feeds.cut();
      await eventually(() => gateway.count('AnalysisCompleted') > before);
    }
    const correlationId = String(gateway.requests.at(-1)?.variables['correlationId']);
    gateway.feeds.cut();
    gateway.feeds.publish('onAnalysisStarted', startedOf(correlationId));
    gateway.feeds.publish('onAnalysisCompleted', completedOf(correlationId));
    expect((await running).at(-1)).toBe('completed');
  });

  test('opens a stream again that ends right behind its first bytes', async () => {
    for (let times = 0; times < 3; times += 1)
      gateway.answerNext('AnalysisCompleted', () => new Response(':\n\n'));
    analyzeAtOnce();
    expect((await statesOf(client.analyze(jpeg()))).at(-1)).toBe('completed');
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

  test('rejects with the reason of the signal when aborted, and closes its streams', async () => {
    const abort = new AbortController();
    const running = statesOf(client.analyze(jpeg(), { signal: abort.signal }));
    await eventually(() => gateway.feeds.open('onAnalysisCompleted') === 1);
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await eventually(() => gateway.feeds.open('onAnalysisCompleted') === 0);
  });
});

describe('upload', () => {
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
        passing: false,
        remedy: expect.stringContaining('ask an operator'),
      });
      expect(counts()).toEqual([1, 0, 0, 0]);
    },
  );
});

describe('tokens', () => {
  test('replaces a token that has expired, in calls and in streams', async () => {
    const asked: boolean[] = [];
    client = clientOf((request) => {
      asked.push(request?.renew ?? false);
      return Promise.resolve(request?.renew ? 'new' : 'good');
    });
    const running = statesOf(client.analyze(jpeg()));
    await eventually(() => gateway.feeds.open('onAnalysisCompleted') === 1);
    const correlationId = String(gateway.requests.at(-1)?.variables['correlationId']);
    gateway.tokens.clear();
    gateway.tokens.add('new');
    gateway.feeds.cut();
    await eventually(() => gateway.requests.at(-1)?.token === 'new');
    gateway.feeds.publish('onAnalysisCompleted', completedOf(correlationId));
    expect((await running).at(-1)).toBe('completed');
    expect(asked).toContain(true);
  });

  test('gives up after three tokens in a row were refused', async () => {
    gateway.tokens.clear();
    await expect(client.upload(jpeg())).rejects.toMatchObject({
      name: 'UnauthorizedError',
      status: 401,
    });
    expect(gateway.count('StartUpload')).toBe(3);
  });

  test('gives up at once when the scope is missing', async () => {
    gateway.answerNext('StartUpload', () => problem(403, 'FORBIDDEN', 'no scope'));
    await expect(client.upload(jpeg())).rejects.toMatchObject({ status: 403 });
    expect(gateway.count('StartUpload')).toBe(1);
  });

  test('ends a stream when the token source fails for good', async () => {
    client = clientOf(() => Promise.reject(new Error('no secret')));
    await expect(statesOf(client.follow('x'))).rejects.toThrow('no secret');
  });
});

describe('a client of a gateway that is unavailable', () => {
  test('rejects ping at once', async () => {
    await gateway.stop();
    await expect(client.ping()).rejects.toMatchObject({ code: 'UNREACHABLE', passing: true });
  });

  test('calls onRetry before each retry, with its reason and when it comes', async () => {
    await gateway.stop();
    const retries: Retry[] = [];
    client = clientOf(
      () => Promise.resolve('good'),
      (retry) => retries.push(retry),
    );
    await expect(client.upload(jpeg(), { retryForMs: 100 })).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
    expect(retries.length).toBeGreaterThan(1);
    retries.forEach(({ failure, failures, inMs }, index) => {
      expect(failure).toMatchObject({ code: 'UNREACHABLE' });
      expect(failures).toBe(index + 1);
      expect(inMs).toBeGreaterThan(0);
    });
  });

  test('rejects a call after retryForMs, with the last failure', async () => {
    await gateway.stop();
    await expect(client.upload(jpeg(), { retryForMs: 100 })).rejects.toMatchObject({
      name: 'UnavailableError',
    });
  });
});

describe('watch', () => {
  async function watchAll(abort: AbortController, into: FeedEvent[]) {
    watches.push(abort);
    try {
      for await (const event of client.watch({ signal: abort.signal })) into.push(event);
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    }
  }
  const watching = () =>
    eventually(
      () =>
        gateway.feeds.open('onAnalysisStarted') === 1 &&
        gateway.feeds.open('onAnalysisCompleted') === 1,
    );

  test('resumes behind the last event after a cut, without a gap and without a repeat', async () => {
    const abort = new AbortController();
    const events: FeedEvent[] = [];
    const running = watchAll(abort, events);
    await watching();
    for (let n = 0; n < 30; n += 1) {
      if (n % 7 === 3) gateway.feeds.cut();
      gateway.feeds.publish('onAnalysisCompleted', completedOf(`id-${n}`));
      if (n % 5 === 0) gateway.feeds.publish('onAnalysisCompleted', completedOf(`id-${n}`));
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await eventually(() => events.length >= 30);
    abort.abort();
    await running;
    expect(events.map(({ correlationId }) => correlationId)).toEqual(
      Array.from({ length: 30 }, (_, n) => `id-${n}`),
    );
  });

  test('loses nothing when cut before the first event', async () => {
    const abort = new AbortController();
    const events: FeedEvent[] = [];
    const running = watchAll(abort, events);
    await watching();
    gateway.feeds.cut();
    gateway.feeds.publish('onAnalysisCompleted', completedOf('missed'));
    await eventually(() => events.length === 1);
    abort.abort();
    await running;
  });

  test('drops a started that comes after its completed: the two feeds have no common order', async () => {
    const abort = new AbortController();
    const events: FeedEvent[] = [];
    const running = watchAll(abort, events);
    await watching();
    gateway.feeds.publish('onAnalysisCompleted', completedOf('quick'));
    await eventually(() => events.length === 1);
    gateway.feeds.publish('onAnalysisStarted', startedOf('quick'));
    gateway.feeds.publish('onAnalysisStarted', startedOf('next'));
    await eventually(() => events.length === 2);
    abort.abort();
    await running;
    expect(events).toMatchObject([
      { state: 'completed', correlationId: 'quick' },
      { state: 'started', correlationId: 'next' },
    ]);
  });

  test('reads the list of analyses behind an expired cursor, then resumes, each event once', async () => {
    const abort = new AbortController();
    const events: FeedEvent[] = [];
    const running = watchAll(abort, events);
    await watching();
    gateway.feeds.publish('onAnalysisStarted', startedOf('old'));
    gateway.feeds.publish('onAnalysisStarted', startedOf('delivered'));
    await eventually(() => events.length === 2); // the other feed may be faster, and a late start is dropped
    gateway.feeds.publish('onAnalysisCompleted', completedOf('delivered'));
    await eventually(() => events.length === 3);
    const ends = () =>
      events.filter(({ state }) => state === 'completed').map(({ correlationId }) => correlationId);

    const whole = { objectKey: 'images/2026/11/23/x.jpg', success: true, failure: null };
    const analysis = (correlationId: string, second: number) => ({
      ...whole,
      correlationId,
      state: 'COMPLETED' as const,
      startedAt: `2026-11-23T08:00:0${second}.000Z`,
      completedAt: `2026-11-23T08:00:0${second + 1}.500Z`,
      recognitionPayload: recognitionOf('CAT'),
    });
    gateway.analyses.push(analysis('new', 4), analysis('delivered', 0), analysis('old', 0));
    gateway.feeds.recreate();
    gateway.feeds.cut();
    await eventually(() => ends().length === 3);
    await watching();
    gateway.feeds.publish('onAnalysisCompleted', completedOf('new')); // delivered from the list already
    gateway.feeds.publish('onAnalysisCompleted', completedOf('live'));
    await eventually(() => ends().length === 4);
    abort.abort();
    await running;

    expect(ends()).toEqual(['delivered', 'old', 'new', 'live']);
    expect(events.filter(({ state }) => state === 'started').length).toBeLessThanOrEqual(3);
  });
});
