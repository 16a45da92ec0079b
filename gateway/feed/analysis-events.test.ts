import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { streamQueues } from '../../contracts/topology.ts';
import { aRun, stateOf } from '../../tests/support/gateway/announced-run.ts';
import {
  GatewayHarness,
  answers,
  untilRead,
  type Replica,
} from '../../tests/support/gateway/gateway-harness.ts';
import {
  codeOf,
  completedQuery,
  eventsQuery,
  post,
  startedQuery,
  subscribe,
  type EventReader,
} from '../../tests/support/gateway/requests.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

const watch = (replica: Replica, variables: object = {}) =>
  subscribe(replica, eventsQuery, { token, variables });

/** The next envelope, its event apart. */
async function next(reader: EventReader) {
  const { cursor, event } = await reader.payload();
  return { cursor: String(cursor), event: event as Record<string, unknown> };
}

const untilStartRead = ({ feeds }: Replica, offset: number) =>
  eventually(() => (feeds.started.log.newest?.offset ?? -1) >= offset);

async function cursorsOf(replica: Replica): Promise<Record<string, string>> {
  const answer = await post(replica, '{ feedCursors { started completed events } }', { token });
  const { data } = (await answer.json()) as { data: { feedCursors: Record<string, string> } };
  return data.feedCursors;
}

test('sends each event under its type, with the cursor of the envelope', async () => {
  const replica = await harness.replica();
  const reader = await watch(replica);
  const run = aRun();
  const start = harness.announceStarted(owner, run);
  const started = await next(reader);
  expect(started.event).toMatchObject({ __typename: 'AnalysisStarted', eventId: start });
  expect(started.event['cursor']).toBe(started.cursor);
  const result = harness.announceCompleted(owner, run);
  const { event } = await next(reader);
  const failure = { code: 'TIMED_OUT' };
  expect(event).toMatchObject({ __typename: 'AnalysisCompleted', eventId: result, failure });
});

test('leaves out a start that is read after its result, also behind a cursor from another replica', async () => {
  harness.announceStarted('f'.repeat(32), aRun());
  const replica = await harness.replica();
  const reader = await watch(replica);
  harness.broker.mute(streamQueues.started.name);
  const run = aRun();
  harness.announceStarted(owner, run);
  const other = harness.announceStarted(owner, aRun());
  const result = harness.announceCompleted(owner, run);
  const { cursor, event } = await next(reader); // it did not wait
  expect(event['eventId']).toBe(result);
  harness.broker.unmute(streamQueues.started.name);
  expect((await next(reader)).event['eventId']).toBe(other);
  const back = await watch(await harness.replica(), { after: cursor });
  expect((await next(back)).event['eventId']).toBe(other);
});

test('replays from feedCursors what a client missed, starts before their results', async () => {
  const replica = await harness.replica();
  const { events: after } = await cursorsOf(replica);
  const [one, two] = [aRun(), aRun()];
  const sent = [harness.announceStarted(owner, one), harness.announceStarted(owner, two)];
  await untilStartRead(replica, 2);
  sent.push(harness.announceCompleted(owner, two), harness.announceCompleted(owner, one));
  await untilRead(replica, 2);
  const reader = await watch(replica, { after });
  for (const eventId of sent) expect((await next(reader)).event).toMatchObject({ eventId });
});

test('refuses a cursor of the other fields, as they refuse one of its own', async () => {
  const replica = await harness.replica();
  const { started, completed, events } = await cursorsOf(replica);
  for (const [query, after] of [
    [eventsQuery, started],
    [eventsQuery, completed],
    [startedQuery, events],
    [completedQuery, events],
    [eventsQuery, 'x'],
  ]) {
    const reader = await subscribe(replica, query ?? '', { token, variables: { after } });
    expect(codeOf(await reader.next())).toBe('CURSOR_INVALID');
  }
});

test('expires a cursor whose event of either feed was evicted, and says since the earlier of both', async () => {
  const replica = await harness.replica({ config: { REPLAY_BUFFER_BYTES: 8_000 } });
  const reader = await watch(replica);
  const run = aRun();
  harness.announceStarted(owner, run);
  const { cursor } = await next(reader);
  const { at } = replica.feeds.completed.end ?? { at: NaN };
  for (let more = 0; more < 8; more += 1) harness.announceStarted(owner, aRun());
  await untilStartRead(replica, 9);
  const back = await watch(replica, { after: cursor });
  const expired = await back.next();
  expect(codeOf(expired)).toBe('CURSOR_EXPIRED');
  expect(JSON.stringify(expired)).toContain(`"since":"${new Date(at).toISOString()}"`);
  expect(await back.next()).toMatchObject({ event: 'complete' });
  expect(await replica.metrics()).toMatch(/gateway_cursor_expired_total\{field="events"\} 1/);
});

