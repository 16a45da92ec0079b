import { setImmediate as tick } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { streamQueues } from '../../contracts/topology.ts';
import { silentLogger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';
import {
  aRun,
  completedEvent,
  correctedEvent,
  startedEvent,
  type AnnouncedRun,
} from '../../tests/support/gateway/announced-run.ts';
import { StreamBroker } from '../../tests/support/gateway/stream-broker.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';
import type { FeedField } from './cursor.ts';
import { feedsOf, isCaughtUp, openFeeds, viewsOf } from './feeds.ts';
import { subscribeToFeed } from './subscribe-to-feed.ts';

const owner = 'a'.repeat(32);

interface Received {
  readonly id: string;
  readonly field: FeedField;
  readonly run: string;
  readonly cursor: string;
}

/** The replicas read the same messages, each at a pace of its own. */
class TestReplica {
  readonly broker = new StreamBroker();
  readonly feeds = openFeeds({
    rabbit: this.broker.connect(),
    logger: silentLogger(),
    windowMs: 3_600_000,
    bytes: 10_000_000,
    counters: { read: ignore, repeated: ignore, unreadable: ignore },
    now: Date.now,
  });
  readonly view = viewsOf(this.feeds).events;

  subscribe(after: string, onEvent: (event: Received) => void): () => Promise<unknown> {
    const stream = subscribeToFeed<Received>(
      {
        feed: this.view,
        toPayload: {
          fromEvent: ({ id, field, correlationId, runId }, cursor) => {
            return { id, field, run: `${correlationId}/${runId}`, cursor };
          },
          fromState: () => [],
        },
        readState: () => Promise.reject(new Problem(503, 'UNREACHABLE', 'unavailable')),
        onOverflow: ignore,
        onBehind: () => {
          throw new Error('behind: the replica has read everything');
        },
        counters: { replayed: ignore, cursorExpired: ignore },
      },
      { owner, after },
    );
    void (async () => {
      for await (const event of stream) {
        if (event instanceof Error) throw event;
        onEvent(event);
      }
    })();
    return () => stream.return();
  }

  async stop(): Promise<void> {
    await Promise.all(feedsOf(this.feeds).map((feed) => feed.stop()));
  }
}

const ignore = () => undefined;

/** Until what was published has been delivered, and what was delivered has been received. */
async function settle(): Promise<void> {
  for (let n = 0; n < 5; n += 1) await tick();
}

const fields = ['started', 'completed', 'changed'] as const;
const announce = { started: startedEvent, completed: completedEvent, changed: correctedEvent };
const field = fc.constantFrom(...fields);
const replica = fc.nat({ max: 1 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ publish: field, run: fc.nat({ max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ mute: field, replica }) },
  { weight: 4, arbitrary: fc.record({ unmute: field, replica }) },
  { weight: 2, arbitrary: fc.record({ reconnectTo: replica }) },
  { weight: 1, arbitrary: fc.constant('settle' as const) },
);

/** Of ten runs of four analyses, each announced at most as often as the steps say. */
async function play(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) {
  const replicas = [new TestReplica(), new TestReplica()] as const;
  await eventually(() => replicas.every(({ feeds }) => isCaughtUp(feeds)));
  const published: Record<FeedField, string[]> = { started: [], completed: [], changed: [] };
  const publish = (of: FeedField, run: AnnouncedRun, by = owner) => {
    const event = announce[of](by, run);
    for (const { broker } of replicas) broker.announce(streamQueues[of].name, event);
    return event.id;
  };
  const foreign = aRun(); // the markers before it differ between the replicas
  publish('started', foreign, 'f'.repeat(32));
  publish('completed', foreign, 'f'.repeat(32));
  publish('changed', foreign, 'f'.repeat(32));
  await settle();

  const ids = Array.from({ length: 4 }, () => uuidv7());
  const runs = Array.from({ length: 10 }, (_, n) =>
    aRun({ correlationId: ids[n % 4] ?? '', runId: `run-${n}` }),
  );
  const begin = replicas[0].view.newestCursor();
  const received: Received[] = [];
  const subscribe = (to: number) =>
    (replicas[to] ?? replicas[0]).subscribe(received.at(-1)?.cursor ?? begin, (event) =>
      received.push(event),
    );
  const unmuteAll = () => {
    for (const { broker } of replicas)
      for (const { name } of Object.values(streamQueues)) broker.unmute(name);
  };
  let cut = subscribe(0);
  for (const now of steps) {
    if (now === 'settle') await settle();
    else if ('publish' in now) {
      const id = publish(now.publish, runs[now.run] ?? foreign);
      if (!published[now.publish].includes(id)) published[now.publish].push(id);
    } else if ('mute' in now) replicas[now.replica]?.broker.mute(streamQueues[now.mute].name);
    else if ('unmute' in now) replicas[now.replica]?.broker.unmute(streamQueues[now.unmute].name);
    else {
      await settle();
      await cut();
      const onTheWay = received.length;
      cut = subscribe(now.reconnectTo);
      await tick();
      if (received.length === onTheWay) unmuteAll(); // it may wait for what it has not read
    }
    await tick();
  }
  unmuteAll();
  await settle();
  await cut();
  return { replicas, published, received, begin };
}

type Played = Awaited<ReturnType<typeof play>>;

const ofField = (events: readonly Received[], of: FeedField) =>
  events.filter((event) => event.field === of);

/** Everything but what has come, and starts of runs whose result has come. */
function behind({ published }: Played, received: readonly Received[]) {
  const had = new Set(received.map(({ id }) => id));
  const ended = new Set(ofField(received, 'completed').map(({ run }) => run));
  const runOf = (id: string) => id.split(':').slice(0, 2).join('/');
  return {
    started: published.started.filter((id) => !had.has(id) && !ended.has(runOf(id))),
    completed: published.completed.filter((id) => !had.has(id)),
    changed: published.changed.filter((id) => !had.has(id)),
  };
}

const idsByField = (events: readonly Received[]) => ({
  started: ofField(events, 'started').map(({ id }) => id),
  completed: ofField(events, 'completed').map(({ id }) => id),
  changed: ofField(events, 'changed').map(({ id }) => id),
});

function expectInOrder({ published }: Played, events: readonly Received[]): void {
  const got = idsByField(events);
  for (const name of fields)
    // once, and in order
    expect(got[name]).toEqual(published[name].filter((id) => got[name].includes(id)));
  const ended = new Set<string>();
  for (const event of events) {
    if (event.field === 'completed') ended.add(event.run);
    else if (event.field === 'started') expect(ended).not.toContain(event.run);
  }
}

test('sends every result and correction once and in order, and no start after its result, however the streams are read and wherever a client comes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const played = await play(steps);
      expectInOrder(played, played.received);
      expect(behind(played, played.received)).toEqual({ started: [], completed: [], changed: [] });
      await Promise.all(played.replicas.map((one) => one.stop()));
    }),
    { numRuns: 40 },
  );
});

test('sends exactly the events behind it for any cursor, on every replica', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const played = await play(steps);
      const { received, begin, replicas } = played;
      const cursors = [begin, ...received.map(({ cursor }) => cursor)];
      for (const [place, cursor] of cursors.entries()) {
        const before = received.slice(0, place);
        for (const one of replicas) {
          const rest: Received[] = [];
          const end = one.subscribe(cursor, (event) => rest.push(event));
          await settle();
          await end();
          expect(idsByField(rest)).toEqual(behind(played, before));
          expectInOrder(played, [...before, ...rest]);
        }
      }
      await Promise.all(replicas.map((replica) => replica.stop()));
    }),
    { numRuns: 25 },
  );
});
