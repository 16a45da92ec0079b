// Every analysis that this tab has heard of, kept as the events say. One tab of the browser reads the
// stream, and tells the others.
import { useCallback, useSyncExternalStore } from 'react';
import type { FeedEvent, TrackunitClient } from '../../sdk/index.ts';
import { leadAlone, openChannel } from '../tabs/leader.ts';
import { createValue, type Value } from '../tabs/value.ts';
import type { Analysis } from './documents.ts';
import { newerOf } from './machine.ts';

export type Known = Analysis | 'deleted';

export interface LiveAnalyses {
  /** Undefined: never heard of. */
  get(correlationId: string): Known | undefined;
  /** What was read from the gateway. */
  put(analyses: readonly Analysis[]): void;
  /** The owner deleted it here: not shown any more, before its event has come. */
  hide(correlationId: string): void;
  readonly subscribe: (listener: () => void) => () => void;
  /** Each event once it is applied. */
  onEvent(listener: (event: FeedEvent) => void): () => void;
  /** Grows when a stream has begun without knowing where the last one ended: read again what matters. */
  readonly beginnings: Value<number>;
}

type Message = { readonly event: FeedEvent } | { readonly began: true };

export function followAnalyses(
  client: TrackunitClient,
  owner: string,
  signal: AbortSignal,
): LiveAnalyses {
  const known = new Map<string, Known>();
  const changes = createValue(0);
  const beginnings = createValue(0);
  const listeners = new Set<(event: FeedEvent) => void>();
  const channel = openChannel<Message>(`trackunit-events ${owner}`, signal);
  let cursor: string | undefined;

  const set = (correlationId: string, analysis: Known) => {
    if (known.get(correlationId) !== 'deleted') known.set(correlationId, analysis);
  };
  const changed = () => changes.set(changes.get() + 1);

  channel.listen((message) => {
    if ('began' in message) {
      beginnings.set(beginnings.get() + 1);
      return;
    }
    const { event } = message;
    cursor = event.cursor ?? cursor;
    const former = known.get(event.correlationId);
    const next = applyEvent(former === 'deleted' ? undefined : former, event);
    if (next !== undefined) set(event.correlationId, next);
    changed();
    for (const listener of [...listeners]) listener(event);
  });

  void leadAlone(`trackunit-stream ${owner}`, signal, async (stop) => {
    const from = cursor ?? (await client.feedCursors({ signal: stop, retryForMs: Infinity }));
    if (cursor === undefined) channel.send({ began: true });
    for await (const event of client.watch({ from, signal: stop })) channel.send({ event });
  });

  return {
    get: (correlationId) => known.get(correlationId),
    put(analyses) {
      for (const read of analyses) {
        const former = known.get(read.correlationId);
        if (former !== 'deleted') set(read.correlationId, newerOf(former, read));
      }
      changed();
    },
    hide(correlationId) {
      known.set(correlationId, 'deleted');
      changed();
    },
    subscribe: changes.subscribe,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    beginnings,
  };
}

/** @returns undefined where it says nothing of an analysis that nobody has heard of. */
function applyEvent(former: Analysis | undefined, event: FeedEvent): Known | undefined {
  const { correlationId } = event;
  switch (event.state) {
    case 'started': {
      if (former && former.startedAt >= event.startedAt) return former;
      const started = { state: 'RUNNING', startedAt: event.startedAt, completedAt: null } as const;
      return { ...blank, ...former, correlationId, ...started };
    }
    case 'completed': {
      const { startedAt, completedAt, failure, recognition, duplicateOf } = event;
      // A redo that fails never takes a good result away.
      if (former?.recognitionPayload && recognition === null)
        return { ...former, state: 'COMPLETED', startedAt };
      return {
        ...blank,
        ...former,
        ...{ correlationId, startedAt, completedAt, failure, duplicateOf, queue: null },
        state: failure === null ? 'COMPLETED' : (states[failure.code] ?? 'FAILED'),
        recognitionPayload: recognition as Analysis['recognitionPayload'],
      };
    }
    case 'corrected': {
      const { brand, type, model, correctedAt } = event;
      return former && { ...former, correction: { brand, type, model, correctedAt } };
    }
    case 'deleted':
      return 'deleted';
  }
}

const states: Partial<Record<string, Analysis['state']>> = {
  CANCELLED: 'CANCELLED',
  TERMINATED: 'TERMINATED',
};

const blank = { recognitionPayload: null, failure: null } as const;

/** The component again whenever this analysis changes. */
export function useAnalysis(live: LiveAnalyses, correlationId: string | undefined) {
  const get = useCallback(
    () => (correlationId === undefined ? undefined : live.get(correlationId)),
    [live, correlationId],
  );
  return useSyncExternalStore(live.subscribe, get);
}
