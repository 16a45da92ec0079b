import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  completedOf,
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
