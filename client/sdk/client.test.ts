import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  completedOf,
  cutConnection,
  problem,
  recognitionOf,
  refused,
  startedOf,
} from '../../tests/support/gateway/scripted-answers.ts';
import { jpeg, testClient } from '../../tests/support/gateway/test-client.ts';
import { startTestGateway, type TestGateway } from '../../tests/support/gateway/test-gateway.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';
import type { AnalysisEvent } from './analyze-photo.ts';
import type { TrackunitClient } from './client.ts';
import type { Retry } from './http/retry.ts';

let gateway: TestGateway;
let client: TrackunitClient;
beforeEach(async () => {
  gateway = await startTestGateway();
  client = testClient(gateway);
});
afterEach(() => gateway.stop());

async function statesOf(events: AsyncIterable<AnalysisEvent>) {
  const states: string[] = [];
  for await (const { state } of events) states.push(state);
  return states;
}

const known = '01a222c2-0000-7000-8000-000000000001';

const analyzeAtOnce = () => {
  gateway.onConfirm = ({ correlationId }) => {
    gateway.feeds.publish(startedOf(correlationId));
    // A state that is asked for later has no start.
    const isKnown = () => gateway.count('Analysis') === 1 || gateway.feeds.open() === 1;
    void eventually(isKnown).then(() =>
      setTimeout(() => gateway.feeds.publish(completedOf(correlationId)), 30),
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
    const { duplicateOf, ...recognition } = recognitionOf('CAT');
    expect(events[2]).toMatchObject({ success: true, recognition, duplicateOf });
    expect([...gateway.photos.values()][0]).toEqual(jpeg());
  });

  test('yields a final failure as a result, not as an exception', async () => {
    gateway.onConfirm = ({ correlationId }) =>
      gateway.feeds.publish(completedOf(correlationId, { failure: 'IMAGE_UNREADABLE' }));
    const events: AnalysisEvent[] = [];
    for await (const event of client.analyze(jpeg())) events.push(event);
    expect(events.at(-1)).toMatchObject({ success: false, failure: { code: 'IMAGE_UNREADABLE' } });
  });

  test('listens before it confirms: a second photo asks for nothing more', async () => {
    analyzeAtOnce();
    const watch = client.watch()[Symbol.asyncIterator]();
    const first = watch.next();
    await eventually(() => gateway.feeds.open() === 1);
    expect(await statesOf(client.analyze(jpeg()))).toEqual(['uploaded', 'started', 'completed']);
    await first;
    await watch.return?.();
    expect(gateway.count('AnalysisEvents')).toBe(1);
    expect(gateway.count('Analysis')).toBe(0);
  });

  test('knows the result of a photo that ended before the stream was open', async () => {
    gateway.feeds.publish(completedOf(known));
    expect(await statesOf(client.follow(known))).toEqual(['completed']);
    expect(gateway.requests.find(({ operation }) => operation === 'Analysis')?.variables).toEqual({
      correlationId: known,
      atLeast: gateway.feeds.cursors().events,
      withCorrection: false,
    });
  });

  test('follows a photo over an expired cursor by its state', async () => {
    const running = statesOf(client.follow(known));
    await eventually(() => gateway.count('Analysis') === 1 && gateway.feeds.open() === 1);
    gateway.feeds.recreate();
    gateway.feeds.publish(completedOf(known));
    gateway.feeds.cut();
    expect(await running).toEqual(['completed']);
    expect(gateway.count('Analysis')).toBe(2);
  });

  test('follows a photo whose first cursor has expired by what is known now', async () => {
    gateway.answerNext('Analysis', () => problem(410, 'CURSOR_EXPIRED', 'the feed was recreated'));
    gateway.feeds.publish(completedOf(known));
    expect(await statesOf(client.follow(known))).toEqual(['completed']);
    expect(gateway.requests.at(-1)?.variables).not.toHaveProperty('atLeast');
  });

  test('ends a follow with the deletion of its photo', async () => {
    const running = statesOf(client.follow(known));
    await eventually(() => gateway.feeds.open() === 1);
    const deletedAt = '2026-11-23T08:00:03.000Z';
    gateway.feeds.publish({
      __typename: 'AnalysisDeleted',
      ...{ eventId: 'e-1', correlationId: known, deletedAt },
    });
    expect(await running).toEqual(['deleted']);
  });

  test('refuses to follow what is no id', async () => {
    await expect(statesOf(client.follow('x'))).rejects.toMatchObject({
      code: 'CORRELATION_ID_INVALID',
    });
  });

  test('opens one stream for many photos and watches, and closes it behind the last', async () => {
    const abort = new AbortController();
    const { signal } = abort;
    const ids = Array.from({ length: 12 }, () => crypto.randomUUID());
    const follows = ids.map((id) => statesOf(client.follow(id, { signal })));
    const watch = statesOf(client.watch({ signal }));
    await eventually(() => gateway.count('Analysis') === 12 && gateway.feeds.open() === 1);
    for (const id of ids) gateway.feeds.publish(completedOf(id));
    expect((await Promise.all(follows)).flat()).toEqual(ids.map(() => 'completed'));
    expect(gateway.feeds.open()).toBe(1);
    abort.abort(new Error('enough'));
    await expect(watch).rejects.toThrow('enough');
    await eventually(() => gateway.feeds.open() === 0);
    expect(gateway.count('AnalysisEvents')).toBe(1);
  });

  test('loses no event when its streams are cut again and again', async () => {
    const running = statesOf(client.analyze(jpeg()));
    for (let cuts = 0; cuts < 5; cuts += 1) {
      const before = gateway.count('AnalysisEvents');
      await eventually(() => gateway.feeds.open() === 1);
      gateway.feeds.cut();
      await eventually(() => gateway.count('AnalysisEvents') > before);
    }
    const correlationId = gateway.lastUpload().correlationId;
    gateway.feeds.cut();
    gateway.feeds.publish(startedOf(correlationId));
    gateway.feeds.publish(completedOf(correlationId));
    expect((await running).at(-1)).toBe('completed');
  });

  test('reopens a stream that ends right behind its first bytes', async () => {
    for (let times = 0; times < 3; times += 1)
      gateway.answerNext('AnalysisEvents', () => new Response(':\n\n'));
    analyzeAtOnce();
    expect((await statesOf(client.analyze(jpeg()))).at(-1)).toBe('completed');
  });

  test('rejects with the reason of the signal when aborted, and closes its streams', async () => {
    const abort = new AbortController();
    const running = statesOf(client.analyze(jpeg(), { signal: abort.signal }));
    await eventually(() => gateway.feeds.open() === 1);
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await eventually(() => gateway.feeds.open() === 0);
  });
});

