import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { FeedCursors } from '../graphql/api.generated.ts';
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
const watching = () => eventually(() => gateway.feeds.open() === 1 && gateway.feeds.open() === 1);

test('resumes behind the last event after a cut, without a gap and without a repeat', async () => {
  const abort = new AbortController();
  const events: FeedEvent[] = [];
  const running = watchAll(abort, events);
  await watching();
  for (let n = 0; n < 30; n += 1) {
    if (n % 7 === 3) gateway.feeds.cut();
    gateway.feeds.publish(completedOf(`id-${n}`));
    if (n % 5 === 0) gateway.feeds.publish(completedOf(`id-${n}`));
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
  gateway.feeds.publish(completedOf('missed'));
  await eventually(() => events.length === 1);
  abort.abort();
  await running;
});

test('brings a follower that joins later nothing of what is replayed behind `from`', async () => {
  const from = await client.feedCursors();
  const { signal } = (watches[0] = new AbortController());
  const followed = '01a222c2-0000-7000-8000-000000000001';
  const watched = client.watch({ from, signal })[Symbol.asyncIterator]();
  const first = watched.next();
  await eventually(() => gateway.feeds.open() === 1);
  const events = client.follow(followed, { signal })[Symbol.asyncIterator]();
  const completed = events.next();
  await eventually(() => gateway.feeds.open() === 2 && gateway.count('Analysis') === 1);
  gateway.feeds.publish(completedOf(followed));
  expect((await first).value).toMatchObject({ state: 'completed', correlationId: followed });
  expect((await completed).value).toMatchObject({ state: 'completed' });
});

test('drops a `started` that comes after its `completed`', async () => {
  const abort = new AbortController();
  const events: FeedEvent[] = [];
  const running = watchAll(abort, events);
  await watching();
  gateway.feeds.publish(completedOf('quick'));
  await eventually(() => events.length === 1);
  gateway.feeds.publish(startedOf('quick'));
  gateway.feeds.publish(startedOf('next'));
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
  gateway.feeds.publish(startedOf('old'));
  gateway.feeds.publish(startedOf('delivered'));
  await eventually(() => events.length === 2);
  gateway.feeds.publish(completedOf('delivered'));
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
  gateway.feeds.publish(completedOf('new')); // delivered from the list already
  gateway.feeds.publish(completedOf('live'));
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
  const { events: newest } = await client.feedCursors();
  const asked = gateway.requests.filter(({ operation }) => operation === 'Analyses');
  expect(asked.length).toBeGreaterThanOrEqual(4);
  for (const { variables } of asked) expect(variables['atLeast']).toBe(newest);
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
      gateway.feeds.publish(startedOf('last'));
      gateway.feeds.publish(completedOf('last'));
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
    const from = { started: '', completed: '', events: 'events/old/1' };
    gateway.analyses.push(
      ended('second', '2026-11-23T08:00:00Z'),
      ended('first', '2026-01-01T08:00:00Z'),
    );
    expect(await watchFrom(from)).toEqual(['first', 'second']);
  });
});

test('tells a redo that failed, or runs, behind an expired cursor, beside the result that stands', async () => {
  const from = await client.feedCursors();
  const at = (second: number) => `2026-11-23T08:00:0${second}.000Z`;
  const result = {
    ...{ objectKey: 'images/2026/11/23/x.jpg', success: true, state: 'COMPLETED' as const },
    ...{ startedAt: '2026-11-20T08:00:00.000Z', completedAt: '2026-11-20T08:00:01.000Z' },
    duplicateOf: 'earlier',
    recognitionPayload: recognitionOf('CAT'),
  };
  const failure = { code: 'TIMED_OUT' as const, message: 'gave up' };
  gateway.analyses.push(
    {
      ...result,
      correlationId: 'failed',
      redo: { state: 'FAILED', startedAt: at(1), completedAt: at(2), failure },
    },
    { ...result, correlationId: 'runs', redo: { state: 'RUNNING', startedAt: at(3) } },
  );
  gateway.feeds.recreate();
  const abort = new AbortController();
  watches.push(abort);
  const seen: FeedEvent[] = [];
  for await (const event of client.watch({ from, signal: abort.signal })) {
    seen.push(event);
    if (seen.length === 4) break;
  }
  expect(seen.slice(2)).toMatchObject([
    { state: 'completed', correlationId: 'failed', success: false, failure },
    { state: 'started', correlationId: 'runs', startedAt: at(3) },
  ]);
  expect(seen[0]).toMatchObject({ state: 'completed', duplicateOf: 'earlier' });
  expect(seen.at(-1)?.cursor).toBe((await client.feedCursors()).events);
});

test('tells corrections and deletions, and nothing of an analysis after its deletion', async () => {
  const abort = new AbortController();
  const events: FeedEvent[] = [];
  const running = watchAll(abort, events);
  await watching();
  const about = { correlationId: 'mine', eventId: 'e-1' };
  const correctedAt = '2026-11-23T08:00:02.000Z';
  const words = { brand: 'Volvo', type: null, model: 'EC220E' };
  gateway.feeds.publish({ __typename: 'AnalysisCorrected', ...about, ...words, correctedAt });
  const deletedAt = '2026-11-23T08:00:03.000Z';
  const deletion = { ...about, eventId: 'e-2', deletedAt };
  gateway.feeds.publish({ __typename: 'AnalysisDeleted', ...deletion });
  gateway.feeds.publish(completedOf('mine'));
  gateway.feeds.publish(completedOf('other'));
  await eventually(() => events.some(({ correlationId }) => correlationId === 'other'));
  abort.abort();
  await running;
  expect(events).toMatchObject([
    { state: 'corrected', correlationId: 'mine', ...words, correctedAt },
    { state: 'deleted', correlationId: 'mine', deletedAt },
    { state: 'completed', correlationId: 'other' },
  ]);
});

test('goes on behind a kind of event that it does not know', async () => {
  const body = (event: object) =>
    `event: next\ndata: ${JSON.stringify({ data: { analysisEvents: event } })}\n\n`;
  const unknown = { cursor: 'events/0/0', event: { __typename: 'AnalysisArchived' } };
  gateway.answerNext('AnalysisEvents', () => new Response(body(unknown)));
  const abort = new AbortController();
  const events: FeedEvent[] = [];
  const running = watchAll(abort, events);
  await watching();
  gateway.feeds.publish(completedOf('known'));
  await eventually(() => events.length === 1);
  abort.abort();
  await running;
});

test('takes the newest cursors again where the list has not caught up for a minute', async () => {
  const now = performance.now.bind(performance);
  let laterMs = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + laterMs);
  try {
    const from = await client.feedCursors();
    gateway.analyses.push({ ...startedOf('missed'), state: 'RUNNING' });
    gateway.feeds.recreate();
    const asksFirst = (): Response => {
      laterMs += 61_000;
      gateway.feeds.publish(startedOf('newer'));
      return problem(503, 'NOT_APPLIED', 'the register has not read as far');
    };
    for (let n = 0; n < 2; n += 1) gateway.answerNext('Analyses', asksFirst);
    const abort = new AbortController();
    watches.push(abort);
    for await (const event of client.watch({ from, signal: abort.signal })) {
      expect(event.correlationId).toBe('missed');
      break;
    }
    const asked = gateway.requests.filter(({ operation }) => operation === 'Analyses');
    const cursors = asked.map(({ variables }) => variables['atLeast']);
    expect(cursors.at(-1)).not.toBe(cursors[0]);
  } finally {
    clock.mockRestore();
  }
});
