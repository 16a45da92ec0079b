// Whole journeys through the running stack, with a Vision that answers at once: what is left is ours.
import { readFileSync } from 'node:fs';
import pLimit from 'p-limit';
import { clientCredentials, createTrackunitClient } from '../../client/sdk/index.ts';
import { rabbitTopology } from '../../contracts/topology.ts';
import type { StackControl } from '../../infra/stack-control.ts';
import { silentLogger } from '../../platform/logger.ts';
import { connectRabbit } from '../../platform/rabbitmq.ts';
import { runBareLoop } from './bare-loop.ts';
import { milliseconds, printTable, ratio, spreadOf } from './figures.ts';
import { JourneyClock, type JourneyTimes } from './journey.ts';
import { processorSeconds } from './processor-time.ts';

const photo = new Uint8Array(
  readFileSync(new URL('../../client/samples/cat-320d.jpg', import.meta.url)),
);
const loads = {
  warmUp: 10,
  oneByOne: 60,
  perSecond: 5,
  forSeconds: 20,
  burst: 200,
  concurrency: 20,
};

/** How the bench reaches the stack: the client's credentials and the servers' addresses. */
export interface BenchStack {
  readonly control: StackControl;
  readonly graphqlUrl: string;
  readonly issuer: string;
  readonly clientSecret: (name: string) => string;
  readonly rabbitUrl: string;
  readonly temporalAddress: string;
}

export async function benchJourneys(stack: BenchStack): Promise<void> {
  const client = createTrackunitClient({
    url: stack.graphqlUrl,
    token: clientCredentials({
      issuer: stack.issuer,
      clientId: 'bench',
      clientSecret: stack.clientSecret('bench'),
    }),
  });
  const clock = new JourneyClock(client);
  const listening = clock.listen();
  try {
    for (let index = 0; index < loads.warmUp; index += 1) await clock.run(photo);
    await benchWaits(clock);
    await benchRate(clock, stack);
  } finally {
    clock.stop();
    await listening;
  }
}

async function benchWaits(clock: JourneyClock): Promise<void> {
  const oneByOne: JourneyTimes[] = [];
  for (let index = 0; index < loads.oneByOne; index += 1) oneByOne.push(await clock.run(photo));

  const steady: Promise<JourneyTimes>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      steady.push(clock.run(photo));
      if (steady.length < loads.perSecond * loads.forSeconds) return;
      clearInterval(timer);
      resolve();
    }, 1000 / loads.perSecond);
  });
  const rows = [
    ['one at a time', oneByOne],
    [`${loads.perSecond} a second`, await Promise.all(steady)],
  ] as const;
  printTable(
    'From confirmUpload to the event at the client, Vision answering at once\n' +
      '(aim one at a time: started p50 <= 80 ms, completed p50 <= 200 ms)',
    ['load', 'started p50', 'p95', 'completed p50', 'p95', 'journeys'],
    rows.map(([load, times]) => {
      const started = spreadOf(times.map((of) => of.startedMs).filter((ms) => !Number.isNaN(ms)));
      const completed = spreadOf(times.map((of) => of.completedMs));
      return [
        load,
        milliseconds(started.p50),
        milliseconds(started.p95),
        milliseconds(completed.p50),
        milliseconds(completed.p95),
        String(times.length),
      ];
    }),
  );
}

async function benchRate(clock: JourneyClock, stack: BenchStack): Promise<void> {
  const { burst, concurrency } = loads;
  const rabbit = connectRabbit({
    url: stack.rabbitUrl,
    name: 'bench',
    topology: {
      exchanges: [...rabbitTopology.exchanges, { name: 'bench', type: 'fanout' }],
      queues: [
        ...rabbitTopology.queues,
        {
          name: 'bench',
          exchange: 'bench',
          routingKey: '',
          arguments: { 'x-queue-type': 'stream', 'x-max-length-bytes': 5_000_000 },
        },
      ],
    },
    logger: silentLogger(),
  });
  try {
    const where = {
      temporalAddress: stack.temporalAddress,
      rabbit,
      exchange: 'bench',
      lookUrl: `${stack.control.url('tu-media-access-service')}/livez`,
    };
    const bareTimes = await processorTimes(stack);
    const bare = await runBareLoop(where, { workflows: burst, concurrency });
    const bareUsed = usedSince(bareTimes, await processorTimes(stack));
    const limit = pLimit(concurrency);
    const times = await processorTimes(stack);
    const before = performance.now();
    await Promise.all(Array.from({ length: burst }, () => limit(() => clock.run(photo))));
    const journeys = burst / ((performance.now() - before) / 1000);
    const used = usedSince(times, await processorTimes(stack));
    printTable(
      `A burst of ${burst}, ${concurrency} at a time, in the same run (aim: ratio >= 0.7)`,
      ['what', 'per second', 'ratio'],
      [
        ['bare loop of three activities', bare.toFixed(1), ratio(1)],
        ['whole journeys', journeys.toFixed(1), ratio(journeys / bare)],
      ],
    );
    printTable(
      'Processor time in that burst, per journey',
      ['part', 'whole journeys', 'bare loop'],
      [...used]
        .sort(([, a], [, b]) => b - a)
        .map(([name, seconds]) => [
          name,
          milliseconds((seconds * 1000) / burst),
          milliseconds(((bareUsed.get(name) ?? 0) * 1000) / burst),
        ]),
    );
  } finally {
    await rabbit.close();
  }
}

/** Seconds of processor time so far, by part. */
async function processorTimes(stack: BenchStack): Promise<ReadonlyMap<string, number>> {
  const { user, system } = process.cpuUsage();
  const times = new Map([['this bench', (user + system) / 1e6]]);
  for (const { name, pid } of await stack.control.parts())
    if (pid !== null) times.set(name, processorSeconds(pid));
  return times.set(
    'all',
    [...times.values()].reduce((sum, seconds) => sum + seconds, 0),
  );
}

const usedSince = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>) =>
  new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)] as const));
