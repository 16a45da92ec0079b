// The two feeds of a test gateway, in memory, with the cursor rules of the schema.
import { GraphQLError } from 'graphql';
import type { FeedCursors } from '../../../client/sdk/graphql/read-analyses.ts';
import type { AnalysisCompleted, AnalysisStarted } from '../../../contracts/schema.generated.ts';

export type Field = 'onAnalysisStarted' | 'onAnalysisCompleted';
type Payload = AnalysisStarted | AnalysisCompleted;
type WithoutCursor = Omit<AnalysisStarted, 'cursor'> | Omit<AnalysisCompleted, 'cursor'>;

export interface TestFeeds {
  publish(field: Field, event: WithoutCursor): void;
  subscribe(
    field: Field,
    args: { correlationId?: string | null; after?: string | null },
  ): AsyncIterableIterator<Record<string, Payload>>;
  cursors(): FeedCursors;
  /** Ends every open stream without `complete`. */
  cut(): void;
  cutSignal(): AbortSignal;
  /** As if the streams had been recreated: every cursor given before is expired. */
  recreate(): void;
  open(field: Field): number;
}

export function createTestFeeds(): TestFeeds {
  let epoch = 0;
  let cut = new AbortController();
  const enteredAt = new Map<string, Date>();
  const newFeed = () => ({ log: [] as Payload[], readers: new Set<() => void>() });
  const feeds = { onAnalysisStarted: newFeed(), onAnalysisCompleted: newFeed() };
  const cursor = (field: Field, offset: number) => `${field}/${epoch}/${offset}`;
  const endOf = (field: Field) => cursor(field, feeds[field].log.length);

  const offsetOf = (field: Field, after: string) => {
    const [of, at, offset] = after.split('/');
    if (of === field && Number(at) === epoch) return Number(offset);
    const since = enteredAt.get(after)?.toISOString();
    throw new GraphQLError('cursor expired', { extensions: { code: 'CURSOR_EXPIRED', since } });
  };

  return {
    publish(field, event) {
      const { log, readers } = feeds[field];
      const at = 'completedAt' in event ? event.completedAt : event.startedAt;
      const entry = { ...event, cursor: cursor(field, log.length + 1) };
      enteredAt.set(entry.cursor, new Date(at));
      log.push(entry);
      for (const wake of readers) wake();
    },
    subscribe(field, { correlationId, after }) {
      const { log, readers } = feeds[field];
      let offset = after != null ? offsetOf(field, after) : correlationId == null ? log.length : 0;
      let isDone = false;
      let wake: () => void = () => undefined;
      const notify = () => wake();
      readers.add(notify);
      const close = () => {
        isDone = true;
        readers.delete(notify);
        wake();
      };
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          while (!isDone) {
            const event = log[offset];
            if (event === undefined) {
              await new Promise<void>((resolve) => (wake = resolve));
              continue;
            }
            offset += 1;
            if (correlationId != null && event.correlationId !== correlationId) continue;
            if (correlationId != null) close(); // its one event, then `complete`
            return { done: false, value: { [field]: event } };
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
      started: endOf('onAnalysisStarted'),
      completed: endOf('onAnalysisCompleted'),
    }),
    cut() {
      cut.abort();
      cut = new AbortController();
    },
    cutSignal: () => cut.signal,
    recreate() {
      epoch += 1;
      for (const { log } of Object.values(feeds)) log.length = 0;
    },
    open: (field) => feeds[field].readers.size,
  };
}
