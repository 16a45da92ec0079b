// What was lost from a source is filled in from Temporal's list, which keeps runs for 30 days.
import type { Client } from '@temporalio/client';
import pLimit from 'p-limit';
import {
  confirmedImageSchema,
  correlationIdSchema,
  ownerSchema,
} from '../../../contracts/recognition.ts';
import { workflowTypes } from '../../../contracts/topology.ts';
import type { Logger } from '../../../platform/logger.ts';
import { delay } from '../../../platform/retry.ts';
import {
  readWorkflowInput,
  temporalFaultOf,
  type Temporal,
} from '../../../platform/temporal/temporal.ts';
import { describeRun, type Run } from '../../../workers/orchestrator/read-api/describe-run.ts';
import { applyChanges } from '../store/apply-changes.ts';
import { isDataError, type RegisterDb } from '../store/database.ts';
import type { Change } from '../store/changes.ts';
import { closeGap, readPositions, type Position } from '../store/positions.ts';
import type { IngestMetrics } from './metrics.ts';

const everyMs = 2_000;
/** Clocks may differ, and an event is written a moment after what it tells of. */
const slackMs = 60 * 60_000;
const runsAtOnce = 10;
const runsPerWrite = 100;
const runLimitMs = 10_000;
const fillLimitMs = 60 * 60_000;

export interface GapDeps {
  readonly db: RegisterDb;
  readonly temporal: Pick<Temporal, 'withTimeout'>;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
  /** Told every few seconds. */
  readonly onPositions: (positions: readonly Position[]) => void;
}

/**
 * Looks for gaps for as long as the process lives. One that was found at the last look is filled at this
 * one: by then Temporal's list, which lags a little, has what went missing. Two replicas that fill the
 * same do the work twice, and write the same.
 */
export async function fillGaps(deps: GapDeps): Promise<void> {
  const { db, logger, stopping } = deps;
  let before: readonly Position[] = [];
  let failed = false;
  while (!stopping.aborted) {
    try {
      const positions = await readPositions(db);
      deps.onPositions(positions);
      await fill(
        deps,
        positions.filter((position) => isKnown(before, position)),
      );
      before = positions;
      failed = false;
    } catch (error) {
      logger[failed ? 'debug' : 'warn']({ err: error }, 'gap not filled: trying again');
      failed = true;
    }
    await delay(everyMs, stopping);
  }
}

const isKnown = (before: readonly Position[], { source, gapSince, generation }: Position) =>
  gapSince !== undefined &&
  before.some(
    (one) =>
      one.source === source &&
      one.generation === generation &&
      one.gapSince?.getTime() === gapSince.getTime(),
  );

async function fill(deps: GapDeps, gaps: readonly Position[]): Promise<void> {
  const { db, temporal, logger, stopping } = deps;
  if (gaps.length === 0) return;
  const since = Math.min(...gaps.map(({ gapSince }) => gapSince?.getTime() ?? 0));
  const filled = await temporal.withTimeout(fillLimitMs, (client) =>
    fillSince(deps, client, since),
  );
  if (stopping.aborted) return;
  for (const gap of gaps) await closeGap(db, gap);
  const sources = gaps.map(({ source }) => source);
  logger.info({ sources, since: new Date(since), runs: filled }, 'gap filled from Temporal');
}

/** @returns how many runs were written. */
async function fillSince(deps: GapDeps, client: Client, since: number): Promise<number> {
  const { temporal, metrics, logger, stopping } = deps;
  const limit = pLimit(runsAtOnce);
  let filled = 0;
  let reading: Promise<Change | undefined>[] = [];
  const write = async () => {
    const changes = (await Promise.all(reading)).filter((change) => change !== undefined);
    reading = [];
    await writeChanges(deps, changes);
    metrics.filled.inc(changes.length);
    filled += changes.length;
  };
  for await (const run of client.workflow.list({ query: runsSince(since - slackMs) })) {
    if (stopping.aborted) return filled;
    const change = limit(() =>
      temporal.withTimeout(runLimitMs, (own) => readChange(own, run, logger)),
    );
    change.catch(() => undefined); // thrown when it is awaited, with the others
    reading.push(change);
    if (reading.length >= runsPerWrite) await write();
  }
  await write();
  return filled;
}

/** One that is not to be stored, ever, is passed over. */
async function writeChanges(deps: GapDeps, changes: readonly Change[]): Promise<void> {
  try {
    await deps.db.transaction().execute((trx) => applyChanges(trx, changes));
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (changes.length > 1) for (const change of changes) await writeChanges(deps, [change]);
    else deps.logger.error({ err: error }, 'run passed over: not to be stored');
  }
}

function runsSince(ms: number): string {
  const type = `WorkflowType = '${workflowTypes.analyzeImage}'`;
  if (ms <= 0) return type;
  const at = new Date(ms).toISOString();
  return `${type} AND (StartTime >= '${at}' OR CloseTime >= '${at}')`;
}

const inputSchema = confirmedImageSchema.extend({
  correlationId: correlationIdSchema,
  owner: ownerSchema,
});

/** Undefined: started by hand with something else, or deleted meanwhile. */
async function readChange(client: Client, run: Run, logger: Logger): Promise<Change | undefined> {
  try {
    return await describeChange(client, run);
  } catch (error) {
    if (['unavailable', 'misconfigured'].includes(temporalFaultOf(error))) throw error;
    const { workflowId, runId } = run;
    logger.warn({ err: error, workflowId, runId }, 'run passed over: no analysis of ours');
    return undefined;
  }
}

async function describeChange(client: Client, run: Run): Promise<Change> {
  const input = inputSchema.parse(await readWorkflowInput(client, run));
  const { correlationId, owner, objectKey, contentType, bytes, checksum } = input;
  const { state, success, startedAt, completedAt, ...known } = await describeRun(client, run);
  const { provider, aggregate, status, reasons, unsupportedFeatures, failure } = known;
  const { evidence, duplicateOf } = known;
  const end =
    state === 'RUNNING' || completedAt === null
      ? undefined
      : {
          ...{ provider, aggregate, status, reasons, unsupportedFeatures, failure },
          ...{ evidence, duplicateOf },
          success: success === true,
          completedAt: new Date(completedAt),
        };
  return {
    ...{ correlationId, owner, objectKey },
    upload: { contentType, bytes, checksum, uploadedAt: undefined },
    runs: [{ runId: run.runId, startedAt: new Date(startedAt), end }],
  };
}
