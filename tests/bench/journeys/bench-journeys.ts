// Whole journeys through the running stack, with a Vision that answers at once: what is left is ours.
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { beginStory, samplePhoto } from '../../support/harness/users.ts';
import { milliseconds, printTable, spreadOf } from '../../support/measure/figures.ts';
import { limitRecognitions } from '../../support/vision/use-load-vision.ts';
import { JourneyClock, runSteadily, type JourneyTimes } from './journey.ts';
import { benchRate } from './journey-rate.ts';

const loads = { warmUp: 10, oneByOne: 60, perSecond: 5, forSeconds: 20 };

/** On the running stack `test`, whose adapter asks load-vision. */
export async function benchJourneys(stack: StackControl): Promise<void> {
  await limitRecognitions(stack, 1_000); // no quota
  const { client } = (await beginStory()).newUser();
  const clock = new JourneyClock(client, await samplePhoto());
  const listening = clock.listen();
  try {
    for (let index = 0; index < loads.warmUp; index += 1) await clock.run();
    await benchWaits(clock);
    await benchRate(stack, () => clock.run());
  } finally {
    clock.stop();
    await listening;
  }
}

async function benchWaits(clock: JourneyClock): Promise<void> {
  const oneByOne: JourneyTimes[] = [];
  for (let index = 0; index < loads.oneByOne; index += 1) oneByOne.push(await clock.run());

  const rows = [
    ['one at a time', oneByOne],
    [`${loads.perSecond} a second`, await runSteadily(clock, loads.perSecond, loads.forSeconds)],
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
