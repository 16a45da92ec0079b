// What a process sets up in Temporal at its start, and goes on trying to until it is done.
import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
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

/** What a schedule starts; the id of the schedule is also the workflow id. */
type ScheduledWorkflow = Pick<
  Extract<ScheduleOptions['action'], { type: 'startWorkflow' }>,
  'workflowType' | 'taskQueue' | 'workflowRunTimeout' | 'staticSummary'
>;

/**
 * Creates the schedule, or gives the existing one these options; whether it is paused does not change.
 * One run at a time, and a missed one is left to the next.
 */
export async function putSchedule(
  client: Client,
  scheduleId: string,
  everyMs: number,
  workflow: ScheduledWorkflow,
): Promise<void> {
  const spec = { intervals: [{ every: everyMs }] };
  const action = { type: 'startWorkflow', workflowId: scheduleId, args: [], ...workflow } as const;
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' } as const;
  try {
    await client.schedule.create({ scheduleId, spec, action, policies });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule
      .getHandle(scheduleId)
      .update(({ state }) => ({ spec, action, state, policies }));
  }
}
