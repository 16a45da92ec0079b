import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { completedOf } from '../../../tests/support/gateway/scripted-answers.ts';
import { testClient } from '../../../tests/support/gateway/test-client.ts';
import { startTestGateway, type TestGateway } from '../../../tests/support/gateway/test-gateway.ts';
import { eventually } from '../../../tests/support/harness/eventually.ts';
import { createTrackunitClient } from '../client.ts';
import { onBackOnline } from './back-online.ts';

/** As much of a page as tells that it is back. */
let page: EventTarget;
let document: EventTarget & { visibilityState: string };
beforeEach(() => {
  page = new EventTarget();
  document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const addEventListener = page.addEventListener.bind(page);
  const removeEventListener = page.removeEventListener.bind(page);
  Object.assign(globalThis, { addEventListener, removeEventListener, document });
});
afterEach(() => {
  for (const name of ['addEventListener', 'removeEventListener', 'document'])
    Reflect.deleteProperty(globalThis, name);
});
const backs = [
  ['is online again', () => page.dispatchEvent(new Event('online'))],
  ['is resumed after it was frozen', () => document.dispatchEvent(new Event('resume'))],
  ['is shown again', () => document.dispatchEvent(new Event('visibilitychange'))],
] as const;

describe.each(backs)('a page that %s', (_what, comeBack) => {
  test('makes the next attempt of a call at once', async () => {
    let calls = 0;
    const client = createTrackunitClient({
      url: 'http://gateway.test/graphql',
      token: () => Promise.resolve('good'),
      fetch: () =>
        (calls += 1) === 1
          ? Promise.reject(new TypeError('Failed to fetch'))
          : Promise.resolve(Response.json({ data: { analysis: null } })),
      backoff: { firstMs: 60_000, maximumMs: 60_000 },
      onRetry: () => setTimeout(comeBack, 10),
      retryForMs: 120_000,
    });
    expect(await client.analysis('x')).toBeNull();
    expect(calls).toBe(2);
  });

  test('waits as long as the service asked for, all the same', async () => {
    const began = Date.now();
    const busy = { status: 429, headers: { 'retry-after': '0.3' } };
    let calls = 0;
    const client = createTrackunitClient({
      url: 'http://gateway.test/graphql',
      token: () => Promise.resolve('good'),
      fetch: () =>
        Promise.resolve(
          (calls += 1) === 1
            ? Response.json({}, busy)
            : Response.json({ data: { analysis: null } }),
        ),
      backoff: { firstMs: 60_000, maximumMs: 60_000 },
      onRetry: () => setTimeout(comeBack, 10),
      retryForMs: 120_000,
    });
    await client.analysis('x');
    expect(Date.now() - began).toBeGreaterThanOrEqual(299);
  });
});

describe('streams', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway();
  });
  afterEach(() => gateway.stop());

  const id = '01a222c2-0000-7000-8000-000000000001';
  const opened = () => gateway.count('AnalysisEvents');
  const following = async () => {
    const abort = new AbortController();
    const states: string[] = [];
    const running = (async () => {
      for await (const { state } of testClient(gateway).follow(id, { signal: abort.signal }))
        states.push(state);
    })();
    running.catch(() => undefined); // it ends by the abort
    await eventually(() => gateway.feeds.open() === 1);
    return { abort, running, states };
  };

  test('opens its streams again when the page is online again', async () => {
    const { running, states } = await following();
    page.dispatchEvent(new Event('online'));
    await eventually(() => opened() === 2);
    await eventually(() => gateway.feeds.open() === 1);
    gateway.feeds.publish(completedOf(id));
    await running;
    expect(states).toEqual(['completed']);
  });

  test('keeps its streams open when a page is shown again while data come', async () => {
    const { abort } = await following();
    document.dispatchEvent(new Event('visibilitychange'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(opened()).toBe(1);
    abort.abort();
  });

  test('opens its streams again when a page is shown that received nothing for longer than a comment takes', async () => {
    const { abort } = await following();
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 14_000);
    document.dispatchEvent(new Event('visibilitychange'));
    clock.mockRestore();
    await eventually(() => opened() === 2);
    abort.abort();
  });
});

test('onBackOnline notices outside a page that the computer has slept', () => {
  Reflect.deleteProperty(globalThis, 'document');
  jest.useFakeTimers();
  try {
    const quiet: number[] = [];
    const stop = onBackOnline((quietMs) => quiet.push(quietMs));
    jest.advanceTimersByTime(20_000);
    expect(quiet).toEqual([]);
    jest.setSystemTime(Date.now() + 60 * 60_000);
    jest.advanceTimersByTime(5_000);
    expect(quiet).toEqual([0]);
    stop();
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
