// Three real gateways, many owners, and everything that can happen to them in a minute.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import {
  clientCredentials,
  createTrackunitClient,
  type TokenSource,
} from '../../../client/sdk/index.ts';
import { ownerFrom } from '../../../gateway/auth/verify-token.ts';
import { clientSecretOf } from '../../../infra/emulators/identity/local-user.ts';
import { rabbitmqUrl } from '../../../infra/native/rabbitmq.ts';
import type { StackControl } from '../../../infra/supervisor/stack-control.ts';
import { eventually } from '../harness/eventually.ts';
import { connectAnnouncer } from './announcer.ts';
import { openBalancer, type Balancer } from './balancer.ts';
import { listeners, type Cursors, type Field, type Listener } from './listeners.ts';

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
  readonly connections: number;
  /** Who missed something: kind of client, field, how much of what it was told last. */
  readonly missing: readonly string[];
}

interface Person {
  readonly kind: keyof typeof listeners;
  readonly owner: string;
  readonly token: TokenSource;
  readonly told: string[];
  listener: Listener | undefined;
}

const hearMs = 40_000;

/** Runs the faults while events flow; then everybody must have heard everything, once and in order. */
export async function tryThreeGateways(stack: StackControl, load: Load): Promise<Verdict> {
  const balancer = await openBalancer(gateways.map((name) => stack.url(name)));
  const announcer = connectAnnouncer(rabbitmqUrl(stack.stack));
  const people = await Promise.all(Array.from({ length: load.owners }, (_, n) => arrive(stack, n)));
  const url = `${balancer.url}/graphql`;
  const from = await beginning(url, people);
  const listen = (person: Person) => {
    person.listener = listeners[person.kind]({ url, token: person.token, from });
  };
  const early = people.filter((_, index) => index % 4 !== 3);
  early.forEach(listen);
  const cuts = setInterval(() => balancer.cut(load.cutProbability), 50);
  try {
    const announcing = Promise.all(
      people.map(async ({ owner, told }) => {
        for (let n = 0; n < load.analysesEach; n += 1) {
          told.push(await announcer.announce(owner));
          await pause(load.pauseMs * Math.random() * 2);
        }
      }),
    );
    await befall(stack, () => people.filter((person) => !early.includes(person)).forEach(listen));
    await announcing;
    await Promise.all(gateways.map((name) => caughtUp(stack.url(name))));
    await Promise.all(
      people.map(async ({ owner, told }) => told.push(await announcer.announce(owner))),
    );
    await eventually(() => demandAllHeard(people), { within: hearMs }).catch(() => undefined);
    return judge(people, balancer);
  } finally {
    clearInterval(cuts);
    await Promise.all(people.map(async ({ listener }) => listener?.stop()));
    await Promise.all([balancer.close(), announcer.close()]);
  }
}

async function arrive(stack: StackControl, index: number): Promise<Person> {
  const name = `crowd-${index}-${randomUUID()}`;
  const token = clientCredentials({
    issuer: stack.url('identity'),
    clientId: name,
    clientSecret: clientSecretOf(name, stack.stack.secrets.IDENTITY_SECRET),
  });
  const kinds = Object.keys(listeners) as (keyof typeof listeners)[];
  return {
    kind: kinds[index % kinds.length] ?? 'sdk',
    owner: ownerFrom(decodeJwt(await token()), ['iss', 'sub']),
    token,
    told: [],
    listener: undefined,
  };
}

const beginning = (url: string, [somebody]: readonly Person[]): Promise<Cursors> =>
  createTrackunitClient({ url, token: somebody?.token ?? nobody }).feedCursors();
const nobody = () => Promise.reject(new Error('there are no people'));

/** One after another, each at a moment of its own. */
async function befall(stack: StackControl, lateOnesListen: () => void): Promise<void> {
  await pause(1_000);
  await stack.kill('graph-gateway-2');
  await pause(1_000);
  await closeRabbitConnections(stack);
  await stack.ready('graph-gateway-2');
  for (const name of gateways) await stack.restart(name); // rolling, each drained
  lateOnesListen();
  await stack.restart('rabbitmq');
  await closeRabbitConnections(stack);
}

/** Until it answers subscriptions again: how long that takes is the machine's affair, not the clients'. */
const caughtUp = (url: string) =>
  eventually(
    async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      if (metrics.match(/^gateway_feed_caught_up\{.*\} 1$/gm)?.length !== 2)
        throw new Error(`${url} has not caught up with its streams`);
    },
    { within: 90_000 },
  );

/** As an operator does it, over the management API. */
async function closeRabbitConnections(stack: StackControl): Promise<void> {
  const { RABBITMQ_USER, RABBITMQ_PASSWORD } = stack.stack.secrets;
  const connectionsUrl = `${stack.url('rabbitmq')}/api/connections`;
  const login = Buffer.from(`${RABBITMQ_USER}:${RABBITMQ_PASSWORD}`).toString('base64');
  const headers = { authorization: `Basic ${login}` };
  const list = await fetch(connectionsUrl, { headers });
  const connections = (await list.json()) as { name: string; user_provided_name?: string }[];
  await Promise.all(
    connections
      .filter(({ user_provided_name: given }) => given?.startsWith('graph-gateway') === true)
      .map(({ name }) =>
        fetch(`${connectionsUrl}/${encodeURIComponent(name)}`, {
          method: 'DELETE',
          headers,
        }),
      ),
  );
}

function demandAllHeard(people: readonly Person[]): void {
  for (const { told, listener, kind } of people) {
    const last = told.at(-1) ?? '';
    const heard = listener?.heard;
    if (heard?.completed.includes(last) !== true) throw new Error('not heard');
    if (kind !== 'sdk' && !heard.started.includes(last)) throw new Error('not heard');
  }
}

function judge(people: readonly Person[], balancer: Balancer): Verdict {
  const all = people.flatMap((person) => [
    compare(person, 'started'),
    compare(person, 'completed'),
  ]);
  const sum = (of: (one: (typeof all)[number]) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  return {
    events: sum(({ events }) => events),
    lost: sum(({ lost }) => lost),
    duplicates: sum(({ duplicates }) => duplicates),
    disordered: sum(({ disordered }) => disordered),
    foreign: sum(({ foreign }) => foreign),
    connections: balancer.connections,
    missing: all.filter(({ lost }) => lost > 0).map(({ who, lost }) => `${who}: ${lost}`),
  };
}

/** The SDK leaves out a start that was overtaken by its end; all else must be heard by all. */
function compare({ told, listener, kind }: Person, field: Field) {
  const heard = listener?.heard[field] ?? [];
  const once = [...new Set(heard)];
  const mayMiss = kind === 'sdk' && field === 'started';
  const places = once.map((id) => told.indexOf(id)).filter((place) => place >= 0);
  return {
    who: `${kind} ${field}`,
    events: told.length,
    lost: mayMiss ? 0 : told.filter((id) => !heard.includes(id)).length,
    duplicates: heard.length - once.length,
    disordered: places.filter((place, index) => index > 0 && place < (places[index - 1] ?? 0))
      .length,
    foreign: once.filter((id) => !told.includes(id)).length,
  };
}
