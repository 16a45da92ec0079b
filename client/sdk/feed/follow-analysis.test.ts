import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { completedOf } from '../../../tests/support/gateway/scripted-answers.ts';
import type { Analysis } from '../graphql/api.generated.ts';
import { createTransport } from '../graphql/transport.ts';
import { completedEvent, type FeedEvent } from './events.ts';
import { FeedReader } from './feed-reader.ts';
import { readToEnd } from './follow-analysis.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const correlationId = '01a222c2-0000-7000-8000-000000000001';
const running: Analysis = {
  ...{ correlationId, objectKey: 'images/2026/11/23/x.jpg', state: 'RUNNING' },
  startedAt: '2026-11-23T08:00:00.000Z',
};

/** Follows an analysis of which the service knows what `known` holds. */
function follow() {
  const service: { known: Analysis | null } = { known: null };
  const transport = createTransport({
    url: 'http://gateway.test/graphql',
    token: () => Promise.resolve('good'),
    backoff: { firstMs: 1, maximumMs: 2 },
    retryForMs: 1_000,
    fetch: () => Promise.resolve(Response.json({ data: { analysis: service.known } })),
  });
  const reader = new FeedReader({ correlationId });
  reader.begin('begin');
  const events: FeedEvent[] = [];
  let end: unknown = 'none';
  const reading = (async () => {
    const of = { correlationId, isKnown: false, signal: undefined };
    for await (const event of readToEnd(transport, reader, of)) events.push(event);
    end = 'completed';
  })();
  reading.catch((error: unknown) => (end = error));
  return { service, reader, events, ended: () => end };
}

test('waits ten minutes for a photo that is not known yet', async () => {
  const { reader, events, ended } = follow();
  await jest.advanceTimersByTimeAsync(9 * 60_000);
  expect(ended()).toBe('none');
  reader.push({ event: completedEvent(completedOf(correlationId), 'later') });
  await jest.advanceTimersByTimeAsync(1);
  expect(events).toMatchObject([{ state: 'completed' }]);
  expect(ended()).toBe('completed');
});

test('finds a photo that becomes known without an event', async () => {
  const { service, events } = follow();
  await jest.advanceTimersByTimeAsync(30_000);
  service.known = running;
  await jest.advanceTimersByTimeAsync(20_000);
  expect(events).toMatchObject([{ state: 'started' }]);
});

test('ends with NO_ANALYSIS for what nobody knows', async () => {
  const { ended } = follow();
  await jest.advanceTimersByTimeAsync(11 * 60_000);
  expect(ended()).toMatchObject({ code: 'NO_ANALYSIS' });
});

test('ends with NO_ANALYSIS for what was deleted in a gap', async () => {
  const { service, reader, events, ended } = follow();
  service.known = running;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(events).toMatchObject([{ state: 'started' }]);
  service.known = null;
  await jest.advanceTimersByTimeAsync(20 * 60_000);
  expect(ended()).toBe('none');
  reader.push({ gap: { since: undefined, cursor: 'now' } });
  await jest.advanceTimersByTimeAsync(90_000);
  expect(ended()).toMatchObject({ code: 'NO_ANALYSIS' });
});
