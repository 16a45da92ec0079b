// `npm run bench [-- name ...]`: the measurements, printed as tables. Their names: the table below.
// `npm run bench -- recognition <folder>` scores a folder of photos and recorded answers.
// `npm run bench -- soak --minutes N`: the long one, only when it is named.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { bringUp } from '../../infra/commands/bring-up.ts';
import { freshTestStack } from '../support/fresh-test-stack.ts';
import { clientSecretOf } from '../../infra/emulators/identity/local-user.ts';
import { chooseRuntime } from '../../infra/compose/choose-runtime.ts';
import { rabbitmqUrl } from '../../infra/stack/environment.ts';
import { connectStack, type StackControl } from '../../infra/supervisor/control-client.ts';
import type { Stack } from '../../infra/stack/stack.ts';
import { askLoadVision } from '../support/vision/use-load-vision.ts';
import { benchBridge } from './bridge/bench-bridge.ts';
import { benchFeed } from './feed.ts';
import { benchImages } from './images.ts';
import { benchJourneys } from './journeys.ts';
import { benchRecognition } from './recognition.ts';
import { benchSecondStart } from './second-start.ts';
import { runSoak } from './soak/soak.ts';
import { benchStreams } from './streams/bench-streams.ts';

const { positionals: given, values } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '20' } },
});

const benches: Readonly<Record<string, () => Promise<void>>> = {
  recognition: () => benchRecognition(folder),
  'second-start': benchSecondStart,
  journeys: () => onLoadedStack(benchJourneysOn),
  bridge: benchBridge,
  images: benchImages,
  streams: benchStreams,
  feed: benchFeed,
  soak: () => onLoadedStack(({ control }) => runSoak(control, Number(values.minutes))),
};
const onlyWhenNamed = ['soak'];

const folder = given.find((name, at) => given[at - 1] === 'recognition' && !(name in benches));
const wanted = given.filter((name) => name !== folder);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 ? !wanted.includes(name) : onlyWhenNamed.includes(name)) continue;
  console.log(`\n== ${name} (load average ${loadavg()[0]?.toFixed(1)})`);
  await bench();
}
process.exit(0);

interface LoadedStack {
  readonly stack: Stack;
  readonly control: StackControl;
}

/** Stack `test`, its adapter asking load-vision. */
async function onLoadedStack(bench: (on: LoadedStack) => Promise<void>): Promise<void> {
  const runtime = await chooseRuntime(console.log);
  const stack = await freshTestStack(runtime);
  const launcher = await bringUp(stack, console.log, { runtime });
  try {
    const control = await connectStack('test');
    await askLoadVision(control);
    await bench({ stack, control });
  } finally {
    await launcher.down();
  }
}

/** With the rate of the quota out of the way. */
async function benchJourneysOn({ stack, control }: LoadedStack): Promise<void> {
  await control.restart('recognition-worker', { RECOGNITIONS_PER_SECOND: '1000' });
  await benchJourneys({
    control,
    graphqlUrl: `${control.url('graph-gateway')}/graphql`,
    issuer: control.url('identity'),
    clientSecret: (name) => clientSecretOf(name, stack.secrets.IDENTITY_SECRET),
    rabbitUrl: rabbitmqUrl(stack),
    temporalAddress: `127.0.0.1:${stack.ports.temporal}`,
  });
}
