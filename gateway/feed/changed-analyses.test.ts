// What owners change reaches their subscriptions, and what they delete leaves them.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { streamQueues } from '../../contracts/topology.ts';
import {
  aRun,
  registeredOf,
  stateOf,
  type AnnouncedRun,
} from '../../tests/support/gateway/announced-run.ts';
import {
  GatewayHarness,
  answers,
  untilRead,
  type Replica,
} from '../../tests/support/gateway/gateway-harness.ts';
import {
  completedQuery,
  eventsQuery,
  post,
  startedQuery,
  subscribe,
  type EventReader,
} from '../../tests/support/gateway/requests.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { Problem } from '../../platform/http/problem.ts';

let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

const watch = (replica: Replica, variables: object = {}, query = eventsQuery) =>
  subscribe(replica, query, { token, variables });
async function next(reader: EventReader) {
  const { cursor, event } = await reader.payload();
  return { cursor: String(cursor), event: event as Record<string, unknown> };
}
const untilChangeRead = ({ feeds }: Replica, offset: number) =>
  eventually(() => (feeds.changed.log.newest?.offset ?? -1) >= offset);
async function newestCursor(replica: Replica): Promise<string> {
  const answer = await post(replica, '{ feedCursors { events } }', { token });
  return ((await answer.json()) as { data: { feedCursors: { events: string } } }).data.feedCursors
    .events;
}
async function announced(replica: Replica): Promise<AnnouncedRun> {
  const run = aRun();
  harness.announceStarted(owner, run);
  const results = (replica.feeds.completed.log.newest?.offset ?? -1) + 1;
  harness.announceCompleted(owner, run);
  await untilRead(replica, results);
  return run;
}

test('sends corrections and deletions live, to their owner alone', async () => {
  const replica = await harness.replica();
  const reader = await watch(replica);
  const other = await subscribe(replica, eventsQuery, {
    token: await harness.token({ sub: 'bo' }),
  });
  const run = aRun();
  const corrected = harness.announceCorrected(owner, run, 'Komatsu');
  expect((await next(reader)).event).toEqual({
    ...{ __typename: 'AnalysisCorrected', eventId: corrected, correlationId: run.correlationId },
    ...{ brand: 'Komatsu', type: null, model: 'L120H', correctedAt: run.startedAt },
  });
  const deleted = harness.announceDeleted(owner, run);
  expect((await next(reader)).event).toEqual({
    ...{ __typename: 'AnalysisDeleted', eventId: deleted, correlationId: run.correlationId },
    deletedAt: run.startedAt,
  });
  expect(await other.next(100)).toBe('silence');
});

test('replays a correction behind the result that it corrects, from any cursor before it', async () => {
  const replica = await harness.replica();
  const after = await newestCursor(replica);
  const run = await announced(replica);
  const corrected = harness.announceCorrected(owner, run);
  await untilChangeRead(replica, 1);
  const reader = await watch(replica, { after });
  const types = ['AnalysisStarted', 'AnalysisCompleted', 'AnalysisCorrected'];
  const cursors: string[] = [];
  for (const type of types) {
    const { cursor, event } = await next(reader);
    expect(event['__typename']).toBe(type);
    cursors.push(cursor);
  }
  const back = await watch(replica, { after: cursors[1] });
  expect((await next(back)).event['eventId']).toBe(corrected);
  const last = await watch(replica, { after: cursors[2] });
  expect(await last.next(100)).toBe('silence');
});

test('takes a cursor of the version before corrections, and repeats those that it holds', async () => {
  const replica = await harness.replica();
  const run = await announced(replica);
  const corrected = harness.announceCorrected(owner, run);
  await untilChangeRead(replica, 1);
  const text = Buffer.from(await newestCursor(replica), 'base64url').toString();
  const pair = Buffer.from(text.split('/').slice(0, 2).join('/')).toString('base64url');
  const reader = await watch(replica, { after: pair });
  expect((await next(reader)).event['eventId']).toBe(corrected);
});

test('sends result, then correction, of a corrected analysis with correlationId, and completes', async () => {
  const replica = await harness.replica();
  const run = await announced(replica);
  const { correlationId } = run;
  harness.announceCorrected(owner, run, 'Komatsu');
  const last = harness.announceCorrected(owner, { ...run, time: '2030-01-01T00:00:00.000Z' });
  await untilChangeRead(replica, 2);
  const reader = await watch(replica, { correlationId });
  const { cursor, event } = await next(reader);
  expect(event['__typename']).toBe('AnalysisCompleted');
  expect((await next(reader)).event['eventId']).toBe(last);
  expect(await reader.next()).toMatchObject({ event: 'complete' });
  const back = await watch(replica, { after: cursor }); // cut off between the two
  for (let event = await next(back); event.event['eventId'] !== last;) event = await next(back);
});

