// Runs the servers of a stack alone, in the background, until it is told to stop.
// In: `node infra/supervisor/keeper.ts <stack> <way>`, started by `npm run infra -- up`. Out: servers, control port.
import { openControl } from './control.ts';
import type { StackName } from '../ports.ts';
import { createLauncher } from './launcher.ts';
import type { Way } from '../compose/choose-way.ts';
import { endOldKeysHourly } from '../store/provision-own-store.ts';
import { openStack } from '../stack.ts';
import { isSpare, serversOf } from '../system.ts';

const [name, way] = process.argv.slice(2) as [StackName, Way];
const stack = openStack(name);
const say = (line: string) => {
  console.log(`${new Date().toISOString()} ${line}`);
};
const launcher = await createLauncher({
  stack,
  parts: serversOf(stack, way),
  ownPorts: ['servers-control'],
  say,
});
let stopping: Promise<void> | undefined;
const stop = (code: number) => {
  stopping ??= launcher.down().then(() => process.exit(code));
};
process.on('SIGTERM', () => {
  stop(0);
});
process.on('SIGINT', () => {
  stop(0);
});
await openControl(launcher, 'servers-control');
const wanted = [...launcher.parts.keys()].filter((part) => !isSpare(part, stack));
const up = wanted.map((part) =>
  launcher.bringUp(part, (line) => {
    say(`${part}: ${line}`);
  }),
);
await Promise.all(up).then(
  () => {
    say('all servers are up');
    endOldKeysHourly(launcher, say);
  },
  (error: unknown) => {
    console.error((error as Error).message);
    stop(1);
  },
);
