// `npm start [-- --store minio]`: the whole system up, a sample photo through it, the URLs; stays up until
// Ctrl-C. `npm start -- --servers`: the servers alone, for processes that are started by hand.
import { processNames } from '../../contracts/processes.ts';
import { healthUrlOf } from '../stack/ports.ts';
import { openStack, type Stack } from '../stack/stack.ts';
import type { Launcher } from '../supervisor/launcher.ts';
import { storeInUse, storeTitles } from '../stack/store-in-use.ts';
import { analyse, samplePhoto } from './analyse-sample.ts';
import { bringUp } from './bring-up.ts';
import { runCommand } from './display.ts';
import { readStartOptions } from './options.ts';

const log = (line: string) => {
  console.log(`${new Date().toLocaleTimeString('en-GB')} ${line}`);
};

const usage = `npm start [-- --store versitygw|minio] [--servers]

  The whole system up, a sample photo through it, its URLs; stays up until Ctrl-C.
  --store     the object store to run; else the one that holds the photos
  --servers   the servers alone, for processes that are started by hand`;

runCommand(async () => {
  const began = Date.now();
  const { store, servers } = readStartOptions(process.argv.slice(2), usage);
  const stack = openStack('dev');
  const launcher = await bringUp(stack, log, { store, serversOnly: servers });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (servers) {
    console.log(`\nThe servers are up in ${seconds} s and stay up. Ctrl-C stops them.`);
    return;
  }
  console.log(`\nUp in ${seconds} s. A sample photo goes through it:\n`);
  const code = await analyse(stack, samplePhoto);
  if (code !== 0) console.error(`\nThe sample photo was not analysed (exit code ${code}).`);
  const { ports } = stack;
  const at = (port: number, path = '') => `http://127.0.0.1:${port}${path}`;
  console.log(`
The page                 ${at(ports['graph-gateway'], '/')}
GraphQL                  ${at(ports['graph-gateway'], '/graphql')}
Temporal UI              ${at(ports['temporal-ui'])}
RabbitMQ management      ${at(ports['rabbitmq-management'])}
${storeLine(stack)}
                         (users and passwords: ${stack.folder}/secrets.json)
Logs                     ${stack.logs}
Your own photos          npm run analyze -- photo.jpg ...

Everything stays up, and what ends is restarted. Ctrl-C stops it.`);
  for (const warning of await warningsOf(launcher)) console.error(`\nWarning: ${warning}`);
  if (code !== 0) {
    await launcher.down();
    process.exitCode = 1;
  }
});

/** What the processes found that an operator should mend, as their `/readyz` says it. */
async function warningsOf({ stack, services }: Launcher): Promise<string[]> {
  const running = processNames.filter((name) => services.get(name)?.state === 'ready');
  const reports = await Promise.all(
    running.map(async (name) => {
      const answer = await fetch(`${healthUrlOf(stack, name)}/readyz`, {
        signal: AbortSignal.timeout(3_000),
      });
      return (answer.ok ? await answer.json() : {}) as { warnings?: Record<string, string> };
    }),
  );
  return reports.flatMap(({ warnings = {} }) => Object.values(warnings));
}

/** VersityGW has no pages for people. */
function storeLine(stack: Stack): string {
  const store = storeInUse(stack);
  const port = store === 'minio' ? 'minio-console' : store;
  const title = store === 'minio' ? 'MinIO console' : storeTitles[store];
  return `${title.padEnd(24)} http://127.0.0.1:${stack.ports[port]}`;
}
