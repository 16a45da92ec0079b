/**
 * How many records are on their way, over all partitions together. One takes a place until it is
 * confirmed, and counts as uncommitted until Kafka has its offset: of those twice as many are allowed,
 * and at least 500, which bounds what a crash repeats.
 */
export interface InFlight {
  /** Without a place `whenFree` is called, once and in turn, as soon as there may be one. */
  enter(whenFree: () => void): boolean;
  /** It was confirmed, or is given up for now. */
  leave(): void;
  /** So many are committed, or given up for now. */
  forget(count: number): void;
  /** A partition commits when so many of its records are confirmed and uncommitted. */
  readonly commitEvery: number;
}

/** The partitions that are handled side by side. */
export const partitionsAtOnce = 3;

/** With fewer a commit would follow every few records, and one costs as much as many records. */
const leastUncommitted = 500;

export function limitInFlight(limit: number): InFlight {
  const waiting = new Set<() => void>();
  const step = Math.max(1, Math.floor(limit / 4)); // places are given in bulk: many records, one write
  const mostUncommitted = Math.max(2 * limit, leastUncommitted);
  let inFlight = 0;
  let uncommitted = 0;

  const isFull = () => inFlight >= limit || uncommitted >= mostUncommitted;
  function callWaiting(): void {
    if (inFlight > limit - step) return;
    for (const whenFree of waiting) {
      if (isFull()) return;
      waiting.delete(whenFree); // it comes back, behind the others, when it wants more
      whenFree();
    }
  }

  return {
    commitEvery: Math.ceil(mostUncommitted / 2 / partitionsAtOnce),
    enter(whenFree) {
      if (isFull()) {
        waiting.add(whenFree);
        return false;
      }
      inFlight += 1;
      uncommitted += 1;
      return true;
    },
    leave() {
      inFlight -= 1;
      callWaiting();
    },
    forget(count) {
      uncommitted -= count;
      callWaiting();
    },
  };
}
