import { LRUCache } from 'lru-cache';
import type { FeedEvent } from './events.ts';

/** Far more than a gateway replays; what falls out could at worst be told twice. */
const remembered = 20_000;

interface Run {
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
}

/**
 * What a feed has told already. Repeats of one event share an id; a fact read from `analyses` has
 * none, so runs are also told apart by time: an operator's new run of the same photo starts after
 * the end of the one before.
 */
export class SeenRuns {
  readonly #eventIds = new LRUCache<string, true>({ max: remembered });
  readonly #runs = new LRUCache<string, Run>({ max: remembered });

  /** True for an event that was not told before; it is remembered as told from then on. */
  isNew(event: FeedEvent): boolean {
    if (event.eventId !== null) {
      if (this.#eventIds.has(event.eventId)) return false;
      this.#eventIds.set(event.eventId, true);
    }
    const known = this.#runs.get(event.correlationId);
    if (notBefore(known?.completedAt, event.startedAt)) return false; // that run has ended here
    if (event.state === 'started' && notBefore(known?.startedAt, event.startedAt)) return false;
    this.#runs.set(event.correlationId, {
      startedAt: event.startedAt,
      completedAt: event.state === 'completed' ? event.completedAt : undefined,
    });
    return true;
  }
}

const notBefore = (known: string | undefined, at: string) =>
  known !== undefined && Date.parse(known) >= Date.parse(at);
