import { Gauge, type Registry } from 'prom-client';
import type { Logger } from '../../platform/logger.ts';
import { temporalFaultOf, untilOver, type Temporal } from '../../platform/temporal/temporal.ts';

const everyMs = 30_000;
const stuck = `TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')`;

/**
 * A bug in workflow code does not fail a run: Temporal tries its task again until a mended worker is
 * there. Nobody would notice, so runs with reported problems are counted, and named in the log.
 */
export async function watchStuckRuns(parts: {
  temporal: Temporal;
  registry: Registry;
  logger: Logger;
  stopping: AbortSignal;
}): Promise<void> {
  const { temporal, registry, logger, stopping } = parts;
  const gauge = new Gauge({
    name: 'orchestrator_stuck_runs',
    help: 'Runs whose workflow task fails again and again: a bug, or a history that does not fit.',
    registers: [registry],
  });
  while (!stopping.aborted) {
    try {
      const ids = await temporal.within(5_000, async ({ workflow }) => {
        const found: string[] = [];
        for await (const run of workflow.list({ query: stuck })) found.push(run.workflowId);
        return found;
      });
      gauge.set(ids.length);
      const some = ids.slice(0, 20);
      if (ids.length > 0) logger.error({ count: ids.length, some }, 'runs are stuck on a bug');
    } catch (error) {
      if (temporalFaultOf(error) !== 'away')
        logger.error({ err: error }, 'cannot look for stuck runs');
    }
    await untilOver(everyMs, stopping);
  }
}
