// One server of subscriptions, measured from outside: `serve.ts <kind>`.
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { ownerOf, type PreparedEvent, type ServedStreams } from './payload.ts';
import type { Order, Report, ServerKind } from './protocol.ts';
import { serveGateway } from './serve-gateway.ts';
import { serveYoga, serveYogaWithFeeds } from './serve-yoga.ts';

const kinds: Record<ServerKind, () => Promise<ServedStreams>> = {
  gateway: serveGateway,
  'yoga-feeds': serveYogaWithFeeds,
  yoga: () => serveYoga('topics'),
  'yoga-filter': () => serveYoga('filtered'),
};

const floodStep = 100;

const served = await kinds[process.argv[2] as ServerKind]();
process.on('message', (order: Order) => {
  const before = process.cpuUsage();
  void carryOut(order).then((peakRssBytes) => {
    const { user, system } = process.cpuUsage(before);
    answer({ peakRssBytes, cpuMicroseconds: user + system });
  });
});
process.on('disconnect', () => process.exit(0));
answer({ port: served.port });

let prepared: PreparedEvent[] = [];

/** @returns the most memory that was used meanwhile, as far as it was looked at. */
async function carryOut(order: Order): Promise<number> {
  switch (order.do) {
    case 'memory':
      await settle();
      return 0;
    case 'prepare':
      prepared = Array.from({ length: order.events }, (_, index) => prepare(order, index));
      return 0;
    case 'publish':
      return publish(prepared.splice(0));
    case 'flood': {
      let peak = 0;
      for (let index = 0; index < order.events; index += floodStep)
        peak = Math.max(
          peak,
          await publish(Array.from({ length: floodStep }, (_, n) => prepare(order, index + n))),
        );
      return peak;
    }
  }
}

/** Twice, with time between: what the first round let go of frees more. */
async function settle(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc?.();
    await pause(200);
  }
}

const prepare = ({ owners, bytes = 0 }: { owners: number; bytes?: number }, index: number) =>
  served.prepare(ownerOf(index % owners), bytes);

async function publish(events: readonly PreparedEvent[]): Promise<number> {
  let peak = 0;
  for (const [index, publishOne] of events.entries()) {
    publishOne();
    await turn(); // events come over a wire, one after another
    if (index % floodStep === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  return peak;
}

function answer(more: Partial<Report>): void {
  const { rss, heapUsed, external } = process.memoryUsage();
  const none = { peakRssBytes: 0, cpuMicroseconds: 0 };
  process.send?.({
    ...none,
    ...more,
    rssBytes: rss,
    liveBytes: heapUsed + external,
  } satisfies Report);
}
