import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aRun } from '../../tests/support/gateway/announced-run.ts';
import {
  GatewayHarness,
  untilRead,
  type Replica,
} from '../../tests/support/gateway/gateway-harness.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const owner = 'a'.repeat(32);
let harness: GatewayHarness;
beforeEach(async () => {
  harness = await GatewayHarness.start();
});
afterEach(() => harness.stop());

/** In a function of its own, so that no variable of the test holds the event. */
function bodyOf(replica: Replica): WeakRef<Buffer> {
  const [event] = replica.feeds.completed.log.read(owner, undefined, -1);
  if (event === undefined) throw new Error('the log has no event');
  return new WeakRef(event.body);
}

test('frees the body of an evicted event: no list of runs or ids keeps it alive', async () => {
  const replica = await harness.replica({ config: { REPLAY_BUFFER_BYTES: 3_000 } });
  harness.announceCompleted(owner, aRun());
  await untilRead(replica, 1);
  const body = bodyOf(replica);
  for (let more = 0; more < 5; more += 1) harness.announceCompleted(owner, aRun());
  await untilRead(replica, 6);
  await eventually(
    () => {
      collectGarbage();
      return body.deref() === undefined;
    },
    { within: 3_000 },
  );
});

test('keeps its memory within the limit, however many events come', async () => {
  const replica = await harness.replica({ config: { REPLAY_BUFFER_BYTES: 50_000 } });
  for (let event = 1; event <= 500; event += 1) harness.announceCompleted(owner, aRun());
  await untilRead(replica, 500);
  expect(replica.feeds.completed.log.bytes).toBeLessThanOrEqual(50_000);
  expect(replica.feeds.completed.log.events).toBeGreaterThan(20);
});

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

test('holds the window only after a start, but drops repeats of the hour before it', async () => {
  const longAgo = aRun({ time: hoursAgo(1.5) });
  harness.announceCompleted(owner, longAgo);
  const recent = aRun();
  const id = harness.announceCompleted(owner, recent);
  const replica = await harness.replica();
  const { log } = replica.feeds.completed;
  expect(log.read(owner, undefined, -1).map((event) => event.id)).toEqual([id]);

  harness.announceCompleted(owner, {
    correlationId: longAgo.correlationId,
    runId: longAgo.runId,
    startedAt: longAgo.startedAt,
  });
  await untilRead(replica, 3);
  expect(log.read(owner, undefined, -1).map((event) => event.id)).toEqual([id]);
});

test('reads no more at a start than the window and an hour before it, however long the stream is', async () => {
  for (let event = 0; event < 5; event += 1)
    harness.announceCompleted(owner, aRun({ time: hoursAgo(3) }));
  const id = harness.announceCompleted(owner, aRun());
  const { completed } = (await harness.replica()).feeds;
  expect(completed.log.read(owner, undefined, -1).map((event) => event.id)).toEqual([id]);
  expect(completed.knownIds).toBe(2); // the event's and the marker's
});
