// Trying again with growing pauses: every loop of ours that waits for a server takes its pauses here.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The pause after that many failures in a row: doubled each time, up to the longest. */
export const pauseAfter = (failures: number, { firstMs, longestMs }: Backoff): number =>
  Math.min(longestMs, firstMs * 2 ** (failures - 1));

/** The longest that a timer of Node can wait; it would fire at once after more. */
const longestTimerMs = 2 ** 31 - 1;

/** Resolves after `ms`, or at once when the signal is aborted. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    let left = ms;
    for (; left > longestTimerMs; left -= longestTimerMs)
      await sleep(longestTimerMs, undefined, { signal });
    await sleep(left, undefined, { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

/**
 * Does the work until it succeeds, however long that takes.
 *
 * @throws what `isFinal` accepts, and the signal's reason when it is aborted before a success.
 */
export async function retry<T>(
  work: () => Promise<T>,
  options: Backoff & {
    readonly signal?: AbortSignal;
    readonly isFinal?: (error: unknown) => boolean;
    /** Called before each pause, for the log. */
    readonly onFailure: (error: unknown) => void;
  },
): Promise<T> {
  const { signal, isFinal, onFailure } = options;
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (isFinal?.(error)) throw error;
      signal?.throwIfAborted();
      onFailure(error);
    }
    await delay(pauseAfter(failures, options), signal);
    signal?.throwIfAborted();
  }
}
