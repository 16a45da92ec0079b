// What operators watch and nothing else shows: messages that wait, dead letters, and runs stuck on a bug.
import { Gauge, type Registry } from 'prom-client';
import { batchQueues, deadLetterQueue, workQueues } from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import type { RabbitConnection } from '../../platform/rabbitmq/rabbitmq.ts';
import { delay } from '../../platform/retry.ts';
import { temporalFaultOf, type Temporal } from '../../platform/temporal/temporal.ts';
import type { OpenRuns } from './open-runs/open-runs.ts';

/** Keeps gauges `orchestrator_queue_messages` and `orchestrator_dead_letters`, asked of RabbitMQ at each scrape. */
export function countMessages(deps: {
  readonly rabbit: Pick<RabbitConnection, 'countMessages'>;
  readonly registry: Registry;
  readonly logger: Logger;
}): void {
  const works = Object.values(workQueues);
  countIn(
    [...works, ...batchQueues].map(({ name }) => name),
    {
      ...deps,
      name: 'orchestrator_queue_messages',
      help: 'Messages that wait in a work queue; absent while RabbitMQ is unavailable.',
    },
  );
  countIn(works.map(deadLetterQueue), {
    ...deps,
    name: 'orchestrator_dead_letters',
    help: 'Messages in a dead letter queue; absent while RabbitMQ is unavailable.',
  });
}

function countIn(
  queues: readonly string[],
  deps: Parameters<typeof countMessages>[0] & { readonly name: string; readonly help: string },
): void {
  const { rabbit, registry, logger, name, help } = deps;
  new Gauge({
    name,
    help,
    labelNames: ['queue'],
    registers: [registry],
    async collect() {
      this.reset();
      await Promise.all(
        queues.map(async (queue) => {
          try {
            this.set({ queue }, await rabbit.countMessages(queue));
          } catch (error) {
            logger.debug({ err: error, queue }, 'messages not counted: RabbitMQ unavailable');
          }
        }),
      );
    },
  });
}

/** Keeps gauge `orchestrator_open_runs`: what is held back is held back by it. */
export function countOpenRuns(deps: {
  readonly openRuns: Pick<OpenRuns, 'countRecent'>;
  readonly registry: Registry;
}): void {
  new Gauge({
    name: 'orchestrator_open_runs',
    help: 'Runs of the last two minutes that are open, as announced; the same at every replica.',
    registers: [deps.registry],
    collect() {
      this.set(deps.openRuns.countRecent());
    },
  });
}

const everyMs = 30_000;
/** A closed run keeps its reported problems: somebody has terminated it. */
export const stuckRunsQuery = `ExecutionStatus = 'Running' AND TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')`;

/**
 * A bug in workflow code does not fail a run: Temporal retries its task until a fixed worker is
 * there. Nobody would notice, so runs with reported problems are counted, and named in the log.
 */
export async function watchStuckRuns(deps: {
  readonly temporal: Temporal;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}): Promise<void> {
  const { temporal, registry, logger, stopping } = deps;
  const gauge = new Gauge({
    name: 'orchestrator_stuck_runs',
    help: 'Runs whose workflow task fails again and again: a bug, or a history that does not fit.',
    registers: [registry],
  });
  while (!stopping.aborted) {
    try {
      const ids = await temporal.withTimeout(5_000, async ({ workflow }) => {
        const found: string[] = [];
        for await (const run of workflow.list({ query: stuckRunsQuery }))
          found.push(run.workflowId);
        return found;
      });
      gauge.set(ids.length);
      if (ids.length > 0)
        logger.error(
          { count: ids.length, some: ids.slice(0, 20) },
          'stuck runs: workflow task fails again and again, deploy a fixed orchestrator',
        );
    } catch (error) {
      if (temporalFaultOf(error) !== 'unavailable')
        logger.error({ err: error }, 'stuck runs not counted');
    }
    await delay(everyMs, stopping);
  }
}
