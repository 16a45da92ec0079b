import { LRUCache } from 'lru-cache';
import { correlationKey, type FeedEvent } from './event-log.ts';

export interface Run {
  readonly owner: string;
  readonly correlationId: string;
  readonly runId: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

const maximumRuns = 100_000;

/**
 * After an operator's redo two runs share one correlationId, and a subscriber of that id gets the
 * newest run only. This remembers which that is, from both streams.
 */
export class NewestRuns {
  readonly #runs = new LRUCache<string, Pick<Run, 'runId' | 'startedAt'>>({ max: maximumRuns });

  note(run: Run): void {
    if (run.runId === undefined || this.isSuperseded(run)) return;
    const { runId, startedAt } = run; // never the event itself: it would stay with its body
    this.#runs.set(correlationKey(run.owner, run.correlationId), { runId, startedAt });
  }

  isSuperseded(run: Run): boolean {
    const newest = this.#runs.get(correlationKey(run.owner, run.correlationId));
    return newest !== undefined && newest.runId !== run.runId && newest.startedAt > run.startedAt;
  }

  /** The newest run's event among those of one correlationId; the last of them, if it has several. */
  newestOf(events: readonly FeedEvent[]): FeedEvent | undefined {
    return events
      .filter((event) => !this.isSuperseded(event))
      .sort((a, b) => a.startedAt - b.startedAt)
      .at(-1);
  }
}
