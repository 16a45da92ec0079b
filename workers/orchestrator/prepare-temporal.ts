// What must stand in Temporal before the first start: the search attributes.
import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { scheduleIds, searchAttributes, topicSettings } from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Temporal } from '../../platform/temporal/temporal.ts';
import { setUpTemporal } from '../../platform/temporal/temporal-setup.ts';

/** Resolves when all stands, however long Temporal is unavailable; repeating it changes nothing. */
export async function prepareTemporal(deps: {
  temporal: Temporal;
  logger: Logger;
  stopping: AbortSignal;
}): Promise<void> {
  await setUpTemporal(deps, async (client, connection) => {
    await registerSearchAttributes(connection, deps.temporal.namespace);
    await deleteSweepSchedule(client);
    await checkRetention(connection, deps);
  });
}

/** A run that is forgotten while Kafka still has its upload makes no duplicate of it. */
async function checkRetention(
  { workflowService }: NativeConnection,
  { temporal: { namespace }, logger }: { temporal: Temporal; logger: Logger },
): Promise<void> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const retentionMs = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1000;
  if (retentionMs < topicSettings.retentionMs)
    logger.warn(
      { namespace, retentionMs, uploadsKeptMs: topicSettings.retentionMs },
      'retention of the namespace is shorter than that of uploads in Kafka: an upload that is read again is analysed again',
    );
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

/** Older orchestrators looked for unannounced runs by a schedule, which would go on for ever. */
async function deleteSweepSchedule(client: Client): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleIds.sweepEnds).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
