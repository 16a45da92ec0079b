// `npm run bench [-- name ...]`: the measurements, printed as tables.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { bringUp } from '../../infra/commands/bring-up.ts';
import { runCommand } from '../../infra/commands/display.ts';
import { chooseRuntime } from '../../infra/compose/choose-runtime.ts';
import { connectStack, type StackControl } from '../../infra/supervisor/control-client.ts';
import { freshTestStack } from '../support/fresh-test-stack.ts';
import { askLoadVision } from '../support/vision/use-load-vision.ts';
import { benchBridge } from './bridge/bench-bridge.ts';
import { benchFairness } from './fairness/bench-fairness.ts';
import { benchFeed } from './feed.ts';
import { benchGrowth } from './growth/bench-growth.ts';
import { benchImages } from './images/bench-images.ts';
import { benchJourneys } from './journeys/bench-journeys.ts';
import { benchLists } from './lists.ts';
import { benchRecognition } from './recognition/bench-recognition.ts';
import { benchSecondStart } from './second-start.ts';
import { runSoak } from './soak/soak.ts';
import { benchStreams } from './streams/bench-streams.ts';

interface Bench {
  readonly measures: string;
  readonly run: (options: {
    folder: string | undefined;
    minutes: number;
    analyses: number;
  }) => Promise<void>;
}

const benches: Readonly<Record<string, Bench>> = {
  recognition: {
    measures: 'right and wrong answers, of the truth set or of a folder of photos and answers',
    run: ({ folder }) => benchRecognition(folder),
  },
  'second-start': {
    measures: '`npm start` when everything is installed, and the runner alone',
    run: benchSecondStart,
  },
  journeys: {
    measures: 'from a confirmed upload to its events, and journeys a second',
    run: () => onTestStack(withLoadVision(benchJourneys)),
  },
  fairness: {
    measures: "how long others wait beside one owner's flood, and what a long queue costs",
    run: () => onTestStack(withLoadVision(benchFairness)),
  },
  bridge: { measures: 'the bridge alone, beside a naive one', run: benchBridge },
  images: { measures: 'memory and time of the adapter for each kind of photo', run: benchImages },
  streams: { measures: 'subscriptions of the gateway, beside graphql-yoga', run: benchStreams },
  feed: {
    measures: 'events lost and repeated at three gateways that fail',
    run: () => onTestStack(benchFeed),
  },
  lists: {
    measures: "a page of an owner's history behind 1,000 and 10,000 analyses",
    run: () => onTestStack(benchLists),
  },
  growth: {
    measures:
      'whether journeys and starts get slower behind thousands of analyses; only when it is named',
    run: ({ analyses }) => onTestStack(withLoadVision((stack) => benchGrowth(stack, analyses))),
  },
  soak: {
    measures: 'whether anything grows under a steady load; only when it is named',
    run: ({ minutes }) => onTestStack(withLoadVision((stack) => runSoak(stack, minutes))),
  },
};
const onlyWhenNamed = ['growth', 'soak'];

const usage = `npm run bench [-- name ...] [--minutes N] [--analyses N]

${Object.entries(benches)
  .map(([name, { measures }]) => `  ${name.padEnd(14)}${measures}`)
  .join('\n')}

  recognition <folder>  scores recorded answers (.json) and photos by the folder's truth.json
  recognition <file>    scores what was answered by what owners said (npm run ops -- corrections export <file>)
  --minutes N           of soak, default 20
  --analyses N          the longest past of growth, default 1000; 10000 take over ten minutes
  -h, --help            this page`;

runCommand(async () => {
  const { positionals, values } = readArguments();
  if (values.help) {
    console.log(usage);
    return;
  }
  const isFolder = (name: string, at: number) =>
    positionals[at - 1] === 'recognition' && !(name in benches);
  const folder = positionals.find(isFolder);
  const wanted = positionals.filter((name) => name !== folder);
  const unknown = wanted.filter((name) => !(name in benches));
  if (unknown.length > 0) refuse(`unknown bench: ${unknown.join(', ')}`);
  for (const [name, { run }] of Object.entries(benches)) {
    if (wanted.length > 0 ? !wanted.includes(name) : onlyWhenNamed.includes(name)) continue;
    console.log(`\n== ${name} (load average ${loadavg()[0]?.toFixed(1)})`);
    await run({ folder, minutes: Number(values.minutes), analyses: Number(values.analyses) });
  }
  process.exit(0);
});

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string', default: '20' },
        analyses: { type: 'string', default: '1000' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(why: string): never {
  console.error(`${why}\n\n${usage}`);
  process.exit(2);
}

/** A fresh stack `test` for one measurement. */
async function onTestStack(bench: (stack: StackControl) => Promise<void>): Promise<void> {
  const runtime = await chooseRuntime(console.log);
  const launcher = await bringUp(await freshTestStack(runtime), console.log, { runtime });
  try {
    await bench(await connectStack('test'));
  } finally {
    await launcher.down();
  }
}

function withLoadVision(bench: (stack: StackControl) => Promise<void>) {
  return async (stack: StackControl): Promise<void> => {
    await askLoadVision(stack);
    await bench(stack);
  };
}
