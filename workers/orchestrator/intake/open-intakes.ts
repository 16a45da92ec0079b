import { Counter, type Registry } from 'prom-client';
import { batchQueues, workQueues } from '../../../contracts/topology.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import type { OpenRuns } from '../open-runs/open-runs.ts';
import { createAdmission, type AdmissionLimits } from './admission.ts';
import { openIntake, type Intake } from './intake.ts';
import { takeRecognition, takeUpload, type AnalysisDefaults } from './take-event.ts';
import { followTaskBacklog } from './task-backlog.ts';

const prefetch = 16;
/** The same few of each owner's batch are in hand at a time, so each gets its share. */
const batchPrefetch = 2;
/** Batches give way while tasks wait longer. */
const batchTaskWaitMs = 3_000;

/** Opens every work queue: uploads that somebody waits for, the batches behind them, recognitions. */
export function openIntakes(deps: {
  readonly rabbit: RabbitConnection;
  readonly temporal: Temporal;
  readonly openRuns: OpenRuns;
  readonly defaults: AnalysisDefaults;
  /** Of the last two minutes; batches may be half of them. */
  readonly openAnalyses: number;
  readonly registry: Registry;
  readonly logger: Logger;
}): Intake[] {
  const { rabbit, temporal, openRuns, defaults, openAnalyses, registry, logger } = deps;
  const taken = new Counter({
    name: 'orchestrator_intake_total',
    help: 'Tries to hand a message to Temporal, by queue and outcome.',
    labelNames: ['queue', 'outcome'],
    registers: [registry],
  });
  const backlog = followTaskBacklog({ temporal, registry, logger });
  const admit = (limits: AdmissionLimits) => createAdmission({ limits, openRuns, backlog, logger });
  const batchAdmission = admit({ openRuns: openAnalyses / 2, taskWaitMs: batchTaskWaitMs });
  const every = { rabbit, probe: () => temporal.probe(), logger, taken };
  const uploads = { ...every, take: takeUpload(temporal, defaults) };
  const batches = { ...uploads, prefetch: batchPrefetch, admission: batchAdmission };
  return [
    openIntake({
      ...uploads,
      queue: workQueues.imageUploaded.name,
      prefetch,
      admission: admit({ openRuns: openAnalyses }),
    }),
    ...batchQueues.map(({ name: queue }) => openIntake({ ...batches, queue })),
    openIntake({
      ...every,
      queue: workQueues.recognitionCompleted.name,
      prefetch,
      take: takeRecognition(temporal, defaults),
    }),
  ];
}
