import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { FeedCursors } from '../graphql/read-analyses.ts';
import {
  completedOf,
  problem,
  recognitionOf,
  startedOf,
} from '../../../tests/support/gateway/scripted-answers.ts';
import { testClient } from '../../../tests/support/gateway/test-client.ts';
import { startTestGateway, type TestGateway } from '../../../tests/support/gateway/test-gateway.ts';
import { eventually } from '../../../tests/support/harness/eventually.ts';
import type { TrackunitClient } from '../client.ts';
import type { FeedEvent } from './events.ts';

let gateway: TestGateway;
let client: TrackunitClient;
beforeEach(async () => {
  gateway = await startTestGateway();
  client = testClient(gateway);
});

const watches: AbortController[] = [];
afterEach(async () => {
  for (const watch of watches.splice(0)) watch.abort(); // one that a failed test left would retry for ever
  await gateway.stop();
});

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

test('loses no event when its streams are cut before the first one', async () => {
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

test('drops a `started` that comes after its `completed`: the two feeds have no common order', async () => {
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

test('asks again for the list until it holds all that stands before the new cursor', async () => {
  const { cursors, started } = {
    cursors: await client.feedCursors(),
    started: startedOf('missed'),
  };
  const notApplied = () => problem(503, 'NOT_APPLIED', 'the register has not read as far');
  gateway.analyses.push({ ...started, state: 'RUNNING' });
  for (let n = 0; n < 3; n += 1) gateway.answerNext('Analyses', notApplied);
  gateway.feeds.recreate();
  const abort = new AbortController();
  watches.push(abort);
  for await (const event of client.watch({ from: cursors, signal: abort.signal })) {
    expect(event).toMatchObject({ state: 'started', correlationId: 'missed' });
    break;
  }
  const { started: newest, completed } = await client.feedCursors();
  const asked = gateway.requests.filter(({ operation }) => operation === 'Analyses');
  expect(asked.length).toBeGreaterThanOrEqual(4);
  for (const { variables } of asked) expect([newest, completed]).toContain(variables['atLeast']);
});

describe('a saved cursor that has expired', () => {
  const whole = { objectKey: 'images/2026/11/23/x.jpg', success: true, failure: null };
  const ended = (correlationId: string, at: string) => ({
    ...whole,
    correlationId,
    state: 'COMPLETED' as const,
    startedAt: new Date(Date.parse(at) - 1_000).toISOString(),
    completedAt: at,
    recognitionPayload: recognitionOf('CAT'),
  });

  async function watchFrom(from: FeedCursors): Promise<string[]> {
    const abort = new AbortController();
    watches.push(abort);
    const seen: string[] = [];
    const running = (async () => {
      for await (const { state, correlationId } of client.watch({ from, signal: abort.signal }))
        if (state === 'completed') seen.push(correlationId);
    })();
    running.catch(() => undefined); // it ends by the abort
    await eventually(() => seen.length >= 2);
    abort.abort();
    return seen;
  }

  test.each([
    ['right', 0],
    ['ten minutes ahead', 10 * 60_000],
    ['a year behind', -365 * 24 * 60 * 60_000],
  ])('misses no event since then, on a machine whose clock is %s', async (_clock, aheadMs) => {
    const now = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs);
    try {
      gateway.feeds.publish('onAnalysisStarted', startedOf('last'));
      gateway.feeds.publish('onAnalysisCompleted', completedOf('last'));
      const from = await client.feedCursors();
      const { completedAt } = completedOf('last');
      const after = (ms: number) => new Date(Date.parse(completedAt) + ms).toISOString();
      const dayBefore = ended('long before', after(-24 * 60 * 60_000));
      gateway.analyses.push(
        ended('second', after(60_000)),
        ended('first', after(1_000)),
        dayBefore,
      );
      gateway.feeds.recreate();
      expect(await watchFrom(from)).toEqual(['first', 'second']);
    } finally {
      clock.mockRestore();
    }
  });

  test('reads the whole list where the cursor does not say since when', async () => {
    const from = { started: 'onAnalysisStarted/old/1', completed: 'onAnalysisCompleted/old/1' };
    gateway.analyses.push(
      ended('second', '2026-11-23T08:00:00Z'),
      ended('first', '2026-01-01T08:00:00Z'),
    );
    expect(await watchFrom(from)).toEqual(['first', 'second']);
  });
});
