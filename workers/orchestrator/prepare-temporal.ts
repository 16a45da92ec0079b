// What must stand in Temporal before the first start: search attributes and the sweep's schedule.
import type { NativeConnection } from '@temporalio/worker';
import {
  scheduleIds,
  searchAttributes,
  taskQueues,
  workflowTypes,
} from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Temporal } from '../../platform/temporal/temporal.ts';
import { putSchedule, setUpTemporal } from '../../platform/temporal/temporal-setup.ts';

/** Resolves when all stands, however long Temporal is unavailable; repeating it changes nothing. */
export async function prepareTemporal(deps: {
  temporal: Temporal;
  sweepIntervalMs: number;
  logger: Logger;
  stopping: AbortSignal;
}): Promise<void> {
  await setUpTemporal(deps, async (client, connection) => {
    await registerSearchAttributes(connection, deps.temporal.namespace);
    await putSchedule(client, scheduleIds.sweepEnds, deps.sweepIntervalMs, {
      workflowType: workflowTypes.sweepEnds,
      taskQueue: taskQueues.analysis,
      // Nobody waits for the end of a sweep, and one that hangs would keep the next from starting.
      workflowRunTimeout: '2 minutes',
      staticSummary: 'Announce the ends of terminated analyses',
    });
  });
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
