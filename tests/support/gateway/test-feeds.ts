// The events of a test gateway, in memory, with the cursor rules of the schema.
import { GraphQLError } from 'graphql';
import type {
  Analysis,
  AnalysisCompleted,
  AnalysisCorrected,
  AnalysisDeleted,
  AnalysisStarted,
  FeedCursors,
} from '../../../client/sdk/graphql/api.generated.ts';

/** As the union of the schema; an envelope has the cursor. */
export type TestEvent =
  | ({ __typename: 'AnalysisStarted' } & Omit<AnalysisStarted, 'cursor'>)
  | ({ __typename: 'AnalysisCompleted' } & Omit<AnalysisCompleted, 'cursor'>)
  | ({ __typename: 'AnalysisCorrected' } & AnalysisCorrected)
  | ({ __typename: 'AnalysisDeleted' } & AnalysisDeleted);

interface Envelope {
  readonly cursor: string;
  readonly event: TestEvent;
}

export interface TestFeeds {
  publish(event: TestEvent): void;
  subscribe(args: {
    after?: string | null;
  }): AsyncIterableIterator<Record<'analysisEvents', Envelope>>;
  cursors(): FeedCursors;
  /** What the events say of one analysis. */
  stateOf(correlationId: string): Analysis | null;
  /** Ends every open stream without `complete`. */
  cut(): void;
  cutSignal(): AbortSignal;
  /** As if the streams had been recreated: every cursor given before is expired. */
  recreate(): void;
  /** How many streams are open. */
  open(): number;
}

export function createTestFeeds(): TestFeeds {
  let epoch = 0;
  let cut = new AbortController();
  const enteredAt = new Map<string, Date>();
  const log: Envelope[] = [];
  const readers = new Set<() => void>();
  const cursor = (offset: number) => `events/${epoch}/${offset}`;

  const offsetOf = (after: string) => {
    const [of, at, offset] = after.split('/');
    if (of === 'events' && Number(at) === epoch) return Number(offset);
    const since = enteredAt.get(after)?.toISOString();
    throw new GraphQLError('cursor expired', { extensions: { code: 'CURSOR_EXPIRED', since } });
  };

  return {
    publish(event) {
      const entry = { cursor: cursor(log.length + 1), event };
      enteredAt.set(entry.cursor, new Date(timeOf(event)));
      log.push(entry);
      for (const wake of readers) wake();
    },
    subscribe({ after }) {
      let offset = after != null ? offsetOf(after) : log.length;
      let isDone = false;
      let wake: () => void = () => undefined;
      const notify = () => wake();
      readers.add(notify);
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          while (!isDone) {
            const envelope = log[offset];
            if (envelope !== undefined) {
              offset += 1;
              return { done: false, value: { analysisEvents: envelope } };
            }
            await new Promise<void>((resolve) => (wake = resolve));
          }
          return { done: true, value: undefined };
        },
        return() {
          isDone = true;
          readers.delete(notify);
          wake();
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
    cursors: () => ({ started: 's', completed: 'c', events: cursor(log.length) }),
    stateOf(correlationId) {
      const of = log.map(({ event }) => event).filter((e) => e.correlationId === correlationId);
      const end = of.findLast((event) => event.__typename === 'AnalysisCompleted');
      if (end !== undefined) return { ...end, state: end.success ? 'COMPLETED' : 'FAILED' };
      const start = of.findLast((event) => event.__typename === 'AnalysisStarted');
      return start === undefined ? null : { ...start, state: 'RUNNING' };
    },
    cut() {
      cut.abort();
      cut = new AbortController();
    },
    cutSignal: () => cut.signal,
    recreate() {
      epoch += 1;
      log.length = 0;
    },
    open: () => readers.size,
  };
}

function timeOf(event: TestEvent): string {
  switch (event.__typename) {
    case 'AnalysisStarted':
      return event.startedAt;
    case 'AnalysisCompleted':
      return event.completedAt;
    case 'AnalysisCorrected':
      return event.correctedAt;
    case 'AnalysisDeleted':
      return event.deletedAt;
  }
}
