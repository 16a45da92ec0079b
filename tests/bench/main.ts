// `npm run bench [-- name ...]`: the measurements, printed as tables. Their names: the table below.
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { bringUp } from '../../infra/commands/bring-up.ts';
import { freshTestStack } from '../../infra/commands/fresh-stack.ts';
import { clientSecretOf } from '../../infra/identity/local-user.ts';
import { chooseWay } from '../../infra/servers/choose-way.ts';
import { rabbitmqUrl } from '../../infra/servers/rabbitmq.ts';
import { connectStack } from '../../infra/stack-control.ts';
import { benchFeed } from './feed.ts';
import { benchJourneys } from './journeys.ts';
import { benchSecondStart } from './second-start.ts';
import { benchStreams } from './streams/bench-streams.ts';

const loadVisionPort = 7210;

const benches: Readonly<Record<string, () => Promise<void>>> = {
  'second-start': benchSecondStart,
  journeys: benchJourneysOnStack,
  streams: benchStreams,
  feed: benchFeed,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name} (load average ${loadavg()[0]?.toFixed(1)})`);
  await bench();
}
process.exit(0);

/** Stack `test`, its adapter asking load-vision and the rate of the quota out of the way. */
async function benchJourneysOnStack(): Promise<void> {
  const way = await chooseWay(console.log);
  const stack = await freshTestStack(way);
  const launcher = await bringUp(stack, console.log, way);
  const loadVision = spawn(
    process.execPath,
    [fileURLToPath(new URL('../load-vision/main.ts', import.meta.url))],
    {
      env: { ...process.env, HOST: '127.0.0.1', PORT: String(loadVisionPort) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  try {
    const control = await connectStack('test');
    await control.restart('svc-ai-vision-adapter', {
      VISION_ENDPOINT: `127.0.0.1:${loadVisionPort}`,
      VISION_PROVIDER: 'load-test',
    });
    await control.restart('recognition-worker', { RECOGNITIONS_PER_SECOND: '1000' });
    await benchJourneys({
      control,
      graphqlUrl: `${control.url('graph-gateway')}/graphql`,
      issuer: control.url('identity'),
      clientSecret: (name) => clientSecretOf(name, stack.secrets.IDENTITY_SECRET),
      rabbitUrl: rabbitmqUrl(stack),
      temporalAddress: `127.0.0.1:${stack.ports.temporal}`,
      besides: { 'load-vision': loadVision.pid ?? 0 },
    });
  } finally {
    loadVision.kill('SIGTERM');
    await launcher.down();
  }
}
