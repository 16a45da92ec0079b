// What the system carries, measured against the three activities alone.
import pLimit from 'p-limit';
import { rabbitTopology } from '../../../contracts/topology.ts';
import { rabbitmqUrl } from '../../../infra/stack/environment.ts';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { connectRabbit } from '../../../platform/rabbitmq/rabbitmq.ts';
import { openBareLoop } from './bare-loop.ts';
import { milliseconds, printTable, ratio } from '../../support/measure/figures.ts';
import { processorTimes } from '../../support/measure/processor-times.ts';

const loads = { rounds: 4, burst: 60, concurrency: 20 };

/** Whole journeys a second beside the bare loop, and where the processors' time went. */
export async function benchRate(
  stack: StackControl,
  journey: () => Promise<unknown>,
): Promise<void> {
  const { rounds, burst, concurrency } = loads;
  const rabbit = connectRabbit({
    url: rabbitmqUrl(stack.stack),
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
    const bare = await openBareLoop({
      temporalAddress: `127.0.0.1:${stack.stack.ports.temporal}`,
      rabbit,
      exchange: 'bench',
      lookUrl: `${stack.url('tu-media-access-service')}/livez`,
    });
    const kinds = {
      bare: new Bursts(stack, () => bare.run({ workflows: burst, concurrency })),
      whole: new Bursts(stack, () => runBurst(journey, { journeys: burst, concurrency })),
    };
    // In turns, so that whatever else the machine does meets both alike.
    for (let round = 0; round < rounds; round += 1) {
      await kinds.bare.runOne();
      await kinds.whole.runOne();
    }
    await bare.close();
    const all = burst * rounds;
    printTable(
      `${rounds} bursts of ${burst} each in turns, ${concurrency} at a time (aim: ratio >= 0.7)`,
      ['what', 'per second', 'ratio'],
      [
        ['bare loop of three activities', (all / kinds.bare.seconds).toFixed(1), ratio(1)],
        [
          'whole journeys',
          (all / kinds.whole.seconds).toFixed(1),
          ratio(kinds.bare.seconds / kinds.whole.seconds),
        ],
      ],
    );
    printTable(
      'Processor time in these bursts, per journey',
      ['process', 'whole journeys', 'bare loop'],
      [...kinds.whole.used]
        .sort(([, a], [, b]) => b - a)
        .map(([name, seconds]) => [
          name,
          milliseconds((seconds * 1000) / all),
          milliseconds(((kinds.bare.used.get(name) ?? 0) * 1000) / all),
        ]),
    );
  } finally {
    await rabbit.close();
  }
}

async function runBurst(
  journey: () => Promise<unknown>,
  load: { journeys: number; concurrency: number },
): Promise<number> {
  const limit = pLimit(load.concurrency);
  const before = performance.now();
  await Promise.all(Array.from({ length: load.journeys }, () => limit(journey)));
  return (performance.now() - before) / 1000;
}

/** What bursts of one kind took together, on the clock and of the processors. */
class Bursts {
  seconds = 0;
  readonly used = new Map<string, number>();
  readonly #stack: StackControl;
  readonly #run: () => Promise<number>;

  constructor(stack: StackControl, run: () => Promise<number>) {
    this.#stack = stack;
    this.#run = run;
  }

  async runOne(): Promise<void> {
    const before = await processorTimes(this.#stack);
    this.seconds += await this.#run();
    for (const [name, seconds] of await processorTimes(this.#stack))
      this.used.set(name, (this.used.get(name) ?? 0) + seconds - (before.get(name) ?? 0));
  }
}
