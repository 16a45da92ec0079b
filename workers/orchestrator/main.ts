// svc-analysis-orchestrator, steps 7, 13, 14. In: RabbitMQ work queues, the read API, acts. Out: workflows; `analysis.*`.
import { processSettings, temporalSettings } from '../../contracts/settings.ts';
import { orchestratorTopology } from '../../contracts/topology.ts';
import { issuerKeys } from '../../platform/auth/issuer-keys.ts';
import { connectRabbit } from '../../platform/rabbitmq/rabbitmq.ts';
import { createRestClient } from '../../platform/http/rest-client.ts';
import { runService } from '../../platform/service.ts';
import { runTemporalWorker, startTemporal } from '../../platform/temporal/temporal-worker.ts';
import { createActs } from './acts/acts.ts';
import { createRegisterClient } from './acts/register-client.ts';
import { createApp } from './app.ts';
import { lookForDeletions, readTombstones, sweepDeletions } from './deletion/sweep-deletions.ts';
import { countMessages, countOpenRuns, watchStuckRuns } from './gauges.ts';
import type { Intake } from './intake/intake.ts';
import { openIntakes } from './intake/open-intakes.ts';
import { followOpenRuns } from './open-runs/open-runs.ts';
import { prepareTemporal } from './prepare-temporal.ts';
import { findAnalysis } from './read-api/find-analysis.ts';
import { workflowWorker } from './run-workflows.ts';
import { announceUnannouncedRuns } from './unannounced-runs/announce-unannounced-runs.ts';

const name = 'svc-analysis-orchestrator';

runService({
  name,
  settings: processSettings(
    name,
    ...temporalSettings,
    ...(['INTERNAL_TOKEN', 'RABBITMQ_URL', 'REGISTER_URL'] as const),
    ...(['WORKFLOW_BUNDLE', 'SWEEP_INTERVAL'] as const),
    ...(['OIDC_ISSUER', 'OIDC_AUDIENCE'] as const),
    ...(['ANALYSIS_ENTRY', 'ANALYSIS_TIMEOUT', 'RECOGNITION_GRACE', 'OPEN_ANALYSES'] as const),
  ),
  start({ config, logger, registry, stopping }) {
    const temporal = startTemporal({ name, config, logger });
    const rabbit = connectRabbit({
      url: config.RABBITMQ_URL,
      name,
      topology: orchestratorTopology,
      logger,
    });
    const worker = runTemporalWorker(
      temporal,
      workflowWorker({ bundle: config.WORKFLOW_BUNDLE, publisher: rabbit }),
      logger,
    );

    const register = createRestClient({
      name: 'tu-register-service',
      baseUrl: config.REGISTER_URL,
      internalToken: config.INTERNAL_TOKEN,
    });

    let intakes: readonly Intake[] = [];

    return {
      checks: {
        required: {
          setUp: () => failWith(intakes.find(({ fault }) => fault !== undefined)?.fault),
        },
        shared: {
          temporal: () => temporal.probe(),
          rabbitmq: () => failWith(rabbit.state === 'connected' ? undefined : rabbit.state),
        },
        progress: () => {
          const stuckMs = Math.max(0, ...intakes.map((intake) => intake.stuckFor()));
          failWith(
            stuckMs > 60_000
              ? `intake blocked: no answer from Temporal for ${stuckMs} ms`
              : undefined,
          );
        },
      },
      app(deps) {
        const client = createRegisterClient(register);
        const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
        return createApp({
          ...deps,
          find: (owner, correlationId) => findAnalysis(temporal, owner, correlationId),
          door: {
            acts: createActs({ temporal, register: client, logger }),
            register: client,
            issuer: { issuer, audience, keys: issuerKeys(issuer) },
          },
          internalToken: config.INTERNAL_TOKEN,
        });
      },
      async afterListen() {
        // Nothing is taken from a queue before Temporal can take it.
        await prepareTemporal({ temporal, logger, stopping });
        const intervalMs = config.SWEEP_INTERVAL;
        const tombstones = readTombstones(register);
        const deletions = { temporal, tombstones, intervalMs, logger, stopping };
        await lookForDeletions(deletions);
        if (stopping.aborted) return;
        countMessages({ rabbit, registry, logger });
        const openRuns = followOpenRuns({ rabbit, logger });
        const defaults = {
          entry: config.ANALYSIS_ENTRY,
          patienceMs: config.ANALYSIS_TIMEOUT,
          graceMs: config.RECOGNITION_GRACE,
        };
        const openAnalyses = config.OPEN_ANALYSES;
        intakes = openIntakes({
          ...{ rabbit, temporal, openRuns, defaults, openAnalyses, registry, logger },
        });
        countOpenRuns({ openRuns, registry });
        await Promise.all([
          watchStuckRuns({ temporal, registry, logger, stopping }),
          announceUnannouncedRuns({ temporal, openRuns, intervalMs, logger, stopping }),
          sweepDeletions(deletions),
        ]);
        await openRuns.stop();
      },
      stop: [
        // takes no more, finishes what is in hand
        { name: 'intake', stop: () => Promise.all(intakes.map((intake) => intake.stop())) },
        { name: 'worker', stop: () => worker.stop() },
        { name: 'rabbitmq', stop: () => rabbit.close() }, // after the last announcement
        { name: 'temporal', stop: () => temporal.close() },
      ],
    };
  },
});

function failWith(reason: string | undefined): void {
  if (reason !== undefined) throw new Error(reason);
}
