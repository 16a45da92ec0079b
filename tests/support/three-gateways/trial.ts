// Three real gateways, many owners, and the faults of a bad minute.
import { setTimeout as pause } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import type { TokenSource } from '../../../client/sdk/index.ts';
import { ownerFrom } from '../../../gateway/auth/verify-token.ts';
import { rabbitmqUrl } from '../../../infra/stack/environment.ts';
import { healthUrlOf } from '../../../infra/stack/ports.ts';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { post } from '../gateway/requests.ts';
import { eventually } from '../harness/eventually.ts';
import { sumMetric } from '../harness/metrics.ts';
import { openProxy, targetOf } from '../harness/proxy.ts';
import { manageRabbit } from '../messaging/rabbitmq-management.ts';
import { beginStory, type Story } from '../harness/users.ts';
import { connectAnnouncer } from './announcer.ts';
import { subscribers, type Cursors, type Field, type Subscriber } from './subscribers.ts';

export const gateways = ['graph-gateway', 'graph-gateway-2', 'graph-gateway-3'] as const;

export interface Load {
  readonly owners: number;
  readonly analysesEach: number;
  /** Pause of an owner between two analyses. */
  readonly pauseMs: number;
  /** Every 50 ms each connection is cut with this probability. */
  readonly cutProbability: number;
}

export interface Verdict {
  readonly events: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly disordered: number;
  readonly foreign: number;
  /** Of `analysisEvents`: starts that came after their results. */
  readonly overtaken: number;
  readonly connections: number;
  /** Who missed events: kind of client, field, how many. */
  readonly missing: readonly string[];
}

interface Owner {
  readonly kind: keyof typeof subscribers;
  readonly owner: string;
  readonly token: TokenSource;
  readonly announced: string[];
  subscriber: Subscriber | undefined;
}

const receiveMs = 40_000;

/** Runs the faults while events flow; then everybody must have received everything, once and in order. */
export async function tryThreeGateways(stack: StackControl, load: Load): Promise<Verdict> {
  const story = await beginStory();
  const targets = gateways.map((name) => targetOf(stack.url(name)));
  // A gateway that is down refuses its share of the connections, and clients try again.
  const balancer = await openProxy(() => choose(targets));
  const announcer = connectAnnouncer(rabbitmqUrl(stack.stack));
  const owners = await Promise.all(
    Array.from({ length: load.owners }, (_, n) => newOwner(story, n)),
  );
  const url = `http://127.0.0.1:${balancer.port}/graphql`;
  const from = await feedCursors(stack.url('graph-gateway'), story.newUser().token);
  const subscribe = (owner: Owner) => {
    owner.subscriber = subscribers[owner.kind]({ url, token: owner.token, from });
  };
  const early = owners.filter((_, index) => index % 4 !== 3);
  early.forEach(subscribe);
  const cuts = setInterval(() => balancer.disconnect(load.cutProbability), 50);
  try {
    const announcing = Promise.all(
      owners.map(async ({ owner, announced }) => {
        for (let n = 0; n < load.analysesEach; n += 1) {
          announced.push(await announcer.announce(owner));
          await pause(load.pauseMs * Math.random() * 2);
        }
      }),
    );
    await injectFaults(stack, () =>
      owners.filter((owner) => !early.includes(owner)).forEach(subscribe),
    );
    await announcing;
    await Promise.all(gateways.map((name) => caughtUp(healthUrlOf(stack.stack, name))));
    await Promise.all(
      owners.map(async ({ owner, announced }) => announced.push(await announcer.announce(owner))),
    );
    await eventually(() => assertAllReceived(owners), { within: receiveMs }).catch(() => undefined);
    return judge(owners, balancer.connections);
  } finally {
    clearInterval(cuts);
    await Promise.all(owners.map(async ({ subscriber }) => subscriber?.stop()));
    await Promise.all([balancer.close(), announcer.close()]);
  }
}

/** Of all fields: the SDK reads those of its own. */
async function feedCursors(url: string, token: TokenSource): Promise<Cursors> {
  const query = '{ feedCursors { started completed events } }';
  const answer = await post({ url: `${url}/graphql` }, query, { token: await token() });
  return ((await answer.json()) as { data: { feedCursors: Cursors } }).data.feedCursors;
}

