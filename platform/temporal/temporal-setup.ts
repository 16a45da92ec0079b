// What a process sets up in Temporal at its start, and goes on trying to until it is done.
import { ScheduleAlreadyRunning, type Client, type ScheduleOptions } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../logger.ts';
import { retry } from '../retry.ts';
import type { Temporal } from './temporal.ts';

const backoff = { firstMs: 1_000, longestMs: 15_000 };

/** Resolves when `setUp` has succeeded, however long Temporal is unavailable, or when `stopping` fires. */
export async function setUpTemporal(
  deps: { temporal: Temporal; logger: Logger; stopping: AbortSignal },
  setUp: (client: Client, connection: NativeConnection) => Promise<void>,
): Promise<void> {
  const { temporal, logger, stopping } = deps;
  try {
    const connection = await temporal.connected();
    await retry(() => temporal.withTimeout(10_000, (client) => setUp(client, connection)), {
      ...backoff,
      signal: stopping,
      onFailure: (error) => logger.error({ err: error }, 'Temporal setup failed: retrying'),
    });
  } catch (error) {
    if (!stopping.aborted) throw error;
  }
}

/** Creates the schedule, or gives the existing one these options; whether it is paused does not change. */
export async function putSchedule(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await client.schedule
      .getHandle(options.scheduleId)
      .update(({ state }) => ({ spec, action, state, ...(policies && { policies }) }));
  }
}
