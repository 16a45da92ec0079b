// Subscriptions: speed, memory and slow readers of the gateway, beside graphql-yoga in the same run.
import { printTable, ratio, spreadOf } from '../../support/measure/figures.ts';
import { ownerOf } from './payload.ts';
import { startServer, type MeasuredServer, type ServerKind } from './protocol.ts';
import { openSubscribers, subscribe } from './subscribers.ts';

const subscribers = 5_000;
const rounds = 3;
const kinds: Readonly<Record<ServerKind, { title: string; events: number; warmUp: number }>> = {
  gateway: { title: 'graph-gateway', events: 20_000, warmUp: 6_000 },
  'yoga-feeds': { title: 'graphql-yoga, same feeds and index', events: 20_000, warmUp: 6_000 },
  yoga: {
    title: 'graphql-yoga, a topic per owner, events ready made',
    events: 20_000,
    warmUp: 6_000,
  },
  'yoga-filter': {
    title: 'graphql-yoga, a filter per subscriber, events ready made',
    events: 60,
    warmUp: 300,
  },
};

interface Round {
  readonly perSecond: number;
  readonly cpuPerEvent: number;
  readonly rssPerStream: number;
  readonly livePerStream: number;
}

export async function benchStreams(): Promise<void> {
  const measured: Record<ServerKind, Round[]> = {
    gateway: [],
    'yoga-feeds': [],
    yoga: [],
    'yoga-filter': [],
  };
  for (let round = 0; round < rounds; round += 1)
    for (const kind of Object.keys(kinds) as ServerKind[]) measured[kind].push(await measure(kind)); // in turns, so that a disturbance hits all
  printSpeed(measured);
  printTable(
    'One subscriber that reads nothing (aim: RSS grows by less than 20 MB)',
    ['events for it', 'RSS before', 'growth', 'at its peak', 'in use'],
    [await measureDeafReader()],
  );
}

function printSpeed(measured: Record<ServerKind, Round[]>): void {
  const middle = (kind: ServerKind, of: (round: Round) => number) =>
    spreadOf(measured[kind].map(of)).p50;
  const rate = (kind: ServerKind) => middle(kind, ({ perSecond }) => perSecond);
  const cpu = (kind: ServerKind) => middle(kind, ({ cpuPerEvent }) => cpuPerEvent);
  printTable(
    `${subscribers} subscribers, each with events of its own; medians of ${rounds} rounds in turns\n` +
      '(aims: RSS per stream <= 40 kB; events per second >= 1.1 times yoga with the same index,\n' +
      '>= 20 times the filter; on a busy machine the processor time tells more than the clock)',
    ['server', 'events/s', 'gateway is', 'CPU/event', 'gateway is', 'RSS/stream', 'in use/stream'],
    (Object.keys(kinds) as ServerKind[]).map((kind) => [
      kinds[kind].title,
      rate(kind).toFixed(0),
      `${ratio(rate('gateway') / rate(kind))} x`,
      `${cpu(kind).toFixed(0)} us`,
      `${ratio(cpu(kind) / cpu('gateway'))} x`,
      kilobytes(middle(kind, ({ rssPerStream }) => rssPerStream)),
      kilobytes(middle(kind, ({ livePerStream }) => livePerStream)),
    ]),
  );
}

async function measure(kind: ServerKind): Promise<Round> {
  const server = await startServer(kind);
  try {
    await warmUp(server, kinds[kind].warmUp);
    const before = await server.order({ do: 'memory' });
    const open = await openSubscribers(server.port, subscribers);
    const after = await server.order({ do: 'memory' });
    const { events } = kinds[kind];
    await server.order({ do: 'prepare', events, owners: subscribers });
    const began = performance.now();
    const published = server.order({ do: 'publish' });
    await open.receivedAll(events, 120_000);
    const seconds = (performance.now() - began) / 1_000;
    const { cpuMicroseconds } = await published;
    open.close();
    return {
      perSecond: events / seconds,
      cpuPerEvent: cpuMicroseconds / events,
      rssPerStream: (after.rssBytes - before.rssBytes) / subscribers,
      livePerStream: (after.liveBytes - before.liveBytes) / subscribers,
    };
  } finally {
    await server.stop();
  }
}

/** Code compiled, the feed full, and 200 streams opened and gone: what is left is not per stream. */
async function warmUp(server: MeasuredServer, events: number): Promise<void> {
  const some = await openSubscribers(server.port, 200);
  await server.order({ do: 'flood', events, owners: 200 });
  await some.receivedAll(events, 120_000);
  some.close();
}

/**
 * 200 MB for one owner: twice to a client that reads, until the allocator asks for no more; then to
 * one that does not.
 */
async function measureDeafReader(): Promise<string[]> {
  const flood = { do: 'flood', events: 10_000, owners: 1, bytes: 20_000 } as const;
  const server = await startServer('gateway');
  try {
    const reader = await openSubscribers(server.port, 1);
    for (let round = 0; round < 2; round += 1) await server.order(flood);
    reader.close();
    const before = await server.order({ do: 'memory' });
    const deaf = (await subscribe(server.port, ownerOf(0))).pause();
    const { peakRssBytes } = await server.order(flood);
    const after = await server.order({ do: 'memory' });
    deaf.destroy();
    return [
      megabytes(flood.events * flood.bytes),
      megabytes(before.rssBytes),
      megabytes(after.rssBytes - before.rssBytes),
      megabytes(peakRssBytes - before.rssBytes),
      megabytes(after.liveBytes - before.liveBytes),
    ];
  } finally {
    await server.stop();
  }
}

const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
