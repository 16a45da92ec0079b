import type { TrackunitClient } from '../sdk/index.ts';
import type { Place } from './outcome.ts';

/** Calls `onPlace` with each place that is known. @returns what ends it. */
export type FollowQueue = (correlationId: string, onPlace: (place: Place) => void) => () => void;

/** Asks for one photo's place every so often, in turn: however many wait, it stays one call. */
export function createFollowQueue(
  client: Pick<TrackunitClient, 'analysis'>,
  everyMs = 1_000,
): FollowQueue {
  const waiting = new Map<string, (place: Place) => void>();
  let timer: NodeJS.Timeout | undefined;

  async function askNext(): Promise<void> {
    const [next] = waiting;
    if (next === undefined) {
      timer = undefined;
      return;
    }
    const [correlationId, onPlace] = next;
    waiting.delete(correlationId);
    waiting.set(correlationId, onPlace); // behind the others
    try {
      const place = (await client.analysis(correlationId, { retryForMs: 0 }))?.queue;
      if (place != null && waiting.has(correlationId)) onPlace(place);
    } catch {
      // The result itself comes by another way, whose faults are shown.
    }
    timer = setTimeout(() => void askNext(), everyMs).unref();
  }

  return (correlationId, onPlace) => {
    waiting.set(correlationId, onPlace);
    timer ??= setTimeout(() => void askNext(), everyMs).unref();
    return () => void waiting.delete(correlationId);
  };
}
