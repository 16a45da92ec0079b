import { LRUCache } from 'lru-cache';
import { decodeEvent, readAttributes } from '../../contracts/cloudevents.ts';
import { streamQueues } from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import type { RabbitConnection } from '../../platform/rabbitmq/rabbitmq.ts';

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
const recentMs = 2 * 60_000;

/**
 * What clients wait for, as the announcements themselves tell it: Temporal does not know a run any
 * more that an operator has deleted. Each connect reads both streams from their first message (24 h).
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
  const from = () => 'first' as const;

  const starts = rabbit.readStream(streamQueues.started.name, { prefetch, from }, (message) => {
    const { type, runid: runId } = readAttributes(message.headers);
    if (type !== 'analysis.started' || runId === undefined || ended.has(runId)) return;
    if (open.has(runId)) return;
    const event = decodeEvent(type, message.headers, message.body);
    const { correlationid: correlationId, owner, data } = event;
    open.set(runId, { run: { correlationId, runId, owner, ...data }, since: now() });
    const startedMs = Date.parse(data.startedAt);
    if (startedMs > now() - recentMs) recent.set(runId, startedMs);
  });
  const ends = rabbit.readStream(streamQueues.completed.name, { prefetch, from }, (message) => {
    const { runid: runId } = readAttributes(message.headers);
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
