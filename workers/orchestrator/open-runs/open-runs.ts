import { LRUCache } from 'lru-cache';
import { decodeEvent, readAttributes } from '../../../contracts/cloudevents.ts';
import { streamQueues } from '../../../contracts/topology.ts';
import type { Logger } from '../../../platform/logger.ts';
import { clockDifferenceMs, type RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';

/** A run whose start was announced, and whose end was not. */
export interface OpenRun {
  readonly correlationId: string;
  readonly runId: string;
  readonly owner: string;
  readonly objectKey: string;
  readonly startedAt: string;
}

export interface OpenRuns {
  /** Those that have been known for as long, so that an end on its way has come. */
  knownFor(ms: number): OpenRun[];
  /** How many runs of the last two minutes are open; older ones wait for something else than the machine. */
  countRecent(): number;
  forget(runId: string): void;
  stop(): Promise<void>;
}

const prefetch = 500;
const endsRemembered = 100_000;
/** Both streams are read from then on: what started earlier may have an end that is not read. */
const readBackMs = 24 * 60 * 60_000;
const recentMs = 2 * 60_000;

/**
 * What clients wait for, as the announcements themselves tell it: Temporal does not know a run any
 * more that an operator has deleted. The first connect reads both streams from a day ago, however long
 * they keep, a later one goes on an hour before where the last one was: by time, because a stream that was
 * deleted meanwhile begins its offsets again.
 */
export function followOpenRuns(deps: {
  rabbit: Pick<RabbitConnection, 'readStream'>;
  logger: Logger;
  now?: () => number;
}): OpenRuns {
  const { rabbit, logger, now = Date.now } = deps;
  const open = new Map<string, { readonly run: OpenRun; readonly since: number }>();
  const recent = new Map<string, number>();
  const ended = new LRUCache<string, true>({ max: endsRemembered });
  const close = (runId: string) => {
    ended.set(runId, true);
    open.delete(runId);
    recent.delete(runId);
  };
  const startsRead = createPlace(now);
  const starts = rabbit.readStream(streamQueues.started.name, startsRead.options, (message) => {
    const { type, runid: runId, time } = readAttributes(message.headers);
    startsRead.moveTo(time);
    if (type !== 'analysis.started' || runId === undefined || ended.has(runId)) return;
    if (open.has(runId)) return;
    const event = decodeEvent(type, message.headers, message.body);
    const { correlationid: correlationId, owner, data } = event;
    const startedMs = Date.parse(data.startedAt);
    if (startedMs < now() - readBackMs) return;
    open.set(runId, { run: { correlationId, runId, owner, ...data }, since: now() });
    if (startedMs > now() - recentMs) recent.set(runId, startedMs);
  });
  const endsRead = createPlace(now);
  const ends = rabbit.readStream(streamQueues.completed.name, endsRead.options, (message) => {
    const { runid: runId, time } = readAttributes(message.headers);
    endsRead.moveTo(time);
    if (runId === undefined) return;
    close(runId);
  });
  logger.debug('open runs followed');

  return {
    knownFor: (ms) =>
      [...open.values()].filter(({ since }) => now() - since >= ms).map(({ run }) => run),
    countRecent() {
      const after = now() - recentMs;
      for (const [runId, startedMs] of recent) {
        if (startedMs > after) break; // in the order of their starts, or nearly
        recent.delete(runId);
      }
      return recent.size;
    },
    forget: close,
    async stop() {
      await Promise.all([starts.stop(), ends.stop()]);
    },
  };
}

/** Where a stream has been read to, by the times of its events: never later than the broker took them. */
function createPlace(now: () => number) {
  let readTo: number | undefined;
  return {
    options: {
      prefetch,
      from: () => new Date(Math.max(now() - readBackMs, (readTo ?? 0) - clockDifferenceMs)),
    },
    moveTo(time: string | undefined) {
      const at = Date.parse(time ?? '');
      if (!Number.isNaN(at)) readTo = at; // a gateway's marker has no time
    },
  } as const;
}
