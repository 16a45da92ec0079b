// Runs the servers of a stack alone, in the background, until it is told to stop.
// In: `node infra/keeper.ts <stack>`, started by `npm run infra -- up`. Out: servers, control port.
import { openControl } from './control.ts';
import type { StackName } from './ports.ts';
import { createLauncher } from './run/launcher.ts';
import { openStack } from './stack.ts';
import { serversOf } from './system.ts';

const stack = openStack((process.argv[2] ?? 'dev') as StackName);
const say = (line: string) => {
  console.log(`${new Date().toISOString()} ${line}`);
};
const launcher = await createLauncher({
  stack,
  parts: serversOf(stack),
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
const up = [...launcher.parts.keys()].map((name) =>
  launcher.bringUp(name, (line) => {
    say(`${name}: ${line}`);
  }),
);
await Promise.all(up).then(
  () => {
    say('all servers are up');
  },
  (error: unknown) => {
    console.error((error as Error).message);
    stop(1);
  },
);
