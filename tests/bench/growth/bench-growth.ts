// Whether a past makes the present slower: the same journeys behind 0, 1,000 and 10,000 analyses.
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { flood, stopFloods } from '../../support/flood.ts';
import { beginStory, samplePhoto } from '../../support/harness/users.ts';
import { milliseconds, percent, printTable, spreadOf } from '../../support/measure/figures.ts';
import { processorTimes } from '../../support/measure/processor-times.ts';
import { limitRecognitions } from '../../support/vision/use-load-vision.ts';
import { JourneyClock, runSteadily, type JourneyTimes } from '../journeys/journey.ts';
import { measureStarts, printStarts, type Start } from './measure-starts.ts';

const shortPasts = [0, 1_000];
const load = { warmUp: 10, rounds: 5, oneByOne: 30, perSecond: 5, forSeconds: 10, floodOf: 1_000 };
const kinds = ['one at a time', `${load.perSecond} a second`] as const;

interface Measured {
  readonly past: number;
  readonly kind: (typeof kinds)[number];
  readonly p50: number;
  readonly p95: number;
  /** Of all processors and processes, per journey. */
  readonly processorMs: number;
}

/** On the running stack `test`, whose adapter asks load-vision. */
export async function benchGrowth(stack: StackControl, most: number): Promise<void> {
  await stack.restart('graph-gateway', { MUTATIONS_PER_MINUTE: '1000000' });
  await limitRecognitions(stack, 1_000);
  const story = await beginStory();
  const clock = new JourneyClock(story.newUser().client, await samplePhoto());
  const listening = clock.listen();
  const measured: Measured[] = [];
  const starts: Start[] = [];
  let analyses = 0;
  try {
    for (const past of [...shortPasts.filter((of) => of < most), most]) {
      while (analyses < past) {
        const photos = Math.min(load.floodOf, past - analyses);
        const crowd = await flood(story.newUser(), photos);
        await crowd.allEnded(600_000);
        await stopFloods();
        analyses += photos;
        console.log(`${analyses} of ${past} analyses`);
      }
      for (let index = 0; index < load.warmUp; index += 1) await clock.run();
      measured.push(...(await measureJourneys(stack, clock, past)));
      printJourneys(measured); // the next past may take long
      starts.push(...(await measureStarts(stack, past)));
    }
  } finally {
    clock.stop();
    await listening;
  }
  printStarts(starts);
}

/** Medians of the rounds' figures; both loads in turns, so that the machine's moods meet both. */
async function measureJourneys(
  stack: StackControl,
  clock: JourneyClock,
  past: number,
): Promise<Measured[]> {
  const rounds = kinds.map((kind) => ({ kind, of: [] as Omit<Measured, 'kind' | 'past'>[] }));
  for (let round = 0; round < load.rounds; round += 1)
    for (const { kind, of } of rounds) {
      const before = await processorTimes(stack);
      const times =
        kind === kinds[0]
          ? await oneByOne(clock)
          : await runSteadily(clock, load.perSecond, load.forSeconds);
      const after = await processorTimes(stack);
      const seconds = (after.get('all') ?? NaN) - (before.get('all') ?? NaN);
      const { p50, p95, count } = spreadOf(times.map(({ completedMs }) => completedMs));
      of.push({ p50, p95, processorMs: (seconds * 1_000) / count });
    }
  return rounds.map(({ kind, of }) => ({
    past,
    kind,
    p50: spreadOf(of.map(({ p50 }) => p50)).p50,
    p95: spreadOf(of.map(({ p95 }) => p95)).p50,
    processorMs: spreadOf(of.map(({ processorMs }) => processorMs)).p50,
  }));
}

async function oneByOne(clock: JourneyClock): Promise<JourneyTimes[]> {
  const times: JourneyTimes[] = [];
  for (let index = 0; index < load.oneByOne; index += 1) times.push(await clock.run());
  return times;
}

function printJourneys(measured: readonly Measured[]): void {
  printTable(
    `From confirmUpload to the end, medians of ${load.rounds} rounds (aim: p95 at most 20 % above that without a past)`,
    ['load', 'past analyses', 'p50', 'p95', 'p95 grew by', 'processor time'],
    kinds.flatMap((kind) => {
      const rows = measured.filter((row) => row.kind === kind);
      const [none] = rows;
      return rows.map(({ past, p50, p95, processorMs }) => [
        kind,
        String(past),
        milliseconds(p50),
        milliseconds(p95),
        percent(p95 / (none?.p95 ?? NaN) - 1),
        milliseconds(processorMs),
      ]);
    }),
  );
}
