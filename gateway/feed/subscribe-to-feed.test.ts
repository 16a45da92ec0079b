import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Problem } from '../../platform/http/problem.ts';
import { fingerprintOf } from './cursor.ts';
import { streamQueues } from '../../contracts/topology.ts';
import {
  Stage,
  aRun,
  answers,
  completedQuery,
  post,
  startedQuery,
  stateOf,
  subscribe,
  type Replica,
} from '../../tests/support/gateway/stage.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

let stage: Stage;
let token: string;
let owner: string;
beforeEach(async () => {
  stage = await Stage.open();
  token = await stage.token({ sub: 'ada' });
  owner = await stage.owner(token);
});
afterEach(() => stage.close());

const read = (replica: Replica, offsets: number) =>
  eventually(() => (replica.feeds.completed.log.newest?.offset ?? -1) >= offsets);

const codeOf = (event: unknown) =>
  (event as { data: { errors: { extensions: { code: string } }[] } }).data.errors[0]?.extensions
    .code;

describe('without correlationId', () => {
  test('an owner hears their own events, in order, and never a foreign one', async () => {
    const replica = await stage.replica();
    const reader = await subscribe(replica, completedQuery, { token });
    const runs = [aRun(), aRun(), aRun()];
    stage.announceCompleted('f'.repeat(32), aRun());
    for (const run of runs) stage.announceCompleted(owner, run);
    for (const run of runs) expect((await reader.payload()).correlationId).toBe(run.correlationId);
    expect(await reader.next(100)).toBe('silence');
  });

  test('without a cursor nothing from before is told', async () => {
    const replica = await stage.replica();
    stage.announceCompleted(owner, aRun());
    await read(replica, 1);
    const reader = await subscribe(replica, completedQuery, { token });
    expect(await reader.next(100)).toBe('silence');
  });

  test('a client that was cut misses nothing: what came meanwhile, then live', async () => {
    const replica = await stage.replica();
    const first = await subscribe(replica, completedQuery, { token });
    stage.announceCompleted(owner, aRun());
    const { cursor } = await first.payload();
    await first.cancel();
    const missed = stage.announceCompleted(owner, aRun());
    await read(replica, 2);
    const back = await subscribe(replica, completedQuery, { token, variables: { after: cursor } });
    expect((await back.payload()).eventId).toBe(missed);
    const live = stage.announceCompleted(owner, aRun());
    expect((await back.payload()).eventId).toBe(live);
  });

  test('a cut before the first event loses nothing, for a client that began at feedCursors', async () => {
    const replica = await stage.replica();
    const answer = await post(replica, '{ feedCursors { started completed } }', { token });
    const { data } = (await answer.json()) as { data: { feedCursors: { completed: string } } };
    const missed = stage.announceCompleted(owner, aRun());
    await read(replica, 1);
    const variables = { after: data.feedCursors.completed };
    const reader = await subscribe(replica, completedQuery, { token, variables });
    expect((await reader.payload()).eventId).toBe(missed);
  });

  test('a cursor of one replica is good on another, even one that was started later', async () => {
    const one = await stage.replica();
    const reader = await subscribe(one, completedQuery, { token });
    stage.announceCompleted(owner, aRun());
    const { cursor } = await reader.payload();
    const missed = stage.announceCompleted(owner, aRun());
    const other = await stage.replica();
    const back = await subscribe(other, completedQuery, { token, variables: { after: cursor } });
    expect((await back.payload()).eventId).toBe(missed);
  });

  test('an event that was published twice is told once', async () => {
    const replica = await stage.replica();
    const reader = await subscribe(replica, completedQuery, { token });
    const run = aRun();
    const id = stage.announceCompleted(owner, run);
    stage.announceCompleted(owner, run);
    const next = stage.announceCompleted(owner, aRun());
    expect((await reader.payload()).eventId).toBe(id);
    expect((await reader.payload()).eventId).toBe(next);
    expect(await replica.metrics()).toMatch(/gateway_feed_repeated_total\{field="completed"\} 1/);
  });

  test('an event against its contract is counted and passed over', async () => {
    const replica = await stage.replica();
    const reader = await subscribe(replica, completedQuery, { token });
    stage.broker.publish(streamQueues.completed.name, {
      messageId: 'no event',
      headers: { cloudEvents_owner: owner },
      body: Buffer.from('{'),
    });
    const id = stage.announceCompleted(owner, aRun());
    expect((await reader.payload()).eventId).toBe(id);
    expect(await replica.metrics()).toMatch(/gateway_feed_unreadable_total\{field="completed"\} 1/);
  });
});