describe('tokens', () => {
  test('replaces a token that has expired, in calls and in streams', async () => {
    const asked: boolean[] = [];
    client = testClient(gateway, {
      token: (request) => {
        asked.push(request?.renew ?? false);
        return Promise.resolve(request?.renew ? 'new' : 'good');
      },
    });
    const running = statesOf(client.analyze(jpeg()));
    await eventually(() => gateway.feeds.open() === 1);
    const correlationId = gateway.lastUpload().correlationId;
    gateway.tokens.clear();
    gateway.tokens.add('new');
    gateway.feeds.cut();
    await eventually(() => gateway.requests.at(-1)?.token === 'new');
    gateway.feeds.publish(completedOf(correlationId));
    expect((await running).at(-1)).toBe('completed');
    expect(asked).toContain(true);
  });

  test('rejects a call after three refused tokens in a row', async () => {
    gateway.tokens.clear();
    await expect(client.upload(jpeg())).rejects.toMatchObject({
      name: 'UnauthorizedError',
      status: 401,
    });
    expect(gateway.count('StartUpload')).toBe(3);
  });

  test('rejects a token without the scope at once', async () => {
    gateway.answerNext('StartUpload', () => problem(403, 'FORBIDDEN', 'no scope'));
    await expect(client.upload(jpeg())).rejects.toMatchObject({ status: 403 });
    expect(gateway.count('StartUpload')).toBe(1);
  });

  test('ends a stream when the token source fails for good', async () => {
    client = testClient(gateway, { token: () => Promise.reject(new Error('no secret')) });
    await expect(statesOf(client.follow(crypto.randomUUID()))).rejects.toThrow('no secret');
  });
});

