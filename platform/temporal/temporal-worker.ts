// A process's connection to Temporal, and a worker on it that starts while the server is unavailable
// and outlives its restarts.
import { hostname } from 'node:os';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { LogEntry, WorkerOptions } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import type { Logger } from '../logger.ts';
import { delay } from '../retry.ts';
import { nameCauses } from './name-causes.ts';
import { connectTemporal, isTransportError, type Temporal } from './temporal.ts';

/** Once per process: installs the SDK's runtime, then connects with the process as identity. */
export function startTemporal(process: {
  readonly name: string;
  readonly config: {
    readonly TEMPORAL_ADDRESS: string;
    readonly TEMPORAL_NAMESPACE: string;
    readonly TEMPORAL_METRICS_ADDRESS?: string | undefined;
  };
  readonly logger: Logger;
}): Temporal {
  const { name, config, logger } = process;
  installRuntime(logger, config.TEMPORAL_METRICS_ADDRESS);
  return connectTemporal({
    address: config.TEMPORAL_ADDRESS,
    namespace: config.TEMPORAL_NAMESPACE,
    identity: `${name}@${hostname()}:${globalThis.process.pid}`,
    logger,
  });
}

/**
 * Signals are ours: the process stops what it started in order. The logs of SDK and core become lines
 * of the process's log.
 *
 * @param metricsAddress host:port where the core serves its Prometheus metrics; absent: nowhere.
 */
function installRuntime(logger: Logger, metricsAddress: string | undefined): void {
  const prometheus = metricsAddress !== undefined && {
    bindAddress: metricsAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
  };
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', (entry) => writeEntry(logger, entry)),
    telemetryOptions: {
      logging: { filter: coreLogFilter, forward: {} },
      ...(prometheus && { metrics: { prometheus } }),
    },
  });
}

/** Not each retry of each poll while the server is unavailable: `temporalio_client` says five a second. */
const coreLogFilter = 'WARN,temporalio_sdk_core=INFO,temporalio_client=ERROR';

function writeEntry(logger: Logger, { level, message, meta }: LogEntry): void {
  const { error, ...rest } = meta ?? {};
  const fields = error === undefined ? rest : { ...rest, err: error as unknown };
  logger[levels[level]](fields, message);
}

const levels = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;

export type WorkerDefinition = Omit<
  WorkerOptions,
  'connection' | 'namespace' | 'identity' | 'activities'
> & {
  /** Made when the client is there. */
  readonly activities?: (client: Client) => object;
};

export interface RunningWorker {
  /** `starting` until Temporal has been seen once; `failed` only for a moment, the process ends. */
  readonly state: 'starting' | 'running' | 'stopped';
  /** Takes no new task, finishes those in hand (within the worker's grace and force times). */
  stop(): Promise<void>;
}

const pauseMs = 2_000;

/** Returns at once. A fault other than an unavailable server ends the process (unhandled). */
export function runTemporalWorker(
  temporal: Temporal,
  definition: WorkerDefinition,
  logger: Logger,
): RunningWorker {
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  let worker: Worker | undefined;
  let state: RunningWorker['state'] = 'starting';

  async function keepRunning(): Promise<void> {
    while (!isStopping()) {
      try {
        worker = await createWorker(temporal, definition);
        if (isStopping()) return;
        state = 'running';
        logger.info({ taskQueue: definition.taskQueue }, 'worker running');
        await worker.run();
      } catch (error) {
        if (isStopping() && worker === undefined) return; // closed before it connected
        if (!isTransportError(error)) throw error;
        logger.warn(
          { reason: error.message, taskQueue: definition.taskQueue },
          'worker disconnected from Temporal: connecting again',
        );
      }
      worker = undefined;
      state = 'starting';
      await delay(pauseMs, stopping.signal);
    }
  }

  const running = keepRunning().finally(() => {
    state = 'stopped';
  });
  return {
    get state() {
      return state;
    },
    async stop() {
      stopping.abort();
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      if (worker !== undefined) await running;
    },
  };
}

async function createWorker(temporal: Temporal, definition: WorkerDefinition): Promise<Worker> {
  const connection = await temporal.connected();
  const { activities, ...options } = definition;
  return Worker.create({
    ...options,
    interceptors: { activity: [nameCauses] },
    connection,
    namespace: temporal.namespace,
    identity: temporal.identity,
    ...(activities && { activities: activities(temporal.client()) }),
  });
}
