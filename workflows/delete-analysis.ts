import {
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow';
import type { DeleteObjectsActivities } from '../activities/delete-objects.ts';
import type { DeleteRunsActivities } from '../activities/delete-runs.ts';
import { policies, timerSummaries } from './policies.ts';

const { deleteObjects } = proxyActivities<DeleteObjectsActivities>(policies.deleteObjects);
const { endRuns, deleteRuns } = proxyLocalActivities<DeleteRunsActivities>(policies.deleteRuns);

/** Without the owner: what Temporal keeps of a deletion says of nobody whose it was. */
export interface DeletionInput {
  readonly correlationId: string;
  /** When to look a second time, in milliseconds after the first. */
  readonly lookAgainMs: number;
}

/**
 * Deletes what one analysis has left in the bucket and in Temporal; ended first where it is under way.
 * Repeating it is harmless. A start or a preview that was on its way at the time is found by a second look.
 */
export async function deleteAnalysis({ correlationId, lookAgainMs }: DeletionInput): Promise<void> {
  await erase(correlationId);
  setCurrentDetails('**deleted**, to be looked for once more');
  await sleep(lookAgainMs, { summary: timerSummaries.lookAgain });
  await erase(correlationId);
  setCurrentDetails('**deleted**');
}

async function erase(correlationId: string): Promise<void> {
  setCurrentDetails('**ending the analysis**');
  const objectKeys = await endAll(correlationId);
  setCurrentDetails('**deleting the photo**');
  await deleteObjects({ correlationId, objectKeys });
  setCurrentDetails('**deleting the runs**');
  const pauses = growingPauses();
  while ((await deleteRuns(correlationId)) > 0)
    await sleep(pauses.next().value, { summary: timerSummaries.deleting });
}

/** Some 30 s for the end to be announced; an analysis that cannot do that is terminated. */
const triesBeforeTermination = 8;

/** @returns where the photo lies by what the runs say; they are gone when anything is tried again. */
async function endAll(correlationId: string): Promise<readonly string[]> {
  const pauses = growingPauses();
  for (let tries = 1; ; tries += 1) {
    const terminate = tries > triesBeforeTermination;
    const { isOpen, objectKeys } = await endRuns({ correlationId, terminate });
    if (!isOpen) return objectKeys;
    await sleep(pauses.next().value, { summary: timerSummaries.ending });
  }
}

/** In milliseconds. Temporal takes up to half a minute to delete a run: fewer looks keep the history short. */
function* growingPauses(): Generator<number, never> {
  for (let ms = 500; ; ms = Math.min(60_000, ms * 1.5)) yield Math.round(ms);
}