test('sends them also where only orchestrator and register know of them; the result alone without the register', async () => {
  const run = aRun();
  const { correlationId } = run;
  const correction = { brand: 'Volvo', type: null, model: null, correctedAt: run.startedAt };
  const registered = { ...registeredOf(run, 'FAILED'), correction };
  const orchestrator = answers(stateOf(run, 'FAILED'));
  const both = await harness.replica({ orchestrator, register: answers(registered) });
  const reader = await watch(both, { correlationId });
  expect((await next(reader)).event['__typename']).toBe('AnalysisCompleted');
  expect((await next(reader)).event).toMatchObject({
    __typename: 'AnalysisCorrected',
    brand: 'Volvo',
  });
  expect(await reader.next()).toMatchObject({ event: 'complete' });

  const away = () => Promise.reject(new Problem(503, 'UNREACHABLE', 'away'));
  const alone = await harness.replica({ orchestrator, register: away });
  const late = await watch(alone, { correlationId });
  expect((await next(late)).event['__typename']).toBe('AnalysisCompleted');
  expect(await late.next()).toMatchObject({ event: 'complete' });
});

test('replays nothing of a deleted analysis but its deletion, whichever stream is read first', async () => {
  const replica = await harness.replica();
  const after = await newestCursor(replica);
  const run = await announced(replica);
  harness.announceCorrected(owner, run);
  const deleted = harness.announceDeleted(owner, run);
  await untilChangeRead(replica, 2);
  const quick = await harness.startingReplica();
  for (const one of [replica, quick]) {
    await untilChangeRead(one, 2);
    await eventually(() => one.feeds.completed.caughtUp && one.feeds.started.caughtUp);
    const reader = await watch(
      one,
      one === replica ? { after } : { correlationId: run.correlationId },
    );
    expect((await next(reader)).event['eventId']).toBe(deleted);
    expect(one.feeds.completed.log.events + one.feeds.started.log.events).toBe(0);
  }
  const again = await harness.replica();
  expect(again.feeds.completed.log.events).toBe(0);
});

test('sends no late event of a deleted analysis', async () => {
  const replica = await harness.replica();
  const reader = await watch(replica);
  const run = aRun();
  harness.announceDeleted(owner, run);
  await next(reader);
  harness.announceStarted(owner, run);
  harness.announceCompleted(owner, run);
  harness.announceCorrected(owner, run);
  const other = harness.announceCompleted(owner, aRun());
  expect((await next(reader)).event['eventId']).toBe(other);
});

test('completes behind the deletion with correlationId, and the subscriptions that have no event of it at once', async () => {
  const run = aRun();
  const { correlationId } = run;
  const replica = await harness.replica({ orchestrator: answers(stateOf(run, 'RUNNING')) });
  const [events, result] = [
    await watch(replica, { correlationId }),
    await watch(replica, { correlationId }, completedQuery),
  ];
  expect((await next(events)).event['__typename']).toBe('AnalysisStarted');
  const deleted = harness.announceDeleted(owner, run);
  expect((await next(events)).event['eventId']).toBe(deleted);
  for (const one of [events, result]) expect(await one.next()).toMatchObject({ event: 'complete' });
  for (const query of [startedQuery, completedQuery]) {
    const late = await watch(replica, { correlationId }, query);
    expect(await late.next()).toMatchObject({ event: 'complete' });
  }
});

test('answers null for a deleted analysis, though the orchestrator has it for a moment yet', async () => {
  const run = aRun();
  const replica = await harness.replica({ orchestrator: answers(stateOf(run, 'FAILED')) });
  const query = `{ analysis(correlationId: "${run.correlationId}") { state } }`;
  const read = async (): Promise<unknown> => (await post(replica, query, { token })).json();
  expect(await read()).toEqual({ data: { analysis: { state: 'FAILED' } } });
  harness.announceDeleted(owner, run);
  await untilChangeRead(replica, 1);
  expect(await read()).toEqual({ data: { analysis: null } });
});

test('reads on behind a deletion with cursors of events that are gone', async () => {
  const replica = await harness.replica();
  const reader = await watch(replica);
  const run = await announced(replica);
  await next(reader);
  const { cursor } = await next(reader);
  const deleted = harness.announceDeleted(owner, run);
  await next(reader);
  const back = await watch(replica, { after: cursor });
  expect((await next(back)).event['eventId']).toBe(deleted);
  expect(replica.feeds.completed.log.bytes).toBeLessThan(1_000);
});

test('is not caught up before the stream of changes is read', async () => {
  harness.broker.mute(streamQueues.changed.name);
  const replica = await harness.startingReplica();
  await eventually(() => replica.feeds.completed.caughtUp && replica.feeds.started.caughtUp);
  const refused = await post(replica, '{ feedCursors { events } }', { token });
  expect(await refused.json()).toMatchObject({
    errors: [{ extensions: { code: 'FEED_UNAVAILABLE' } }],
  });
});