test('expires a cursor of a stream that was recreated, also one given before the new stream was read', async () => {
  const replica = await harness.replica({ feed: { markerTimeoutMs: 200 } });
  const reader = await watch(replica);
  harness.announceStarted(owner, aRun());
  await next(reader);
  const { name } = streamQueues.started;
  harness.broker.stop();
  harness.broker.recreate(name);
  harness.broker.mute(name);
  harness.broker.start();
  await eventually(() => replica.feeds.started.log.newest === undefined, { within: 3_000 });
  harness.announceCompleted(owner, aRun());
  const { cursor } = await next(reader);
  harness.broker.unmute(name);
  await eventually(() => replica.feeds.started.caughtUp, { within: 3_000 });
  const back = await watch(replica, { after: cursor });
  expect(codeOf(await back.next(7_000))).toBe('CURSOR_EXPIRED');
  harness.announceStarted(owner, aRun());
  expect((await next(reader)).event['__typename']).toBe('AnalysisStarted'); // who stays misses nothing
});

test('ends the stream, rather than expire a cursor, when one of its streams is not read as far', async () => {
  const replica = await harness.replica();
  const { name } = streamQueues.started;
  const quick = await harness.replica();
  harness.announceStarted(owner, aRun());
  await untilStartRead(quick, 2);
  const { events: after } = await cursorsOf(quick);
  await untilStartRead(replica, 2);
  const text = Buffer.from(after ?? '', 'base64url').toString();
  const ahead = text.replace(/^events:(\d+)/, (_, offset) => `events:${Number(offset) + 1}`);
  harness.broker.mute(name);
  harness.announceStarted(owner, aRun());
  const reader = await watch(replica, { after: Buffer.from(ahead).toString('base64url') });
  expect(await reader.next(7_000)).toBe('end'); // without `complete`
});

test('sends the start of a running analysis once and completes after its result, with correlationId', async () => {
  const run = aRun();
  const { correlationId } = run;
  const asked = Promise.withResolvers<undefined>();
  const replica = await harness.replica({
    orchestrator: (call) => asked.promise.then(() => answers(stateOf(run, 'RUNNING'))(call)),
  });
  const reader = await watch(replica, { correlationId });
  const start = harness.announceStarted(owner, run);
  expect((await next(reader)).event['eventId']).toBe(start);
  asked.resolve(undefined);
  const late = await watch(replica, { correlationId }); // known from the stream, and asked for again
  expect((await next(late)).event['eventId']).toBe(start);
  expect(await late.next(100)).toBe('silence');
  const result = harness.announceCompleted(owner, run);
  for (const one of [reader, late]) {
    expect((await next(one)).event['eventId']).toBe(result);
    expect(await one.next()).toMatchObject({ event: 'complete' });
  }
});

test('sends the start that the orchestrator knows once, though it comes live afterwards', async () => {
  const run = aRun();
  const { correlationId } = run;
  const replica = await harness.replica({ orchestrator: answers(stateOf(run, 'RUNNING')) });
  const reader = await watch(replica, { correlationId });
  const { event } = await next(reader);
  expect(event).toMatchObject({
    __typename: 'AnalysisStarted',
    eventId: harness.announceStarted(owner, run),
  });
  const result = harness.announceCompleted(owner, run);
  expect((await next(reader)).event['eventId']).toBe(result);
  expect(await reader.next()).toMatchObject({ event: 'complete' });
});

test('sends the result alone of an analysis that has ended, from memory or from the orchestrator', async () => {
  const [recent, old] = [aRun(), aRun()];
  const replica = await harness.replica({ orchestrator: answers(stateOf(old, 'FAILED')) });
  harness.announceStarted(owner, recent);
  harness.announceCompleted(owner, recent);
  await untilRead(replica, 1);
  for (const { correlationId } of [recent, old]) {
    const reader = await watch(replica, { correlationId });
    const { cursor, event } = await next(reader);
    expect(event).toMatchObject({ __typename: 'AnalysisCompleted', correlationId });
    expect(await reader.next()).toMatchObject({ event: 'complete' });
    if (correlationId !== recent.correlationId) continue;
    const back = await watch(replica, { correlationId, after: cursor });
    expect(await back.next()).toMatchObject({ event: 'complete' });
  }
});
