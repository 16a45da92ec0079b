// What the feed promises on the real RabbitMQ, while connections of replicas and clients break.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { encodeEvent } from '../../contracts/cloudevents.ts';
import { aRun, completedEvent } from '../support/gateway/announced-run.ts';
import { GatewayHarness, type Replica } from '../support/gateway/gateway-harness.ts';
import { completedQuery, post, EventReader } from '../support/gateway/requests.ts';
import type { RabbitConnection } from '../../platform/rabbitmq/rabbitmq.ts';
import { openProxy, targetOf, through, type Proxy } from '../support/harness/proxy.ts';
import { asOperator, cleanUpRabbit, ownPlaces, rabbitOf } from '../support/messaging/rabbitmq.ts';
import { rabbitUrl } from '../support/harness/environment.ts';
import { eventually } from '../support/harness/eventually.ts';
import { viewsOf } from '../../gateway/feed/feeds.ts';

let harness: GatewayHarness;
let publisher: RabbitConnection;
const proxies: Proxy[] = [];
const places = { started: ownPlaces(), completed: ownPlaces(), changed: ownPlaces() };
const topology = {
  exchanges: Object.values(places).flatMap((place) => place.topology.exchanges),
  queues: Object.values(places).flatMap((place) =>
    place.topology.queues.filter(({ name }) => name === place.stream),
  ),
};

beforeEach(async () => {
  harness = await GatewayHarness.start();
  publisher = rabbitOf(topology);
  await eventually(() => publisher.state === 'connected');
});
afterEach(async () => {
  await harness.stop();
  await cleanUpRabbit();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

/** A replica with a proxy of its own to RabbitMQ. */
async function replicaOnALine(
  markerTimeoutMs = 1_000,
): Promise<{ replica: Replica; proxy: Proxy }> {
  const proxy = await openProxy(targetOf(rabbitUrl));
  proxies.push(proxy);
  const replica = await harness.replica({
    real: {
      rabbit: rabbitOf(topology, { url: through(proxy, rabbitUrl) }),
      queues: {
        started: { name: places.started.stream },
        completed: { name: places.completed.stream },
        changed: { name: places.changed.stream },
      },
    },
    feed: { markerTimeoutMs },
  });
  return { replica, proxy };
}

async function publish(owner: string): Promise<string> {
  const event = completedEvent(owner, aRun());
  await publisher.publish({
    exchange: places.completed.exchange,
    messageId: event.id,
    type: event.type,
    ...encodeEvent(event, 'cloudEvents_'),
  });
  return event.id;
}

/** A client as the documents describe it: comes back with its last cursor, to any replica. */
class Watcher {
  readonly received: string[] = [];
  subscriptions = 0;
  readonly #token: string;
  readonly #replicas: readonly Replica[];
  #after: string | undefined;
  #reader: EventReader | undefined;
  #isOver = false;

  constructor(token: string, replicas: readonly Replica[]) {
    this.#token = token;
    this.#replicas = replicas;
  }

  async watch(): Promise<void> {
    while (!this.#isOver) {
      await this.#subscribe().catch(() => undefined); // cut: back to another replica
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async cut(): Promise<void> {
    await this.#reader?.cancel().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.cut();
  }

  async #subscribe(): Promise<void> {
    const replica = this.#replicas[Math.floor(Math.random() * this.#replicas.length)];
    if (replica === undefined) throw new Error('replicas: empty; pass one');
    this.#after ??= await this.#beginning(replica);
    const response = await post(replica, completedQuery, {
      token: this.#token,
      variables: { after: this.#after },
      headers: { accept: 'text/event-stream' },
    });
    if (response.status !== 200) throw new Error(`refused: ${response.status}`);
    this.#reader = new EventReader(response);
    if (this.#isOver) await this.cut(); // stopped while it was being opened: nobody else would end it
    this.subscriptions += 1;
    for (;;) {
      const { eventId, cursor } = await this.#reader.payload(60_000);
      this.received.push(String(eventId));
      this.#after = String(cursor);
    }
  }

  async #beginning(replica: Replica): Promise<string> {
    const answer = await post(replica, '{ feedCursors { completed } }', { token: this.#token });
    const body = (await answer.json()) as { data: { feedCursors: { completed: string } } };
    return body.data.feedCursors.completed;
  }
}

test('delivers every event once, in order and to its owner while connections of three replicas and their clients break', async () => {
  const running = [await replicaOnALine(), await replicaOnALine(), await replicaOnALine()];
  const replicas = running.map(({ replica }) => replica);
  const owners = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const token = await harness.token({ sub: `owner-${index}` });
      return { owner: await harness.owner(token), watcher: new Watcher(token, replicas) };
    }),
  );
  const watchers = owners.map(({ watcher }) => watcher);
  const watching = watchers.map((watcher) => watcher.watch());
  await eventually(() => watchers.every(({ subscriptions }) => subscriptions > 0));

  const cuts = setInterval(() => {
    for (const watcher of watchers) if (Math.random() < 0.15) void watcher.cut();
  }, 50);
  const lineCuts = setInterval(() => {
    running[Math.floor(Math.random() * running.length)]?.proxy.disconnect();
  }, 400);

  const eventsEach = 40;
  const published = owners.map((): string[] => []);
  for (let round = 0; round < eventsEach; round += 1)
    for (const [index, { owner }] of owners.entries()) published[index]?.push(await publish(owner));

  clearInterval(lineCuts);
  await eventually(() => watchers.every(({ received }) => received.length >= eventsEach), {
    within: 60_000,
  });
  clearInterval(cuts);
  await Promise.all(watchers.map((watcher) => watcher.stop()));
  await Promise.all(watching);
  expect(watchers.map(({ received }) => received)).toEqual(published);
  const subscriptions = watchers.reduce((sum, watcher) => sum + watcher.subscriptions, 0);
  expect(subscriptions).toBeGreaterThan(3 * watchers.length); // cuts did happen
});

test('reads the new stream after the old one was deleted under a running gateway, and expires old cursors', async () => {
  const { replica } = await replicaOnALine();
  const token = await harness.token({ sub: 'ada' });
  const owner = await harness.owner(token);
  const watcher = new Watcher(token, [replica]);
  const watching = watcher.watch();
  await eventually(() => watcher.subscriptions > 0); // its cursors are taken: from here on it receives all
  for (let before = 0; before < 5; before += 1) await publish(owner);
  await eventually(() => watcher.received.length === 5);
  const old = viewsOf(replica.feeds).completed.newestCursor();

  await asOperator((channel) => channel.deleteQueue(places.completed.stream));
  await eventually(() => !replica.feeds.completed.caughtUp);
  await eventually(() => replica.feeds.completed.caughtUp, { within: 30_000 });
  const live = await publish(owner);
  await eventually(() => watcher.received.at(-1) === live);

  const response = await post(replica, completedQuery, {
    token,
    variables: { after: old },
    headers: { accept: 'text/event-stream' },
  });
  const refused = new EventReader(response);
  expect(JSON.stringify(await refused.next(7_000))).toContain('CURSOR_EXPIRED');
  await watcher.stop();
  await watching;
});
