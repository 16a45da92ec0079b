// For tests: the two feeds of the gateway, kept in memory, with the cursor rules of the schema.
import { GraphQLError } from 'graphql';
import type {
  AnalysisCompleted,
  AnalysisStarted,
  FeedCursors,
} from '../../../contracts/schema.generated.ts';

export type Field = 'onAnalysisStarted' | 'onAnalysisCompleted';
type Payload = AnalysisStarted | AnalysisCompleted;
type Unplaced = Omit<AnalysisStarted, 'cursor'> | Omit<AnalysisCompleted, 'cursor'>;

export interface Feeds {
  publish(field: Field, event: Unplaced): void;
  subscribe(
    field: Field,
    args: { correlationId?: string; after?: string },
  ): AsyncIterableIterator<Record<string, Payload>>;
  cursors(): FeedCursors;
  /** Every open stream ends in the middle, without `complete`. */
  cut(): void;
  cutSignal(): AbortSignal;
  /** As if the streams had been recreated: no cursor given out before is good any more. */
  recreate(): void;
  open(field: Field): number;
}

export function createFeeds(): Feeds {
  let epoch = 0;
  let scissors = new AbortController();
  const logs = new Map<Field, Payload[]>([
    ['onAnalysisStarted', []],
    ['onAnalysisCompleted', []],
  ]);
  const readers = new Map<Field, Set<() => void>>([
    ['onAnalysisStarted', new Set()],
    ['onAnalysisCompleted', new Set()],
  ]);
  const log = (field: Field) => logs.get(field) ?? [];
  const cursor = (field: Field, offset: number) => `${field}/${epoch}/${offset}`;

  const offsetOf = (field: Field, after: string) => {
    const [of, at, offset] = after.split('/');
    if (of === field && Number(at) === epoch) return Number(offset);
    throw new GraphQLError('the cursor is too old', { extensions: { code: 'CURSOR_EXPIRED' } });
  };

  return {
    publish(field, event) {
      log(field).push({ ...event, cursor: cursor(field, log(field).length + 1) });
      for (const wake of readers.get(field) ?? []) wake();
    },
    subscribe(field, { correlationId, after }) {
      let at =
        after != null ? offsetOf(field, after) : correlationId == null ? log(field).length : 0;
      let finished = false;
      let wake: () => void = () => undefined;
      const notify = () => wake();
      readers.get(field)?.add(notify);
      const close = () => {
        finished = true;
        readers.get(field)?.delete(notify);
        wake();
      };
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          while (!finished) {
            const event = log(field)[at];
            if (event === undefined) await new Promise<void>((resolve) => (wake = resolve));
            else {
              at += 1;
              if (correlationId == null) return { done: false, value: { [field]: event } };
              if (event.correlationId !== correlationId) continue;
              close(); // its one event, then `complete`
              return { done: false, value: { [field]: event } };
            }
          }
          return { done: true, value: undefined };
        },
        return() {
          close();
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
    cursors: () => ({
      started: cursor('onAnalysisStarted', log('onAnalysisStarted').length),
      completed: cursor('onAnalysisCompleted', log('onAnalysisCompleted').length),
    }),
    cut() {
      scissors.abort();
      scissors = new AbortController();
    },
    cutSignal: () => scissors.signal,
    recreate() {
      epoch += 1;
      for (const events of logs.values()) events.length = 0;
    },
    open: (field) => readers.get(field)?.size ?? 0,
  };
}
