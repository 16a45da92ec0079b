// Whether a long queue makes its own analyses slower: nothing limits the rate but the machine.
import { setTimeout as pause } from 'node:timers/promises';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { flood } from '../../support/flood.ts';
import { countOpenRuns } from '../../support/harness/temporal.ts';
import { beginStory } from '../../support/harness/users.ts';
import { printTable, ratio } from '../../support/measure/figures.ts';
import { limitRecognitions } from '../../support/vision/use-load-vision.ts';

const load = { short: 1_200, long: 5_000, windowMs: 15_000 };

export async function benchBacklog(stack: StackControl): Promise<void> {
  await limitRecognitions(stack, 1_000);
  const short = await drain(stack, load.short);
  const long = await drain(stack, load.long);
  const whole = Math.max(...short.endsPerSecond);
  printTable(
    'Ends a second while a queue is worked off, in windows of 15 s, the first and the last left out' +
      '\n(aim: open runs below 500, the slowest window at least 0.8 of the rate with a short queue)',
    ['queue', 'slowest', 'median', 'fastest', 'most open runs', 'slowest beside short'],
    [short, long].map(({ photos, endsPerSecond, mostOpen }) => {
      const sorted = endsPerSecond.toSorted((a, b) => a - b);
      const [slowest = NaN] = sorted;
      const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
      return [
        String(photos),
        slowest.toFixed(1),
        median.toFixed(1),
        (sorted.at(-1) ?? NaN).toFixed(1),
        String(mostOpen),
        ratio(slowest / whole),
      ];
    }),
  );
}

/** All of it waits in RabbitMQ before the first is taken: uploads and analyses share the machine. */
async function drain(stack: StackControl, photos: number) {
  await stack.stop('svc-analysis-orchestrator');
  const story = await beginStory();
  const queue = await flood(story.newUser(), photos);
  await stack.start('svc-analysis-orchestrator');
  const endsPerSecond: number[] = [];
  let mostOpen = 0;
  let [ended, since] = [queue.ended(), Date.now()];
  while (queue.ended() < photos) {
    await pause(1_000);
    mostOpen = Math.max(mostOpen, await countOpenRuns(stack));
    const elapsedMs = Date.now() - since;
    if (elapsedMs < load.windowMs) continue;
    endsPerSecond.push(((queue.ended() - ended) * 1_000) / elapsedMs);
    [ended, since] = [queue.ended(), Date.now()];
  }
  await queue.allEnded(60_000);
  return { photos, endsPerSecond: endsPerSecond.slice(1), mostOpen }; // at first it starts, and everything is cold
}