describe('with correlationId', () => {
  test('the end that is in memory is told at once, and the stream completes', async () => {
    const replica = await stage.replica();
    const run = aRun();
    stage.announceCompleted(owner, run);
    await read(replica, 1);
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

  test('the live end completes the stream; other analyses are not heard', async () => {
    const replica = await stage.replica();
    const run = aRun();
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    stage.announceCompleted(owner, aRun());
    const id = stage.announceCompleted(owner, run);
    expect((await reader.payload()).eventId).toBe(id);
    expect(await reader.next()).toMatchObject({ event: 'complete' });
  });

  test('an end that no replica remembers comes from the orchestrator, with the newest cursor', async () => {
    const run = aRun();
    const replica = await stage.replica({ orchestrator: answers(stateOf(run, 'FAILED')) });
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    expect(await reader.payload()).toMatchObject({
      correlationId,
      eventId: `${correlationId}:run-1:completed`,
      cursor: replica.feeds.completed.newestCursor(),
    });
    expect(await reader.next()).toMatchObject({ event: 'complete' });
  });

  test('what the orchestrator knows carries the newest cursor of the registration: what comes meanwhile lies behind it', async () => {
    const run = aRun();
    const asked = Promise.withResolvers<undefined>();
    const told = Promise.withResolvers<undefined>();
    const replica = await stage.replica({
      orchestrator: async (call) => {
        asked.resolve(undefined);
        await told.promise;
        return answers(stateOf(run, 'FAILED'))(call);
      },
    });
    const registered = replica.feeds.completed.newestCursor();
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    await asked.promise;
    const meanwhile = stage.announceCompleted(owner, aRun());
    await read(replica, 1);
    told.resolve(undefined);
    const { cursor } = await reader.payload();
    expect(cursor).toBe(registered);
    const back = await subscribe(replica, completedQuery, { token, variables: { after: cursor } });
    expect((await back.payload()).eventId).toBe(meanwhile);
  });

  test('an end that comes while the orchestrator is asked is told once', async () => {
    const run = aRun();
    const told = Promise.withResolvers<undefined>();
    const replica = await stage.replica({
      orchestrator: (call) => told.promise.then(() => answers(stateOf(run, 'FAILED'))(call)),
    });
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    const id = stage.announceCompleted(owner, run);
    await read(replica, 1);
    told.resolve(undefined);
    expect((await reader.payload()).eventId).toBe(id);
    expect(await reader.next()).toMatchObject({ event: 'complete' });
    expect(await reader.next()).toBe('end');
  });

  test('started: a running analysis is told from the orchestrator and completes', async () => {
    const run = aRun();
    const replica = await stage.replica({ orchestrator: answers(stateOf(run, 'RUNNING')) });
    const { correlationId } = run;
    const variables = { correlationId };
    const started = await subscribe(replica, startedQuery, { token, variables });
    expect((await started.payload()).eventId).toBe(`${correlationId}:run-1:started`);
    expect(await started.next()).toMatchObject({ event: 'complete' });
    const completed = await subscribe(replica, completedQuery, { token, variables });
    expect(await completed.next(100)).toBe('silence');
  });

  test('an orchestrator that does not answer holds no live event back', async () => {
    const replica = await stage.replica({ orchestrator: () => new Promise(() => undefined) });
    const run = aRun();
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    stage.announceCompleted(owner, run);
    expect((await reader.payload(900)).correlationId).toBe(correlationId);
  });

  test('an orchestrator that was away is asked again: an end before the window is heard after all', async () => {
    const run = aRun();
    let asked = 0;
    const replica = await stage.replica({
      orchestrator: (call) => {
        asked += 1;
        if (asked === 1) return Promise.reject(new Problem(503, 'UNREACHABLE', 'away'));
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

  test('a foreign id looks like one that never was', async () => {
    const replica = await stage.replica();
    const run = aRun();
    stage.announceCompleted('f'.repeat(32), run);
    await read(replica, 1);
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    expect(await reader.next(200)).toBe('silence');
  });

  test('back at the final event: it completes at once and tells nothing twice', async () => {
    const replica = await stage.replica();
    const run = aRun();
    const { correlationId } = run;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    stage.announceCompleted(owner, run);
    const { cursor } = await reader.payload();
    const variables = { correlationId, after: cursor };
    const back = await subscribe(replica, completedQuery, { token, variables });
    expect(await back.next()).toMatchObject({ event: 'complete' });
  });

  test('back behind the final event, with the cursor of a later one: it completes at once', async () => {
    const replica = await stage.replica();
    const feed = await subscribe(replica, completedQuery, { token });
    const run = aRun();
    stage.announceCompleted(owner, run);
    stage.announceCompleted(owner, aRun());
    await feed.payload();
    const { cursor } = await feed.payload();
    const variables = { correlationId: run.correlationId, after: cursor };
    const back = await subscribe(replica, completedQuery, { token, variables });
    expect(await back.next()).toMatchObject({ event: 'complete' });
  });

  test('after a redo the older end is no answer: the subscriber waits for the new run', async () => {
    const replica = await stage.replica();
    const first = aRun({ startedAt: '2026-11-23T08:00:00.000Z' });
    const again = { ...first, runId: 'run-2', startedAt: '2026-11-23T09:00:00.000Z' };
    stage.announceCompleted(owner, first);
    stage.announceStarted(owner, again);
    await read(replica, 1);
    await eventually(() => (replica.feeds.started.log.newest?.offset ?? -1) >= 1);
    const { correlationId } = first;
    const reader = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId },
    });
    expect(await reader.next(200)).toBe('silence');
    const feed = await subscribe(replica, completedQuery, { token });
    const late = stage.announceCompleted(owner, { ...first, runId: 'run-0' });
    expect((await feed.payload()).eventId).toBe(late); // the feed hears of every run
    const id = stage.announceCompleted(owner, again);
    expect((await reader.payload()).eventId).toBe(id);
  });

  test('an id that startUpload cannot have given is refused', async () => {
    const replica = await stage.replica();
    const variables = { correlationId: 'cat' };
    const reader = await subscribe(replica, completedQuery, { token, variables });
    expect(codeOf(await reader.next())).toBe('INVALID');
    expect(await reader.next()).toMatchObject({ event: 'complete' });
  });
});

describe('a cursor', () => {
  const expectExpired = async (replica: Replica, after: unknown, withinMs?: number) => {
    const reader = await subscribe(replica, completedQuery, { token, variables: { after } });
    expect(codeOf(await reader.next(withinMs))).toBe('CURSOR_EXPIRED');
    expect(await reader.next()).toMatchObject({ event: 'complete' });
  };

  test('on an event that memory had to let go of is expired: nothing is skipped in silence', async () => {
    const replica = await stage.replica({ feed: { bytes: 4_000 } });
    const reader = await subscribe(replica, completedQuery, { token });
    stage.announceCompleted(owner, aRun());
    const { cursor } = await reader.payload();
    for (let more = 0; more < 6; more += 1) stage.announceCompleted(owner, aRun());
    await read(replica, 7);
    await expectExpired(replica, cursor);
    expect(await replica.metrics()).toMatch(/gateway_cursor_expired_total\{field="completed"\} 1/);
  });

  test('of a quiet owner, pushed out of memory by the events of others, is expired; feedCursors goes on', async () => {
    const replica = await stage.replica({ feed: { bytes: 4_000 } });
    const reader = await subscribe(replica, completedQuery, { token });
    stage.announceCompleted(owner, aRun());
    const { cursor } = await reader.payload();
    for (let n = 0; n < 6; n += 1) stage.announceCompleted('f'.repeat(32), aRun());
    await read(replica, 7);
    const live = stage.announceCompleted(owner, aRun());
    expect((await reader.payload()).eventId).toBe(live); // who stays connected needs no cursor
    await expectExpired(replica, cursor);
    const after = replica.feeds.completed.newestCursor();
    const back = await subscribe(replica, completedQuery, { token, variables: { after } });
    const next = stage.announceCompleted(owner, aRun());
    expect((await back.payload()).eventId).toBe(next);
  });

  test('from before the first message that this replica could read is expired', async () => {
    const one = await stage.replica();
    const reader = await subscribe(one, completedQuery, { token });
    stage.announceCompleted(owner, aRun());
    const { cursor } = await reader.payload();
    for (let n = 0; n < 2; n += 1) stage.announceCompleted(owner, aRun());
    const { name } = streamQueues.completed;
    stage.broker.dropBefore(name, stage.broker.messages(name).at(-1)?.offset ?? 0);
    await expectExpired(await stage.replica(), cursor);
  });

  test('is its field, the offset in the stream and 8 hex digits of its event: any replica can read it', async () => {
    const replica = await stage.replica();
    const reader = await subscribe(replica, completedQuery, { token });
    const id = stage.announceCompleted(owner, aRun());
    const { cursor } = await reader.payload();
    const offset = replica.feeds.completed.log.newest?.offset;
    const hash = createHash('sha256').update(id).digest('hex').slice(0, 8);
    expect(Buffer.from(String(cursor), 'base64url').toString()).toBe(`completed:${offset}:${hash}`);
  });

  test('on the last message let go of is good: all behind it is here', async () => {
    let now = Date.now();
    const replica = await stage.replica({ feed: { now: () => now, windowMs: 1_000 } });
    const quiet = replica.feeds.completed.newestCursor();
    now += 5_000;
    const id = stage.announceCompleted(owner, aRun({ time: new Date(now).toISOString() }));
    await read(replica, 1);
    const reader = await subscribe(replica, completedQuery, { token, variables: { after: quiet } });
    expect((await reader.payload()).eventId).toBe(id);
  });

  test('ahead of this replica waits until it has caught up', async () => {
    const one = await stage.replica();
    const reader = await subscribe(one, completedQuery, { token });
    stage.announceCompleted(owner, aRun());
    const { cursor } = await reader.payload();
    const other = await stage.replica();
    const ahead = Buffer.from(String(cursor), 'base64url').toString().split(':');
    const offset = (other.feeds.completed.log.newest?.offset ?? 0) + 1;
    const event = aRun();
    const hash = fingerprintOf(`${event.correlationId}:run-1:completed`).slice(0, 8);
    const after = Buffer.from(`${ahead[0]}:${offset}:${hash}`).toString('base64url');
    const back = await subscribe(other, completedQuery, { token, variables: { after } });
    expect(await back.next(100)).toBe('silence');
    stage.announceCompleted(owner, event);
    const next = stage.announceCompleted(owner, aRun());
    expect((await back.payload()).eventId).toBe(next); // behind the cursor, which is not told again
    expect(await back.next(100)).toBe('silence'); // nor what was heard while it waited
  });

  test('still ahead after five seconds is expired', async () => {
    const replica = await stage.replica();
    const after = Buffer.from('completed:9000:00000000').toString('base64url');
    await expectExpired(replica, after, 7_000);
  });

  test('ahead of a replica that loses RabbitMQ meanwhile is not called expired: the client comes back', async () => {
    const replica = await stage.replica();
    const offset = (replica.feeds.completed.log.newest?.offset ?? 0) + 1;
    const after = Buffer.from(`completed:${offset}:00000000`).toString('base64url');
    const reader = await subscribe(replica, completedQuery, { token, variables: { after } });
    stage.broker.stop();
    expect(await reader.next(7_000)).toBe('end'); // without `complete`
    const metrics = await replica.metrics();
    expect(metrics).toContain('gateway_streams_ended_total{reason="behind"} 1');
    expect(metrics).not.toMatch(/gateway_cursor_expired_total\{/);
    stage.broker.start();
  });

  test('ahead of a replica that lags is not called expired either: the stream goes as far', async () => {
    const replica = await stage.replica();
    const { completed } = replica.feeds;
    const { name } = streamQueues.completed;
    stage.broker.mute(name);
    const hash = fingerprintOf(stage.announceCompleted(owner, aRun())).slice(0, 8);
    const { offset } = stage.broker.messages(name).at(-1) ?? {};
    const after = Buffer.from(`completed:${offset}:${hash}`).toString('base64url');
    const reader = await subscribe(replica, completedQuery, { token, variables: { after } });
    expect(await reader.next(7_000)).toBe('end'); // without `complete`
    expect(completed.caughtUp).toBe(true);
    expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="behind"} 1');
  });

  test('of another message at that offset is expired: the stream was recreated', async () => {
    const replica = await stage.replica();
    const offset = replica.feeds.completed.log.newest?.offset ?? 0;
    await expectExpired(replica, Buffer.from(`completed:${offset}:00000000`).toString('base64url'));
  });

  test.each(['x', '', Buffer.from('started:0:00000000').toString('base64url')])(
    'that this field never gave (%p) is refused',
    async (after) => {
      const replica = await stage.replica();
      const reader = await subscribe(replica, completedQuery, { token, variables: { after } });
      expect(codeOf(await reader.next())).toBe('CURSOR_INVALID');
    },
  );
});
