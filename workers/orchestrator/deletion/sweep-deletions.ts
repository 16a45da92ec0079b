import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { deleteRun } from '../../../activities/delete-runs.ts';
import { deletionsPageSchema } from '../../../contracts/acts.ts';
import { workflowTypes } from '../../../contracts/topology.ts';
import type { RestClient } from '../../../platform/http/rest-client.ts';
import type { Logger } from '../../../platform/logger.ts';
import { delay } from '../../../platform/retry.ts';
import { temporalFaultOf, type Temporal } from '../../../platform/temporal/temporal.ts';
import { withTimeout } from '../../../platform/with-timeout.ts';
import { findDeletion, startDeletion } from './start-deletion.ts';

/** What the register knows of deletions. */
export interface Tombstones {
  /** Those whose photo and runs are not known to be gone, the oldest first. @throws while it is unavailable. */
  listUnerased(): AsyncIterable<{ readonly correlationId: string; readonly owner: string }>;
  markErased(deletion: { readonly correlationId: string; readonly owner: string }): Promise<void>;
}

interface Deps {
  readonly temporal: Temporal;
  readonly tombstones: Tombstones;
  readonly intervalMs: number;
  /** As {@link startDeletion} takes it. */
  readonly wait?: { readonly lookAgainMs: number };
  readonly deletionsKeptMs?: number;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}

/**
 * Looks again and again for deletions that were written down and not begun, because somebody was killed in
 * between, and tells the register which have come to their end.
 */
export async function sweepDeletions(deps: Deps): Promise<void> {
  const { intervalMs, logger, stopping } = deps;
  let isFailing = false;
  while (!stopping.aborted) {
    try {
      await followTombstones(deps);
      await deleteOldDeletions(deps);
      isFailing = false;
    } catch (error) {
      logger[isFailing ? 'debug' : 'warn']({ err: error }, 'deletions not looked at: trying again');
      isFailing = true;
    }
    await delay(intervalMs, stopping);
  }
}

const firstLookMs = 5_000;

/**
 * Once, before the first upload is taken: it may be one that was deleted. What does not come in time is
 * the sweep's matter, since no photo waits for the register.
 */
export async function lookForDeletions(deps: Deps): Promise<void> {
  try {
    await withTimeout(firstLookMs, followTombstones(deps), () => new Error('no answer in time'));
  } catch (error) {
    deps.logger.debug({ err: error }, 'deletions not looked at before the first upload');
  }
}

const callTimeoutMs = 20_000;

async function followTombstones({
  temporal,
  tombstones,
  wait,
  logger,
  stopping,
}: Deps): Promise<void> {
  for await (const deletion of tombstones.listUnerased()) {
    if (stopping.aborted) return;
    const { correlationId } = deletion;
    try {
      const state = await temporal.withTimeout(callTimeoutMs, (client) =>
        goOn(client, deletion, wait),
      );
      if (state === 'done') await tombstones.markErased(deletion);
      if (state === 'done') logger.info({ correlationId }, 'analysis deleted');
    } catch (error) {
      if (temporalFaultOf(error) === 'unavailable') throw error; // for the others as well
      logger.error({ err: error, correlationId }, 'deletion not looked at: trying again');
    }
  }
}

async function goOn(
  client: Client,
  deletion: { correlationId: string; owner: string },
  wait: Deps['wait'],
) {
  const state = await findDeletion(client, deletion.correlationId);
  if (state === 'none' || state === 'failed') await startDeletion(client, deletion, wait);
  return state;
}

/** Of one look: the next one goes on. */
const mostAtOnce = 500;

/** As long as the register keeps a tombstone: a dead letter may be redriven long after Kafka has forgotten its upload. */
const keptMs = 32 * 24 * 60 * 60 * 1_000;

/** What Temporal has of a deletion keeps late events out, and says nothing that is needed longer. */
async function deleteOldDeletions(deps: Deps): Promise<void> {
  const { temporal, stopping, deletionsKeptMs = keptMs } = deps;
  const before = new Date(Date.now() - deletionsKeptMs).toISOString();
  const query = `WorkflowType = '${workflowTypes.deleteAnalysis}' AND ExecutionStatus != 'Running' AND CloseTime < '${before}'`;
  await temporal.withTimeout(callTimeoutMs, async (client) => {
    let left = mostAtOnce;
    for await (const run of client.workflow.list({ query })) {
      if (stopping.aborted || left === 0) return;
      await deleteRun(client, run);
      left -= 1;
    }
  });
}

const registerTimeoutMs = 5_000;
const pageSize = 500;

/** The deletions that the register knows. Its errors are those of {@link RestClient.call}. */
export function readTombstones(register: Pick<RestClient, 'call'>): Tombstones {
  return {
    async *listUnerased() {
      let after = '';
      for (;;) {
        const { items, hasNextPage } = await register.call({
          method: 'GET',
          path: `/v1/deletions?erased=false&first=${pageSize}${after}`,
          answer: deletionsPageSchema,
          timeoutMs: registerTimeoutMs,
        });
        yield* items;
        const last = items.at(-1);
        if (!hasNextPage || last === undefined) return;
        after = `&after=${encodeURIComponent(last.cursor)}`;
      }
    },
    async markErased({ correlationId, owner }) {
      await register.call({
        method: 'POST',
        path: `/v1/analyses/${correlationId}/deletion/erased`,
        body: { owner },
        answer: z.unknown(),
        timeoutMs: registerTimeoutMs,
      });
    },
  };
}
