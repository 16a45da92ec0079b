import { proxyActivities } from '@temporalio/workflow';
import type { RetentionActivities, SweepReport } from '../activities/delete-old-objects.ts';
import { policies } from './policies.ts';

const { deleteOldObjects } = proxyActivities<RetentionActivities>(policies.deleteOldObjects);

/**
 * One look for objects that are too old, started by a Temporal Schedule.
 *
 * @returns what was deleted and kept, by prefix.
 */
export async function sweepObjects(): Promise<SweepReport> {
  return deleteOldObjects();
}
