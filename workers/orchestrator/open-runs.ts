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
  /** How many started so lately. */
  startedWithin(ms: number): number;
  forget(runId: string): void;
  stop(): Promise<void>;
}

const prefetch = 500;
const endsRemembered = 100_000;

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
  const ended = new LRUCache<string, true>({ max: endsRemembered });
  const from = () => 'first' as const;

  const starts = rabbit.readStream(streamQueues.started.name, { prefetch, from }, (message) => {
    const { type, runid: runId } = readAttributes(message.headers);
    if (type !== 'analysis.started' || runId === undefined || ended.has(runId)) return;
    if (open.has(runId)) return;
    const event = decodeEvent(type, message.headers, message.body);
    const { correlationid: correlationId, owner, data } = event;
    open.set(runId, { run: { correlationId, runId, owner, ...data }, since: now() });
  });
  const ends = rabbit.readStream(streamQueues.completed.name, { prefetch, from }, (message) => {
    const { runid: runId } = readAttributes(message.headers);
    if (runId === undefined) return;
    ended.set(runId, true);
    open.delete(runId);
  });
  logger.debug('open runs followed');

  return {
    knownFor: (ms) =>
      [...open.values()].filter(({ since }) => now() - since >= ms).map(({ run }) => run),
    startedWithin(ms) {
      const after = now() - ms;
      let count = 0;
      for (const { run } of open.values()) if (Date.parse(run.startedAt) > after) count += 1;
      return count;
    },
    forget(runId) {
      ended.set(runId, true);
      open.delete(runId);
    },
    async stop() {
      await Promise.all([starts.stop(), ends.stop()]);
    },
  };
}
