// What a process sets up in Temporal at its start, and goes on trying to until it is done.
import { ScheduleAlreadyRunning, type Client, type ScheduleOptions } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../logger.ts';
import { untilOver, type Temporal } from './temporal.ts';

const pauseMs = { first: 1_000, longest: 15_000 };

/** Resolves when `setUp` has succeeded, however long Temporal is unavailable, or when `stopping` fires. */
export async function setUpTemporal(
  parts: { temporal: Temporal; logger: Logger; stopping: AbortSignal },
  setUp: (client: Client, connection: NativeConnection) => Promise<void>,
): Promise<void> {
  const { temporal, logger, stopping } = parts;
  const connection = await temporal.connected().catch((error: unknown) => {
    if (!stopping.aborted) throw error;
  });
  if (connection === undefined) return; // stopped before Temporal was there
  for (let pause = pauseMs.first; ; pause = Math.min(pause * 2, pauseMs.longest)) {
    try {
      await temporal.within(10_000, (client) => setUp(client, connection));
      return;
    } catch (error) {
      logger.error({ err: error }, 'Temporal not set up, trying again');
    }
    await untilOver(pause, stopping);
    if (stopping.aborted) return;
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
      .update(({ state }) => ({ spec, action, state, ...(policies ? { policies } : {}) }));
  }
}
