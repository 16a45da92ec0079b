// What a stream does with a client that does not read, or is gone before it began.
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  Stage,
  aRun,
  answers,
  completedQuery,
  stateOf,
  subscribe,
  type Replica,
} from '../../tests/support/gateway/stage.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

const heardOf = 'subscription { onAnalysisCompleted { failure { message } } }';

let stage: Stage;
let token: string;
let owner: string;
beforeEach(async () => {
  stage = await Stage.open();
  token = await stage.token({ sub: 'mallory' });
  owner = await stage.owner(token);
});
afterEach(() => stage.close());

test('STREAM_BLOCKED: a client that reads nothing while events wait loses its connection', async () => {
  const replica = await stage.replica({ limits: { STREAM_BLOCKED: 200 } });
  const socket = await openWithoutReading(replica, heardOf);
  await eventually(() => replica.streams.size === 1);
  // 10 MB a second: the kernel's buffers are full soon, the 4 MB that may wait here are not.
  const message = 'x'.repeat(20_000);
  const flood = setInterval(() => stage.announceCompleted(owner, aRun({ message })), 2);
  try {
    await eventually(() => replica.streams.size === 0, { within: 30_000 });
  } finally {
    clearInterval(flood);
  }
  expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="blocked"} 1');
  socket.resume(); // what the kernel holds comes first, then the end
  await new Promise((resolve) => socket.once('close', resolve));
});

test('a client that hangs up while its token is looked at leaves no stream behind', async () => {
  const asked = Promise.withResolvers<undefined>();
  const hungUp = Promise.withResolvers<undefined>();
  const replica = await stage.replica({
    verifyToken: async (authorization) => {
      asked.resolve(undefined);
      await hungUp.promise;
      return stage.verifyToken(authorization);
    },
  });
  const socket = await openWithoutReading(replica, heardOf);
  await asked.promise;
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100)); // until the server has heard of it
  hungUp.resolve(undefined);
  await eventually(async () => (await replica.metrics()).includes('{reason="client"} 1'));
  expect(replica.streams.size).toBe(0);
});

test('a client that reads nothing does not keep a replica from stopping', async () => {
  const replica = await stage.replica();
  const socket = await openWithoutReading(replica, heardOf);
  await eventually(() => replica.streams.size === 1);
  const message = 'x'.repeat(20_000);
  const sent = async () =>
    Number(/^gateway_events_sent_total (\d+)$/m.exec(await replica.metrics())?.[1]);
  for (let before = -1; (await sent()) > before;) {
    before = await sent(); // until a round brings nothing more: the connection is full
    for (let n = 0; n < 100; n += 1) stage.announceCompleted(owner, aRun({ message }));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await replica.stop();
  socket.destroy();
});

test('STREAM_BLOCKED: a client that does not read the answer of a query loses its connection too', async () => {
  const failure = { code: 'TIMED_OUT', message: 'x'.repeat(250_000) };
  const items = Array.from({ length: 100 }, (_, n) => ({
    ...stateOf(aRun(), 'FAILED'),
    failure,
    cursor: String(n),
  }));
  const replica = await stage.replica({
    limits: { STREAM_BLOCKED: 100 },
    orchestrator: answers({ items, hasNextPage: false }),
  });
  const query = '{ analyses(first: 100) { edges { node { failure { message } } } } }';
  const socket = await openWithoutReading(replica, query);
  await new Promise((resolve) => setTimeout(resolve, 2_000)); // a client sees nothing of it unread
  let bytes = 0;
  socket.on('data', (chunk) => (bytes += chunk.length)).resume();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(bytes).toBeLessThan(25_000_000); // what the kernel held
});

test('a stream that was over before its first byte ends without complete, and its source is let go', async () => {
  const replica: Replica = await stage.replica({
    verifyToken: async (authorization) => {
      const caller = await stage.verifyToken(authorization);
      void drainOnceOpen(replica);
      return caller;
    },
  });
  const { completed } = replica.feeds;
  const listen = completed.listen.bind(completed);
  let listening = 0;
  completed.listen = (...to) => {
    const stop = listen(...to);
    listening += 1;
    return () => {
      listening -= 1;
      stop();
    };
  };
  const reader = await subscribe(replica, completedQuery, { token });
  expect(await reader.next()).toBe('end');
  expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="drain"} 1');
  expect(listening).toBe(0);
});

/** In the very turn in which a stream is opened. */
async function drainOnceOpen({ streams }: Replica) {
  while (streams.size === 0) await Promise.resolve();
  await streams.drain(0);
}

/** Asks over a socket of its own, and leaves everything that comes where it is. */
async function openWithoutReading({ url }: Replica, query: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
  socket.on('error', () => undefined); // reset by the other side: what is waited for
  const body = JSON.stringify({ query });
  await new Promise<void>((resolve) => {
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${token}\r\n` +
        'accept: text/event-stream\r\ncontent-type: application/json\r\n' +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      () => resolve(),
    );
  });
  return socket;
}