describe('while the gateway is unreachable', () => {
  test('rejects ping at once while the gateway is unreachable', async () => {
    await gateway.stop();
    await expect(client.ping()).rejects.toMatchObject({ code: 'UNREACHABLE', retryable: true });
  });

  test('calls onRetry before each retry, with its reason and when it comes', async () => {
    await gateway.stop();
    const retries: Retry[] = [];
    client = testClient(gateway, { onRetry: (retry) => retries.push(retry) });
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

  test('rejects a call with its last failure when retryForMs is over', async () => {
    await gateway.stop();
    await expect(client.upload(jpeg(), { retryForMs: 100 })).rejects.toMatchObject({
      name: 'UnavailableError',
    });
  });
});

describe('changes of an analysis', () => {
  test('asks for no second redo where the first may have begun', async () => {
    gateway.answerNext('RedoAnalysis', () => problem(429, 'TOO_MANY_REDOS', 'later'));
    gateway.answerNext('RedoAnalysis', cutConnection);
    await expect(client.redo(known)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(gateway.count('RedoAnalysis')).toBe(2);
  });

  test('has cancelled what has ended once it asks again', async () => {
    const ended = () => refused('cancelAnalysis', 409, 'ALREADY_ENDED');
    gateway.answerNext('CancelAnalysis', ended);
    await expect(client.cancel(known)).rejects.toMatchObject({ code: 'ALREADY_ENDED' });
    gateway.answerNext('CancelAnalysis', cutConnection);
    gateway.answerNext('CancelAnalysis', ended);
    expect(await client.cancel(known)).toEqual({ correlationId: known });
  });

  test('sends a correction, a deletion, a redo and a cancel, and returns what was answered', async () => {
    const correlationId = known;
    const words = { brand: 'Volvo', type: null, model: 'EC220E' };
    const answers = {
      CorrectAnalysis: {
        correlationId,
        correction: { ...words, correctedAt: '2026-11-23T08:00:00Z' },
      },
      DeleteAnalysis: { correlationId, deletedAt: '2026-11-23T08:00:00Z' },
      RedoAnalysis: { correlationId },
      CancelAnalysis: { correlationId },
    };
    for (const [operation, payload] of Object.entries(answers)) {
      const field = operation.charAt(0).toLowerCase() + operation.slice(1);
      gateway.answerNext(operation, () => Response.json({ data: { [field]: payload } }));
    }
    expect([
      await client.correct({ correlationId, ...words }),
      await client.delete(correlationId),
      await client.redo(correlationId),
      await client.cancel(correlationId),
    ]).toEqual(Object.values(answers));
    const sent = gateway.requests.map(({ operation, variables }) => [operation, variables]);
    expect(sent).toContainEqual(['CorrectAnalysis', { correlationId, ...words }]);
  });

  test('rejects a change that the service refuses with its code and a remedy', async () => {
    gateway.answerNext('CancelAnalysis', () => refused('cancelAnalysis', 409, 'ALREADY_ENDED'));
    await expect(client.cancel(known)).rejects.toMatchObject({
      name: 'ChangeRefusedError',
      code: 'ALREADY_ENDED',
      remedy: 'Nothing is left to cancel: its result has come.',
    });
    expect(gateway.count('CancelAnalysis')).toBe(1);
  });
});
