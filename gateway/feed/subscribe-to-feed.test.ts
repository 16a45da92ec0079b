import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { streamQueues } from '../../contracts/topology.ts';
import { Problem } from '../../platform/http/problem.ts';
import { aRun, stateOf } from '../../tests/support/gateway/announced-run.ts';
import { GatewayHarness, answers, untilRead } from '../../tests/support/gateway/gateway-harness.ts';
import {
  codeOf,
  completedQuery,
  post,
  startedQuery,
  subscribe,
} from '../../tests/support/gateway/requests.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { viewsOf } from './feeds.ts';

let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

describe('without correlationId', () => {
  test('sends an owner their own events, in order, and never a foreign one', async () => {
    const replica = await harness.replica();
    const reader = await subscribe(replica, completedQuery, { token });
    const runs = [aRun(), aRun(), aRun()];
    harness.announceCompleted('f'.repeat(32), aRun());
    for (const run of runs) harness.announceCompleted(owner, run);
    for (const run of runs) expect((await reader.payload()).correlationId).toBe(run.correlationId);
    expect(await reader.next(100)).toBe('silence');
  });

  test('replays nothing without a cursor', async () => {
    const replica = await harness.replica();
    harness.announceCompleted(owner, aRun());
    await untilRead(replica, 1);
    const reader = await subscribe(replica, completedQuery, { token });
    expect(await reader.next(100)).toBe('silence');
  });

  test('replays what a disconnected client missed, then goes live', async () => {
    const replica = await harness.replica();
    const first = await subscribe(replica, completedQuery, { token });
    harness.announceCompleted(owner, aRun());
    const { cursor } = await first.payload();
    await first.cancel();
    const missed = harness.announceCompleted(owner, aRun());
    await untilRead(replica, 2);
    const back = await subscribe(replica, completedQuery, { token, variables: { after: cursor } });
    expect((await back.payload()).eventId).toBe(missed);
    const live = harness.announceCompleted(owner, aRun());
    expect((await back.payload()).eventId).toBe(live);
  });

  test('replays from feedCursors for a client that was cut off before its first event', async () => {
    const replica = await harness.replica();
    const answer = await post(replica, '{ feedCursors { started completed } }', { token });
    const { data } = (await answer.json()) as { data: { feedCursors: { completed: string } } };
    const missed = harness.announceCompleted(owner, aRun());
    await untilRead(replica, 1);
    const variables = { after: data.feedCursors.completed };
    const reader = await subscribe(replica, completedQuery, { token, variables });
    expect((await reader.payload()).eventId).toBe(missed);
  });

  test('takes a cursor of another replica, even one that was started earlier', async () => {
    const one = await harness.replica();
    const reader = await subscribe(one, completedQuery, { token });
    harness.announceCompleted(owner, aRun());
    const { cursor } = await reader.payload();
    const missed = harness.announceCompleted(owner, aRun());
    const other = await harness.replica();
    const back = await subscribe(other, completedQuery, { token, variables: { after: cursor } });
    expect((await back.payload()).eventId).toBe(missed);
  });

  test('sends an event once that was published twice', async () => {
    const replica = await harness.replica();
    const reader = await subscribe(replica, completedQuery, { token });
    const run = aRun();
    const id = harness.announceCompleted(owner, run);
    harness.announceCompleted(owner, run);
    const next = harness.announceCompleted(owner, aRun());
    expect((await reader.payload()).eventId).toBe(id);
    expect((await reader.payload()).eventId).toBe(next);
    expect(await replica.metrics()).toMatch(/gateway_feed_repeated_total\{field="completed"\} 1/);
  });

  test('counts and skips an event that does not fit its contract', async () => {
    const replica = await harness.replica();
    const reader = await subscribe(replica, completedQuery, { token });
    harness.broker.publish(streamQueues.completed.name, {
      messageId: 'no event',
      headers: { cloudEvents_owner: owner },
      body: Buffer.from('{'),
    });
    const id = harness.announceCompleted(owner, aRun());
    expect((await reader.payload()).eventId).toBe(id);
    expect(await replica.metrics()).toMatch(/gateway_feed_unreadable_total\{field="completed"\} 1/);
  });
});

