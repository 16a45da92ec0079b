import { Counter, type Registry } from 'prom-client';
import { batchQueues, workQueues } from '../../../contracts/topology.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import type { OpenRuns } from '../open-runs.ts';
import { createAdmission, type AdmissionLimits } from './admission.ts';
import { openIntake, type Intake } from './intake.ts';
import { takeRecognition, takeUpload, type AnalysisDefaults } from './take-event.ts';
import { followTaskBacklog } from './task-backlog.ts';

/** On two processors 200 runs end as fast as they can; what is above only makes each of them slower. */
const limits = {
  interactive: { openRuns: 400 },
  batch: { openRuns: 200, waitMs: 3_000 },
} as const;

const prefetch = 16;
/** The same few of each owner's batch are in hand at a time, so each gets its share. */
const batchPrefetch = 2;

/** Opens every work queue: uploads that somebody waits for, the batches behind them, recognitions. */
export function openIntakes(deps: {
  readonly rabbit: RabbitConnection;
  readonly temporal: Temporal;
  readonly openRuns: OpenRuns;
  readonly defaults: AnalysisDefaults;
  readonly registry: Registry;
  readonly logger: Logger;
}): Intake[] {
  const { rabbit, temporal, openRuns, defaults, registry, logger } = deps;
  const taken = new Counter({
    name: 'orchestrator_intake_total',
    help: 'Tries to hand a message to Temporal, by queue and outcome.',
    labelNames: ['queue', 'outcome'],
    registers: [registry],
  });
  const backlog = followTaskBacklog({ temporal, registry, logger });
  const admit = (admitted: AdmissionLimits) =>
    createAdmission({ limits: admitted, openRuns, backlog, logger });
  const every = { rabbit, probe: () => temporal.probe(), logger, taken };
  const uploads = { ...every, take: takeUpload(temporal, defaults) };
  const batches = { ...uploads, prefetch: batchPrefetch, admission: admit(limits.batch) };
  return [
    openIntake({
      ...uploads,
      queue: workQueues.imageUploaded.name,
      prefetch,
      admission: admit(limits.interactive),
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
