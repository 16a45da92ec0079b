// What Temporal alone gives on this machine: the same three activities in a bare loop, on the same
// server, in the same run. A journey is measured against it.
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import pLimit from 'p-limit';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';

export interface BareActivities {
  /** One confirmed publish. */
  announce: (messageId: string) => Promise<void>;
  /** One call over HTTP that answers at once. */
  look: (id: string) => Promise<void>;
}

export interface BareLoop {
  /** @returns seconds from the first start to the last end. */
  run(load: { workflows: number; concurrency: number }): Promise<number>;
  close(): Promise<void>;
}

/** Workers, client and bundle ready; once per process, because the Temporal runtime is. */
export async function openBareLoop(where: {
  temporalAddress: string;
  rabbit: RabbitConnection;
  exchange: string;
  lookUrl: string;
}): Promise<BareLoop> {
  const logger = new DefaultLogger('ERROR'); // the tables are what is to be read
  Runtime.install({ logger });
  const connection = await NativeConnection.connect({ address: where.temporalAddress });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('bare-loop-workflow.ts', import.meta.url)),
    logger,
  });
  const activities: BareActivities = {
    announce: (messageId) =>
      where.rabbit.publish({
        exchange: where.exchange,
        messageId,
        type: 'bench',
        headers: {},
        body: Buffer.from('{}'),
      }),
    look: async () => {
      const answer = await fetch(where.lookUrl);
      await answer.body?.cancel();
    },
  };
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue: 'bench-bare',
      workflowBundle,
      activities: { announce: activities.announce },
    }),
    Worker.create({
      connection,
      taskQueue: 'bench-bare-look',
      activities: { look: activities.look },
    }),
  ]);
  const running = workers.map((worker) => worker.run());
  const client = new Client({ connection });
  return {
    async run(load) {
      const run = `${process.pid}-${Date.now()}`;
      const limit = pLimit(load.concurrency);
      const before = performance.now();
      await Promise.all(
        Array.from({ length: load.workflows }, (_, index) =>
          limit(() =>
            client.workflow.execute('bareLoop', {
              taskQueue: 'bench-bare',
              workflowId: `bench-${run}-${index}`,
              args: [`bench-${run}-${index}`],
              requestEagerStart: true,
            }),
          ),
        ),
      );
      return (performance.now() - before) / 1000;
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
    },
  };
}