describe('with correlationId', () => {
  test('replays the result in memory at once and completes', async () => {
    const replica = await harness.replica();
    const run = aRun();
    harness.announceCompleted(owner, run);
    await untilRead(replica, 1);
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    expect(await reader.payload()).toMatchObject({
      success: false,
      failure: { code: 'TIMED_OUT' },
    });
    expect(await reader.next()).toMatchObject({ event: 'complete' });
    expect(await reader.next()).toBe('end');
  });

  test('completes after the live result, and sends none of other analyses', async () => {
    const replica = await harness.replica();
    const run = aRun();
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    harness.announceCompleted(owner, aRun());
    const id = harness.announceCompleted(owner, run);
    expect((await reader.payload()).eventId).toBe(id);
    expect(await reader.next()).toMatchObject({ event: 'complete' });
  });

  test('sends a result older than the window from the orchestrator, with the newest cursor', async () => {
    const run = aRun();
    const replica = await harness.replica({ orchestrator: answers(stateOf(run, 'FAILED')) });
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    expect(await reader.payload()).toMatchObject({
      correlationId,
      eventId: `${correlationId}:run-1:completed`,
      cursor: viewsOf(replica.feeds).completed.newestCursor(),
    });
    expect(await reader.next()).toMatchObject({ event: 'complete' });
  });

  test('gives the state of the orchestrator the cursor of the registration, so that events since then come after it', async () => {
    const run = aRun();
    const asked = Promise.withResolvers<undefined>();
    const answered = Promise.withResolvers<undefined>();
    const replica = await harness.replica({
      orchestrator: async (call) => {
        asked.resolve(undefined);
        await answered.promise;
        return answers(stateOf(run, 'FAILED'))(call);
      },
    });
    const registered = viewsOf(replica.feeds).completed.newestCursor();
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    await asked.promise;
    const meanwhile = harness.announceCompleted(owner, aRun());
    await untilRead(replica, 1);
    answered.resolve(undefined);
    const { cursor } = await reader.payload();
    expect(cursor).toBe(registered);
    const back = await subscribe(replica, completedQuery, { token, variables: { after: cursor } });
    expect((await back.payload()).eventId).toBe(meanwhile);
  });

  test('sends a result once that comes live while the orchestrator is asked', async () => {
    const run = aRun();
    const answered = Promise.withResolvers<undefined>();
    const replica = await harness.replica({
      orchestrator: (call) => answered.promise.then(() => answers(stateOf(run, 'FAILED'))(call)),
    });
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    const id = harness.announceCompleted(owner, run);
    await untilRead(replica, 1);
    answered.resolve(undefined);
    expect((await reader.payload()).eventId).toBe(id);
    expect(await reader.next()).toMatchObject({ event: 'complete' });
    expect(await reader.next()).toBe('end');
  });

  test('sends `started` of a running analysis from the orchestrator and completes', async () => {
    const run = aRun();
    const replica = await harness.replica({ orchestrator: answers(stateOf(run, 'RUNNING')) });
    const { correlationId } = run;
    const variables = { correlationId };
    const started = await subscribe(replica, startedQuery, { token, variables });
    expect((await started.payload()).eventId).toBe(`${correlationId}:run-1:started`);
    expect(await started.next()).toMatchObject({ event: 'complete' });
    const completed = await subscribe(replica, completedQuery, { token, variables });
    expect(await completed.next(100)).toBe('silence');
  });

  test('sends live events while the orchestrator does not answer', async () => {
    const replica = await harness.replica({ orchestrator: () => new Promise(() => undefined) });
    const run = aRun();
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    harness.announceCompleted(owner, run);
    expect((await reader.payload(900)).correlationId).toBe(correlationId);
  });

  test('asks the orchestrator again after an outage, and sends a result older than the window after all', async () => {
    const run = aRun();
    let asked = 0;
    const replica = await harness.replica({
      orchestrator: (call) => {
        asked += 1;
        if (asked === 1) return Promise.reject(new Problem(503, 'UNREACHABLE', 'unavailable'));
        return answers(stateOf(run, 'COMPLETED'))(call);
      },
    });
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    expect((await reader.payload(8_000)).correlationId).toBe(correlationId);
  });

  test('answers a foreign id like an unknown one', async () => {
    const replica = await harness.replica();
    const run = aRun();
    harness.announceCompleted('f'.repeat(32), run);
    await untilRead(replica, 1);
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    expect(await reader.next(200)).toBe('silence');
  });

  test('completes at once for a client back at the final event, and sends nothing twice', async () => {
    const replica = await harness.replica();
    const run = aRun();
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    harness.announceCompleted(owner, run);
    const { cursor } = await reader.payload();
    const variables = { correlationId, after: cursor };
    const back = await subscribe(replica, completedQuery, { token, variables });
    expect(await back.next()).toMatchObject({ event: 'complete' });
  });

  test('completes at once for a cursor behind the final event', async () => {
    const replica = await harness.replica();
    const feed = await subscribe(replica, completedQuery, { token });
    const run = aRun();
    harness.announceCompleted(owner, run);
    harness.announceCompleted(owner, aRun());
    await feed.payload();
    const { cursor } = await feed.payload();
    const variables = { correlationId: run.correlationId, after: cursor };
    const back = await subscribe(replica, completedQuery, { token, variables });
    expect(await back.next()).toMatchObject({ event: 'complete' });
  });

  test('waits for the new run after a redo, rather than send the older result', async () => {
    const replica = await harness.replica();
    const first = aRun({ startedAt: '2026-11-23T08:00:00.000Z' });
    const again = { ...first, runId: 'run-2', startedAt: '2026-11-23T09:00:00.000Z' };
    harness.announceCompleted(owner, first);
    harness.announceStarted(owner, again);
    await untilRead(replica, 1);
    await eventually(() => (replica.feeds.started.log.newest?.offset ?? -1) >= 1);
    const { correlationId } = first;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    expect(await reader.next(200)).toBe('silence');
    const feed = await subscribe(replica, completedQuery, { token });
    const late = harness.announceCompleted(owner, { ...first, runId: 'run-0' });
    expect((await feed.payload()).eventId).toBe(late); // the feed gets every run
    const id = harness.announceCompleted(owner, again);
    expect((await reader.payload()).eventId).toBe(id);
  });

  test('refuses an id that startUpload cannot have given', async () => {
    const replica = await harness.replica();
    const variables = { correlationId: 'cat' };
    const reader = await subscribe(replica, completedQuery, { token, variables });
    expect(codeOf(await reader.next())).toBe('INVALID');
    expect(await reader.next()).toMatchObject({ event: 'complete' });
  });
});
