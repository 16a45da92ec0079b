// What must stand in Temporal before the first start: search attributes and the sweep's schedule.
import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { searchAttributes, taskQueues, workflowTypes } from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import { untilOver, type Temporal } from '../../platform/temporal.ts';

export const sweepScheduleId = 'sweep-ends';

const againMs = { first: 1_000, longest: 15_000 };

/** Resolves when all stands, however long Temporal is away; repeating it changes nothing. */
export async function prepareTemporal(parts: {
  temporal: Temporal;
  sweepIntervalMs: number;
  logger: Logger;
  stopping: AbortSignal;
}): Promise<void> {
  const { temporal, logger, stopping } = parts;
  const connection = await temporal.connected();
  for (let pause = againMs.first; ; pause = Math.min(pause * 2, againMs.longest)) {
    try {
      await temporal.within(10_000, async (client) => {
        await registerSearchAttributes(connection, temporal.namespace);
        await scheduleSweep(client, parts.sweepIntervalMs);
      });
      return;
    } catch (error) {
      logger.error({ err: error }, 'Temporal is not prepared; nothing is taken before it is');
    }
    await untilOver(pause, stopping);
    if (stopping.aborted) return;
  }
}

/** As the server numbers the types (temporal.api.enums.v1.IndexedValueType). */
const indexedValueTypes = { Keyword: 2, Bool: 5 } as const;

async function registerSearchAttributes(connection: NativeConnection, namespace: string) {
  const { operatorService } = connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(searchAttributes).filter(
    ([name]) => !Object.hasOwn(customAttributes, name),
  );
  if (missing.length === 0) return;
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      missing.map(([name, type]) => [name, indexedValueTypes[type]]),
    ),
  });
}

async function scheduleSweep(client: Client, everyMs: number): Promise<void> {
  const options: ScheduleOptions = {
    scheduleId: sweepScheduleId,
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: workflowTypes.sweepEnds,
      workflowId: sweepScheduleId,
      taskQueue: taskQueues.analysis,
      args: [],
      // Nobody waits for the end of a sweep, and one that hangs would keep the next from starting.
      workflowRunTimeout: '2 minutes',
      staticSummary: 'Announce the ends of terminated analyses',
    },
    // A missed sweep is made good by the next one.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  };
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await client.schedule
      .getHandle(sweepScheduleId)
      .update(({ state }) => ({ spec, action, state, ...(policies ? { policies } : {}) }));
  }
}
