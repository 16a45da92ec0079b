import { proxyLocalActivities, setCurrentDetails } from '@temporalio/workflow';
import type { AnnouncementActivities } from '../activities/announce.ts';
import type { UnannouncedRun } from '../activities/find-unannounced-runs.ts';
import { failures } from '../contracts/failures.ts';
import { policies } from './policies.ts';
import { completedData } from './result-fields.ts';

const { announceCompleted } = proxyLocalActivities<AnnouncementActivities>(policies.announce);

/**
 * Announces the end of a run that could not do it itself, because it was terminated or deleted.
 * Its workflow id is the memory: one announcement per run, the same event id as the run's own.
 */
export async function announceEnd(run: UnannouncedRun): Promise<void> {
  setCurrentDetails(`announcing the end of run \`${run.runId}\``);
  const { correlationId, owner, runId, objectKey, startedAt, endedAt, deleted } = run;
  const message = deleted ? 'the analysis was deleted by an operator' : failures.TERMINATED.message;
  const failure = { code: 'TERMINATED', message } as const;
  const times = { startedAt, completedAt: endedAt };
  const data = completedData(objectKey, times, { failure });
  await announceCompleted({ correlationId, owner, runId, data });
}
