import { expect, test } from '@jest/globals';
import { createAnnouncementActivities } from '../../../activities/announce.ts';
import { exchanges, streamQueues } from '../../../contracts/topology.ts';
import { silentLogger } from '../../../platform/logger.ts';
import type { RabbitConnection, RabbitMessage } from '../../../platform/rabbitmq/rabbitmq.ts';
import { followOpenRuns } from './open-runs.ts';

const objectKey = 'images/2026/11/23/4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11.jpg';
const run = {
  correlationId: '019a53c4-7c10-7d3a-9a52-1f0c3a7be001',
  runId: 'run-1',
  owner: '5d41402abc4b2a76b9719d911017c592',
};
const startedAt = '2026-11-23T08:00:00.000Z';
const nothing = { provider: null, aggregate: null, status: null, reasons: [] };
const failure = { code: 'CANCELLED' as const, message: 'cancelled' };
const ended = {
  ...nothing,
  unsupportedFeatures: [],
  evidence: [],
  duplicateOf: null,
  success: false,
  failure,
  objectKey,
};

/** Streams in memory; the announcements are those that the product publishes. */
function openStreams() {
  const readers = new Map<
    string,
    (delivery: Parameters<Parameters<RabbitConnection['readStream']>[2]>[0]) => void
  >();
  const froms: (() => unknown)[] = [];
  let nowMs = 0;
  const done = () => Promise.resolve();
  const openRuns = followOpenRuns({
    rabbit: {
      readStream(queue, { from }, handler) {
        froms.push(from);
        readers.set(queue, (delivery) => void handler(delivery));
        return { stop: done, pause: done, resume: () => undefined };
      },
    },
    logger: silentLogger(),
    now: () => nowMs,
  });
  const publish = (message: RabbitMessage) => {
    const { name } =
      message.exchange === exchanges.analysisStarted
        ? streamQueues.started
        : streamQueues.completed;
    readers.get(name)?.({ ...message, deliveryCount: 0, offset: 0 });
    return Promise.resolve();
  };
  const announce = createAnnouncementActivities({ publisher: { publish, declare: done } });
  return {
    openRuns,
    connect: () => froms.map((from) => from()),
    start: () => announce.announceStarted({ ...run, data: { objectKey, startedAt } }),
    end: () =>
      announce.announceCompleted({ ...run, data: { ...ended, startedAt, completedAt: startedAt } }),
    pass: (ms: number) => (nowMs += ms),
    marker: () =>
      readers.get(streamQueues.started.name)?.({
        ...{ messageId: 'marker:1', headers: { 'feed-marker': 'true' }, body: Buffer.alloc(0) },
        ...{ deliveryCount: 0, offset: 1 },
      }),
  };
}

test('knows a run from its announced start to its announced end, once it has settled', async () => {
  const { openRuns, start, end, pass } = openStreams();
  await start();
  expect(openRuns.knownFor(1_000)).toEqual([]);
  pass(1_000);
  expect(openRuns.knownFor(1_000)).toEqual([{ ...run, objectKey, startedAt }]);
  await end();
  expect(openRuns.knownFor(0)).toEqual([]);
});

test('does not take a run for open whose end came first, or whose start is read again', async () => {
  const { openRuns, start, end } = openStreams();
  await end();
  await start();
  expect(openRuns.knownFor(0)).toEqual([]);
});

test('does not take a run for open again that was forgotten', async () => {
  const { openRuns, start } = openStreams();
  await start();
  openRuns.forget(run.runId);
  await start();
  expect(openRuns.knownFor(0)).toEqual([]);
});

test('does not take a run for open that started before what is read of the ends', async () => {
  const { openRuns, start, pass } = openStreams();
  pass(Date.parse(startedAt) + 24 * 60 * 60_000 + 1);
  await start();
  expect(openRuns.knownFor(0)).toEqual([]);
});

test('passes over the markers of the gateways', () => {
  const { openRuns, marker } = openStreams();
  marker();
  expect(openRuns.knownFor(0)).toEqual([]);
});

test('reads both streams from a day ago at the first connect, then from an hour before the last event', async () => {
  const { connect, start, end, marker, pass } = openStreams();
  pass(Date.parse(startedAt));
  const aDayAgo = new Date('2026-11-22T08:00:00.000Z');
  marker();
  expect(connect()).toEqual([aDayAgo, aDayAgo]);
  await start();
  expect(connect()).toEqual([new Date('2026-11-23T07:00:00.000Z'), aDayAgo]);
  await end();
  marker();
  expect(connect()).toEqual(Array(2).fill(new Date('2026-11-23T07:00:00.000Z')));
  pass(3 * 24 * 60 * 60_000);
  expect(connect()).toEqual(Array(2).fill(new Date('2026-11-25T08:00:00.000Z')));
});
