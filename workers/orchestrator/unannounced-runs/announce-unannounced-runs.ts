import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import pLimit from 'p-limit';
import {
  listUnannounced,
  readUnannouncedRun,
  type ListRuns,
  type UnannouncedRun,
} from '../../../activities/find-unannounced-runs.ts';
import { announceEndWorkflowId, taskQueues, workflowTypes } from '../../../contracts/topology.ts';
import type { Logger } from '../../../platform/logger.ts';
import { delay } from '../../../platform/retry.ts';
import { temporalFaultOf, type Temporal } from '../../../platform/temporal/temporal.ts';
import type { announceEnd } from '../../../workflows/announce-end.ts';
import { findDeletion } from '../deletion/start-deletion.ts';
import { listMissing, readDeletedRun } from './deleted-runs.ts';
import type { OpenRuns } from '../open-runs/open-runs.ts';

const callTimeoutMs = 20_000;
const settledMs = 10_000; // an end that is announced is read within milliseconds
const againMs = 1_000; // where one was found more may follow: the server terminates a batch bit by bit
const concurrency = 10; // a batch of an operator's is hundreds of runs, each a few calls

interface Deps {
  readonly temporal: Temporal;
  readonly openRuns: Pick<OpenRuns, 'knownFor' | 'forget'>;
  readonly intervalMs: number;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}

/**
 * Looks again and again for runs that could not announce their own end, because an operator terminated
 * or deleted them or the server timed them out, and starts a workflow for each that does it.
 *
 * The look is no workflow itself: thousands a day would hide the photos in Temporal's lists.
 */
export async function announceUnannouncedRuns(deps: Deps): Promise<void> {
  const { intervalMs, logger, stopping } = deps;
  let unavailable = false;
  while (!stopping.aborted) {
    const { announced, error } = await lookOnce(deps);
    const wasUnavailable = unavailable;
    unavailable = error !== undefined && temporalFaultOf(error) === 'unavailable';
    if (error !== undefined)
      logger[unavailable && wasUnavailable && announced === 0 ? 'debug' : 'warn'](
        { err: error, announced },
        'unannounced runs not all found: looking again',
      );
    await delay(announced > 0 ? Math.min(intervalMs, againMs) : intervalMs, stopping);
  }
}

/**
 * Announces each run as it is found. A run that cannot be read keeps no other waiting; the look ends early
 * when Temporal gives no answer, and the next one goes on.
 */
async function lookOnce(deps: Deps): Promise<{ announced: number; error?: unknown }> {
  const { temporal, openRuns, intervalMs, logger, stopping } = deps;
  const call = <Answer>(work: (client: Client) => Promise<Answer>) =>
    temporal.withTimeout(callTimeoutMs, work);
  const limit = pLimit(concurrency);
  const pending: Promise<void>[] = [];
  let announced = 0;
  let error: unknown;
  const isOver = () => stopping.aborted || error !== undefined;

  async function announce(
    runId: string,
    read: (client: Client) => Promise<UnannouncedRun | undefined>,
  ): Promise<void> {
    if (isOver()) return;
    try {
      const run = await call(read);
      if (run === undefined) return;
      const { correlationId, deleted = false } = run;
      if ((await call((client) => findDeletion(client, correlationId))) !== 'none') {
        openRuns.forget(runId); // its owner wants nothing of it kept, nor told
        return;
      }
      if (await call((client) => startAnnouncement(client, run))) {
        announced += 1;
        logger.info({ correlationId, runId, deleted }, 'end announced in place of the run');
      }
      if (deleted) openRuns.forget(runId);
    } catch (cause) {
      if (cause instanceof WorkflowNotFoundError) return; // deleted meanwhile: the next look has it
      if (temporalFaultOf(cause) === 'unavailable') error ??= cause;
      else logger.error({ err: cause, runId }, 'unannounced run not announced: trying again');
    }
  }

  try {
    const list = listFrom(temporal);
    for await (const run of listUnannounced(list)) {
      if (isOver()) break;
      pending.push(limit(announce, run.runId, (client) => readUnannouncedRun(client, run)));
    }
    const settled = Math.min(intervalMs, settledMs);
    for (const run of isOver() ? [] : await listMissing(list, openRuns, settled))
      pending.push(limit(announce, run.runId, (client) => readDeletedRun(client, openRuns, run)));
  } catch (cause) {
    error ??= cause;
  }
  await Promise.all(pending);
  return { announced, error };
}

/** Each page of a list is a call of its own, with a limit of its own. */
const listFrom = (temporal: Temporal): ListRuns =>
  async function* (query) {
    const runs = temporal.client().workflow.list({ query })[Symbol.asyncIterator]();
    for (;;) {
      const next = await temporal.withTimeout(callTimeoutMs, () => runs.next());
      if (next.done) return;
      yield next.value;
    }
  };

/** False when it was done earlier, or by another replica: lists lag behind, ids do not. */
async function startAnnouncement(client: Client, run: UnannouncedRun): Promise<boolean> {
  try {
    await client.workflow.start<typeof announceEnd>(workflowTypes.announceEnd, {
      workflowId: announceEndWorkflowId(run.correlationId, run.runId),
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      workflowIdConflictPolicy: 'FAIL',
      taskQueue: taskQueues.analysis,
      args: [run],
      staticSummary: `Announce the end of a ${run.deleted ? 'deleted' : 'terminated'} run`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
