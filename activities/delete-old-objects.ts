import { Context, log } from '@temporalio/activity';
import { ApplicationFailure, type CancelledFailure } from '@temporalio/common';
import { incomingKeySchema, previewKeySchema } from '../contracts/objects.ts';
import { objectKeySchema } from '../contracts/recognition.ts';
import type {
  ObjectVersions,
  RemovalError,
  VersionMarker,
} from '../platform/object-store/object-versions.ts';

/** How long an object version may lie below a prefix, by the store's clock. */
export interface RetentionLimit {
  readonly prefix: string;
  readonly keepMs: number;
}

/** Object versions and delete markers below one prefix. */
export interface SweepCounts {
  deleted: number;
  /** Too young, or under a key that is not of our pattern. */
  kept: number;
  /** Old and still there: the store refused. */
  failed: number;
}
export type SweepReport = Record<string, SweepCounts>;

export interface RetentionMetrics {
  deleted(prefix: string, count: number): void;
  failed(prefix: string, count: number): void;
  /** A sweep has seen every prefix to its end and left nothing behind. */
  succeeded(): void;
}

export interface RetentionDependencies {
  readonly versions: Pick<ObjectVersions, 'list' | 'remove'>;
  readonly limits: readonly RetentionLimit[];
  readonly metrics: RetentionMetrics;
}

export function createRetentionActivities(deps: RetentionDependencies) {
  return { deleteOldObjects: () => orStopped(() => deleteOldObjects(deps)) };
}
export type RetentionActivities = ReturnType<typeof createRetentionActivities>;

/** A worker that stops, or a cancel, does not wait for the call in hand: what it still does harms nothing. */
function orStopped<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  const { cancelled } = Context.current();
  return new Promise((resolve, reject) => {
    run().then(resolve, reject); // ends by itself at its next step: goOnFrom
    cancelled.catch((error: unknown) => {
      const reason = error as CancelledFailure; // as Context.cancelled says
      reject(reason.message === 'WORKER_SHUTDOWN' ? workerStopped() : reason);
    });
  });
}

/** Another worker goes on: as it is, the failure would say that somebody cancelled the sweep. */
const workerStopped = () =>
  ApplicationFailure.create({ type: 'WORKER_STOPPED', message: 'the worker stopped' });

/** What each heartbeat carries: the next attempt goes on from there. */
interface Progress {
  prefix: string | undefined;
  after?: VersionMarker | undefined;
  report: SweepReport;
  /** Of what the store refused, something may pass at another time. */
  retryable: boolean;
}

/**
 * Deletes every version that is older than its prefix allows, one page at a time. Only keys that we
 * make: whatever else lies in the bucket stays.
 *
 * @throws {ApplicationFailure} `OBJECTS_NOT_DELETED`, at the end, when the store refused single versions.
 */
async function deleteOldObjects(deps: RetentionDependencies): Promise<SweepReport> {
  const { limits, metrics } = deps;
  const earlier = Context.current().info.heartbeatDetails as Progress | undefined;
  const progress: Progress = earlier ?? atTheStart(limits, {});
  const begun = limits.findIndex(({ prefix }) => prefix === progress.prefix);
  for (const limit of limits.slice(Math.max(begun, 0))) {
    if (limit.prefix !== progress.prefix) progress.after = undefined;
    progress.prefix = limit.prefix;
    let more = true;
    while (more) more = await sweepPage(deps, limit, progress);
  }
  throwIfFailed(limits, progress);
  metrics.succeeded();
  return progress.report;
}

/** A store writes no time so far ahead of its own clock: MinIO takes it from a forged archive. */
const forgedMs = 24 * 60 * 60 * 1_000;

const atTheStart = (limits: readonly RetentionLimit[], before: SweepReport): Progress => ({
  prefix: undefined,
  report: Object.fromEntries(
    limits.map(({ prefix }) => [
      prefix,
      { deleted: before[prefix]?.deleted ?? 0, kept: 0, failed: 0 },
    ]),
  ),
  retryable: false,
});

/** @returns whether there is another page of this prefix, from `progress.after`. */
async function sweepPage(
  { versions, metrics }: RetentionDependencies,
  { prefix, keepMs }: RetentionLimit,
  progress: Progress,
): Promise<boolean> {
  goOnFrom(progress);
  const page = await versions.list(prefix, progress.after);
  const old = page.versions.filter(({ key, lastModified }) => {
    const ageMs = page.storeTime.getTime() - lastModified.getTime();
    return isOurKey(key) && (ageMs > keepMs || ageMs < -forgedMs);
  });
  goOnFrom(progress);
  const errors = await versions.remove(old);
  const deleted = old.length - errors.length;
  const counts = (progress.report[prefix] ??= { deleted: 0, kept: 0, failed: 0 });
  counts.deleted += deleted;
  metrics.deleted(prefix, deleted);
  // A marker that names a version may be among those deleted (see VersionPage): the same page again.
  if (page.next?.versionId !== undefined && deleted > 0) return true;
  counts.kept += page.versions.length - old.length;
  counts.failed += errors.length;
  if (errors.length > 0) {
    metrics.failed(prefix, errors.length);
    progress.retryable ||= errors.some(({ code }) => passing.has(code));
    log.error('object versions not deleted', { prefix, ...summaryOf(errors) });
  }
  progress.after = page.next;
  return page.next !== undefined;
}

function goOnFrom(progress: Progress): void {
  const context = Context.current();
  context.cancellationSignal.throwIfAborted();
  context.heartbeat(structuredClone(progress));
}

/** Codes of S3 that may be another one next time. What else it answers for a version, it will again. */
const passing: ReadonlySet<string> = new Set([
  ...['InternalError', 'OperationAborted', 'RequestTimeout', 'ServiceUnavailable', 'SlowDown'],
]);

const summaryOf = (errors: readonly RemovalError[]) => ({
  count: errors.length,
  codes: [...new Set(errors.map(({ code }) => code))],
  some: errors.slice(0, 20).map(({ key, message }) => `${key}: ${message}`),
});

function throwIfFailed(limits: readonly RetentionLimit[], progress: Progress): void {
  const { report, retryable } = progress;
  const failed = Object.values(report).reduce((sum, counts) => sum + counts.failed, 0);
  if (failed === 0) return;
  goOnFrom(atTheStart(limits, report)); // the next attempt lists them again
  throw ApplicationFailure.create({
    type: 'OBJECTS_NOT_DELETED',
    message: `${failed} object versions are too old, and the store does not delete them: the log says why`,
    nonRetryable: !retryable, // the next sweep of the schedule tries again in any case
    details: [report],
  });
}

const ourKeys = [incomingKeySchema, objectKeySchema, previewKeySchema];

/** True for keys of the patterns that we write; nothing else in the bucket is ever deleted. */
const isOurKey = (key: string): boolean => ourKeys.some((keys) => keys.safeParse(key).success);
