import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Stage, aRun, type Replica } from '../../tests/support/gateway/stage.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const owner = 'a'.repeat(32);
let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const read = (replica: Replica, offset: number) =>
  eventually(() => (replica.feeds.completed.log.newest?.offset ?? -1) >= offset);

/** In a function of its own, so that no variable of the test holds the event. */
function bodyOf(replica: Replica): WeakRef<Buffer> {
  const [event] = replica.feeds.completed.log.read(owner, undefined, -1);
  if (event === undefined) throw new Error('no event');
  return new WeakRef(event.body);
}

test('what memory lets go of is gone: no list of runs or ids keeps a body alive', async () => {
  const replica = await stage.replica({ feed: { bytes: 3_000 } });
  stage.announceCompleted(owner, aRun());
  await read(replica, 1);
  const body = bodyOf(replica);
  for (let more = 0; more < 5; more += 1) stage.announceCompleted(owner, aRun());
  await read(replica, 6);
  await eventually(
    () => {
      collectGarbage();
      return body.deref() === undefined;
    },
    { within: 3_000 },
  );
});

test('memory stays within its bound, whatever comes', async () => {
  const replica = await stage.replica({ feed: { bytes: 50_000 } });
  for (let event = 1; event <= 500; event += 1) stage.announceCompleted(owner, aRun());
  await read(replica, 500);
  expect(replica.feeds.completed.log.bytes).toBeLessThanOrEqual(50_000);
  expect(replica.feeds.completed.log.events).toBeGreaterThan(20);
});

test('a replica that starts anew knows the window only, but drops repeats of the whole day', async () => {
  const longAgo = aRun({ time: new Date(Date.now() - 5 * 3_600_000).toISOString() });
  stage.announceCompleted(owner, longAgo);
  const recent = aRun();
  const id = stage.announceCompleted(owner, recent);
  const replica = await stage.replica();
  const { log } = replica.feeds.completed;
  expect(log.read(owner, undefined, -1).map((event) => event.id)).toEqual([id]);

  stage.announceCompleted(owner, {
    correlationId: longAgo.correlationId,
    runId: longAgo.runId,
    startedAt: longAgo.startedAt,
  });
  await read(replica, 3);
  expect(log.read(owner, undefined, -1).map((event) => event.id)).toEqual([id]);
});
