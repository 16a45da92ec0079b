// Clients that do not read, or are gone before the stream begins.
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aRun, registeredOf } from '../../tests/support/gateway/announced-run.ts';
import {
  GatewayHarness,
  answers,
  type Replica,
} from '../../tests/support/gateway/gateway-harness.ts';
import { completedQuery, subscribe } from '../../tests/support/gateway/requests.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';

const query = 'subscription { onAnalysisCompleted { failure { message } } }';

let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'mallory' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

test('cuts off a client that reads nothing for STREAM_WRITE_TIMEOUT while events wait', async () => {
  const replica = await harness.replica({ config: { STREAM_WRITE_TIMEOUT: 200 } });
  const socket = await openWithoutReading(replica, query);
  await eventually(() => replica.streams.size === 1);
  // 10 MB a second: the kernel's buffers are full soon, the 4 MB that may wait here are not.
  const message = 'x'.repeat(20_000);
  const flood = setInterval(() => harness.announceCompleted(owner, aRun({ message })), 2);
  try {
    await eventually(() => replica.streams.size === 0, { within: 30_000 });
  } finally {
    clearInterval(flood);
  }
  expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="blocked"} 1');
  socket.resume(); // what the kernel holds comes first, then the end
  await new Promise((resolve) => socket.once('close', resolve));
});

test('opens no stream for a client that hangs up while its token is verified', async () => {
  const asked = Promise.withResolvers<undefined>();
  const hungUp = Promise.withResolvers<undefined>();
  const replica = await harness.replica({
    verifyToken: async (authorization) => {
      asked.resolve(undefined);
      await hungUp.promise;
      return harness.verifyToken(authorization);
    },
  });
  const socket = await openWithoutReading(replica, query);
  await asked.promise;
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100)); // until the server has noticed
  hungUp.resolve(undefined);
  await eventually(async () => (await replica.metrics()).includes('{reason="client"} 1'));
  expect(replica.streams.size).toBe(0);
});

test('stops the gateway although a client reads nothing', async () => {
  const replica = await harness.replica();
  const socket = await openWithoutReading(replica, query);
  await eventually(() => replica.streams.size === 1);
  const message = 'x'.repeat(20_000);
  const sent = async () =>
    Number(/^gateway_events_sent_total (\d+)$/m.exec(await replica.metrics())?.[1]);
  for (let before = -1; (await sent()) > before;) {
    before = await sent(); // until a round brings nothing more: the connection is full
    for (let n = 0; n < 100; n += 1) harness.announceCompleted(owner, aRun({ message }));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await replica.stop();
  socket.destroy();
});

test('cuts off a client that does not read the answer of a query for STREAM_WRITE_TIMEOUT', async () => {
  const failure = { code: 'TIMED_OUT', message: 'x'.repeat(250_000) };
  const items = Array.from({ length: 100 }, (_, n) => ({
    ...registeredOf(aRun(), 'FAILED'),
    failure,
    cursor: String(n),
  }));
  const replica = await harness.replica({
    config: { STREAM_WRITE_TIMEOUT: 100 },
    register: answers({ items, hasNextPage: false }),
  });
  const query = '{ analyses(first: 100) { edges { node { failure { message } } } } }';
  const socket = await openWithoutReading(replica, query);
  await new Promise((resolve) => setTimeout(resolve, 2_000)); // a client sees nothing of it unread
  let bytes = 0;
  socket.on('data', (chunk) => (bytes += chunk.length)).resume();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(bytes).toBeLessThan(25_000_000); // what the kernel held
});

test('ends a stream without complete that was over before its first byte, and unsubscribes it', async () => {
  const replica: Replica = await harness.replica({
    verifyToken: async (authorization) => {
      const caller = await harness.verifyToken(authorization);
      void drainOnceOpen(replica);
      return caller;
    },
  });
  const { completed } = replica.feeds;
  const subscribeToFeed = completed.subscribe.bind(completed);
  let subscribers = 0;
  completed.subscribe = (...args) => {
    const stop = subscribeToFeed(...args);
    subscribers += 1;
    return () => {
      subscribers -= 1;
      stop();
    };
  };
  const reader = await subscribe(replica, completedQuery, { token });
  expect(await reader.next()).toBe('end');
  expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="drain"} 1');
  expect(subscribers).toBe(0);
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
