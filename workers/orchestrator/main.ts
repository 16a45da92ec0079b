// svc-analysis-orchestrator, steps 7, 13, 14. In: RabbitMQ work queues, the read API. Out: workflows; `analysis.*`.
import { hostname } from 'node:os';
import { Counter } from 'prom-client';
import { pick, processPorts } from '../../contracts/settings.ts';
import { rabbitTopology, workQueues } from '../../contracts/topology.ts';
import { readConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import { listen } from '../../platform/http/http-server.ts';
import { createLogger } from '../../platform/logger.ts';
import { runProcess, stopInOrder } from '../../platform/process.ts';
import { connectRabbit } from '../../platform/rabbitmq/rabbitmq.ts';
import { connectTemporal } from '../../platform/temporal/temporal.ts';
import {
  installTemporalRuntime,
  runTemporalWorker,
} from '../../platform/temporal/temporal-worker.ts';
import { createApp } from './app.ts';
import { countDeadLetters, watchStuckRuns } from './gauges.ts';
import { findAnalysis } from './read-api/find-analysis.ts';
import { openIntake, type Intake } from './intake/intake.ts';
import { listAnalyses } from './read-api/list-analyses.ts';
import { prepareTemporal } from './prepare-temporal.ts';
import { workflowWorker } from './run-workflows.ts';
import { takeRecognition, takeUpload } from './intake/take-event.ts';

const name = 'svc-analysis-orchestrator';
const logger = createLogger(name, process.env['LOG_LEVEL']);

runProcess(logger, async () => {
  const config = readConfig(
    pick(
      ...(['HOST', 'PORT', 'LOG_LEVEL', 'INTERNAL_TOKEN', 'RABBITMQ_URL'] as const),
      ...(['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_METRICS_ADDRESS'] as const),
      ...(['ANALYSIS_ENTRY', 'PATIENCE', 'RECOGNITION_GRACE'] as const),
      ...(['WORKFLOW_BUNDLE', 'SWEEP_INTERVAL'] as const),
    ),
  );
  const metricsAddress = config.TEMPORAL_METRICS_ADDRESS;
  installTemporalRuntime({ logger, ...(metricsAddress === undefined ? {} : { metricsAddress }) });
  const temporal = connectTemporal({
    address: config.TEMPORAL_ADDRESS,
    namespace: config.TEMPORAL_NAMESPACE,
    identity: `${name}@${hostname()}:${process.pid}`,
    logger,
  });
  const rabbit = connectRabbit({
    url: config.RABBITMQ_URL,
    name,
    topology: rabbitTopology,
    logger,
  });
  const worker = runTemporalWorker(
    temporal,
    workflowWorker({ bundle: config.WORKFLOW_BUNDLE, publisher: rabbit }),
    logger,
  );

  const intakes: Intake[] = [];
  const health = createHealth({
    required: { setUp: () => failWith(intakes.find(({ fault }) => fault !== undefined)?.fault) },
    shared: {
      temporal: () => temporal.probe(),
      rabbitmq: () => failWith(rabbit.state === 'connected' ? undefined : rabbit.state),
    },
    progress: () => {
      const stuckMs = Math.max(0, ...intakes.map((intake) => intake.stuckFor()));
      failWith(
        stuckMs > 60_000 ? `intake blocked: no answer from Temporal for ${stuckMs} ms` : undefined,
      );
    },
  });
  const app = createApp({
    analyses: {
      find: (owner, correlationId) => findAnalysis(temporal, owner, correlationId),
      list: (query) => listAnalyses(temporal, query),
    },
    health,
    internalToken: config.INTERNAL_TOKEN,
    logger,
  });
  const address = { host: config.HOST, port: config.PORT ?? processPorts.orchestrator };
  const server = await listen(app, address);
  logger.info(address, 'listening');

  const stopping = new AbortController();
  stopInOrder(
    logger,
    { name: 'api', stop: () => server.stop() },
    {
      name: 'intake', // takes no more, finishes what is in hand
      stop: async () => {
        stopping.abort();
        await Promise.all(intakes.map((intake) => intake.stop()));
      },
    },
    { name: 'worker', stop: () => worker.stop() },
    { name: 'rabbitmq', stop: () => rabbit.close() }, // after the last announcement
    { name: 'temporal', stop: () => temporal.close() },
  );

  // Nothing is taken from a queue before Temporal can take it.
  const sweepIntervalMs = config.SWEEP_INTERVAL;
  await prepareTemporal({ temporal, sweepIntervalMs, logger, stopping: stopping.signal });
  if (stopping.signal.aborted) return;
  const taken = new Counter({
    name: 'orchestrator_intake_total',
    help: 'Tries to hand a message to Temporal, by queue and outcome.',
    labelNames: ['queue', 'outcome'],
    registers: [health.registry],
  });
  countDeadLetters({ rabbit, registry: health.registry, logger });
  const defaults = {
    entry: config.ANALYSIS_ENTRY,
    patienceMs: config.PATIENCE,
    graceMs: config.RECOGNITION_GRACE,
  };
  const probe = () => temporal.probe();
  const common = { rabbit, probe, logger, taken };
  intakes.push(
    openIntake({
      ...common,
      queue: workQueues.imageUploaded.name,
      prefetch: 16,
      take: takeUpload(temporal, defaults),
    }),
    openIntake({
      ...common,
      queue: workQueues.recognitionCompleted.name,
      prefetch: 16,
      take: takeRecognition(temporal, defaults),
    }),
  );
  await watchStuckRuns({
    temporal,
    registry: health.registry,
    logger,
    stopping: stopping.signal,
  });
});

function failWith(reason: string | undefined): void {
  if (reason !== undefined) throw new Error(reason);
}
