// The launcher of stack `test` in the hands of the matrix: started, killed, started again, stopped.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connectStack, type StackControl } from '../../../infra/supervisor/control-client.ts';
import {
  mayRun,
  processListFile,
  readProcessList,
} from '../../../infra/supervisor/process-list.ts';
import { askLoadVision } from '../../support/vision/use-load-vision.ts';
import { eventually } from '../../support/harness/eventually.ts';
import type { Fault } from './fault-table.ts';

const stackProcess = fileURLToPath(new URL('../../run/test-stack.ts', import.meta.url));

/** The watchdog gives each of them 10 s to end in order. */
const goneWithinMs = 30_000;

export interface OwnLauncher {
  readonly stack: StackControl;
  readonly killed: Fault;
  stop(): Promise<void>;
}

/** Everything of the stack up, two gateways and load-vision too. */
export async function startOwnLauncher(): Promise<OwnLauncher> {
  let launcher = await startLauncher([]);
  const stack = await connectStack('test');
  await startSpares(stack);
  return {
    stack,
    killed: {
      name: 'launcher killed',
      /** Resolves when nothing that it has started is left. */
      async strike() {
        const started = readProcessList(processListFile(stack.stack.folder)).filter(mayRun);
        const ended = once(launcher, 'exit');
        launcher.kill('SIGKILL');
        await ended;
        await eventually(
          () => {
            const left = started.filter(mayRun).map(({ name }) => name);
            if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
          },
          { within: goneWithinMs },
        );
      },
      lastsMs: 0,
      async mend() {
        launcher = await startLauncher(['--keep-data']);
        await startSpares(stack);
      },
    },
    async stop() {
      const ended = once(launcher, 'exit');
      launcher.kill('SIGTERM');
      await ended;
    },
  };
}

async function startSpares(stack: StackControl): Promise<void> {
  await stack.start('graph-gateway-2');
  await askLoadVision(stack);
}

async function startLauncher(options: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [stackProcess, ...options], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SERVERS: 'native' }, // the matrix uses the broker's own tools
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child)); // it is up
    child.once('exit', () => reject(new Error('the stack did not come up: see above')));
  });
}