const choose = <Item>(items: readonly Item[]): Item =>
  items[Math.floor(Math.random() * items.length)] as Item;

async function newOwner(story: Story, index: number): Promise<Owner> {
  const { token } = story.newUser();
  const kinds = Object.keys(subscribers) as (keyof typeof subscribers)[];
  return {
    kind: kinds[index % kinds.length] ?? 'sdk',
    owner: ownerFrom(decodeJwt(await token()), ['iss', 'sub']),
    token,
    announced: [],
    subscriber: undefined,
  };
}

/** One after another. */
async function injectFaults(stack: StackControl, subscribeLate: () => void): Promise<void> {
  await pause(1_000);
  await stack.kill('graph-gateway-2');
  await pause(1_000);
  await closeRabbitConnections(stack);
  await stack.ready('graph-gateway-2');
  for (const name of gateways) await stack.restart(name); // rolling, each drained
  subscribeLate();
  await stack.restart('rabbitmq');
  await closeRabbitConnections(stack);
}

/** Until it answers subscriptions again, which takes longer on a busy machine. */
const caughtUp = (url: string) =>
  eventually(async () => (await sumMetric(url, 'gateway_feed_caught_up')) === 2, {
    within: 90_000,
  });

async function closeRabbitConnections(stack: StackControl): Promise<void> {
  const list = await manageRabbit(stack, 'GET', '/connections');
  const connections = (await list.json()) as { name: string; user_provided_name?: string }[];
  const ours = connections.filter(({ user_provided_name: given }) =>
    given?.startsWith('graph-gateway'),
  );
  await Promise.all(
    ours.map(({ name }) =>
      manageRabbit(stack, 'DELETE', `/connections/${encodeURIComponent(name)}`).catch(
        () => undefined, // closed by itself meanwhile
      ),
    ),
  );
}

function assertAllReceived(owners: readonly Owner[]): void {
  for (const { announced, subscriber, kind } of owners) {
    const last = announced.at(-1) ?? '';
    const received = subscriber?.received;
    if (received?.completed.includes(last) !== true) throw new Error('last event not received');
    if (subscriber?.corrected?.includes(last) === false)
      throw new Error('last correction not received');
    if (!mayMissStarts(kind) && !received.started.includes(last))
      throw new Error('last event not received');
  }
}

function judge(owners: readonly Owner[], connections: number): Verdict {
  const all = owners.flatMap((owner) => [
    ...[compare(owner, 'started'), compare(owner, 'completed')],
    ...(owner.subscriber?.corrected === undefined ? [] : [compare(owner, 'corrected')]),
  ]);
  const sum = (of: (one: (typeof all)[number]) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  return {
    events: sum(({ events }) => events),
    lost: sum(({ lost }) => lost),
    duplicates: sum(({ duplicates }) => duplicates),
    disordered: sum(({ disordered }) => disordered),
    foreign: sum(({ foreign }) => foreign),
    overtaken: owners.reduce((n, { subscriber }) => n + (subscriber?.overtaken?.length ?? 0), 0),
    connections,
    missing: all.filter(({ lost }) => lost > 0).map(({ who, lost }) => `${who}: ${lost}`),
  };
}

/** Both leave out a start that was overtaken by its end; everybody must receive everything else. */
const mayMissStarts = (kind: Owner['kind']) => kind === 'sdk' || kind === 'events';

function compare({ announced, subscriber, kind }: Owner, field: Field | 'corrected') {
  const received =
    (field === 'corrected' ? subscriber?.corrected : subscriber?.received[field]) ?? [];
  const once = [...new Set(received)];
  const mayMiss = mayMissStarts(kind) && field === 'started';
  const places = once.map((id) => announced.indexOf(id)).filter((place) => place >= 0);
  return {
    who: `${kind} ${field}`,
    events: field === 'corrected' ? 0 : announced.length, // few read them
    lost: mayMiss ? 0 : announced.filter((id) => !received.includes(id)).length,
    duplicates: received.length - once.length,
    disordered: places.filter((place, index) => index > 0 && place < (places[index - 1] ?? 0))
      .length,
    foreign: once.filter((id) => !announced.includes(id)).length,
  };
}
