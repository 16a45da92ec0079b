import { onBackOnline } from './back-online.ts';
import { TrackunitError, UnauthorizedError, UnavailableError } from './errors.ts';

/** Pauses double from the first to the maximum, each shortened by up to half at random. */
export interface Backoff {
  readonly firstMs: number;
  readonly maximumMs: number;
}

export const defaultBackoff: Backoff = { firstMs: 250, maximumMs: 10_000 };

const mostRefusedTokens = 3; // a token may expire on the way; three new ones in a row do not

/** A failure that passes by itself: nothing is lost, the same call is made again. */
export interface Retry {
  readonly failure: TrackunitError;
  /** How many failures in a row, this one included. */
  readonly failures: number;
  /** The pause before the next attempt. */
  readonly inMs: number;
}

export interface RetryLoop {
  /** True when the last attempt met a 401, so a cached token must not be used again. */
  readonly wantsNewToken: boolean;
  /** Waits until the next attempt is due. @throws the failure itself when it is final. */
  waitOrThrow(failure: unknown): Promise<void>;
  /** Something arrived: the next failure starts counting from one. */
  reset(): void;
}

/**
 * The one policy of what is retried: whatever passes by itself (network, 429, 5xx; at least as
 * late as `retryAfter` asks), and a 401 with a new token. All else is final.
 *
 * @param options.forMs throws the failure once failures have gone on for so long.
 */
export function createRetryLoop(options: {
  backoff: Backoff;
  forMs: number;
  signal: AbortSignal | undefined;
  onRetry?: ((retry: Retry) => void) | undefined;
}): RetryLoop {
  const { firstMs, maximumMs } = options.backoff;
  let failures = 0;
  let refusedTokens = 0;
  let failingSince: number | undefined;
  return {
    get wantsNewToken() {
      return refusedTokens > 0;
    },
    async waitOrThrow(failure) {
      options.signal?.throwIfAborted();
      failingSince ??= performance.now();
      if (failure instanceof UnauthorizedError && failure.status === 401) {
        refusedTokens += 1;
        if (refusedTokens >= mostRefusedTokens) throw failure;
      } else if (!(failure instanceof TrackunitError && failure.retryable)) throw failure;
      else refusedTokens = 0;
      const backoff = Math.min(maximumMs, firstMs * 2 ** failures) * (0.5 + Math.random() / 2);
      failures += 1;
      const asked = failure instanceof UnavailableError ? (failure.retryAfterMs ?? 0) : 0;
      const due = Math.max(backoff, asked);
      if (performance.now() + due - failingSince > options.forMs) throw failure;
      options.onRetry?.({ failure, failures, inMs: due });
      const isEarly = await pause(due, asked, options.signal);
      if (!isEarly) return;
      failures = 0;
      failingSince = undefined; // the time offline counts for nothing
    },
    reset() {
      failures = 0;
      refusedTokens = 0;
      failingSince = undefined;
    },
  };
}

/** As `sleep`, but ends early when the machine is back online. @returns whether it did. */
async function pause(ms: number, atLeastMs: number, signal: AbortSignal | undefined) {
  const back = new AbortController();
  const since = performance.now();
  const stop = onBackOnline(() => back.abort());
  try {
    await sleep(ms, anyOf(back.signal, signal));
    return false;
  } catch {
    signal?.throwIfAborted();
    await sleep(Math.max(0, atLeastMs - (performance.now() - since)), signal);
    return true;
  } finally {
    stop();
  }
}

/** Rejects with the signal's reason as soon as it is aborted. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/** One signal for several; an absent one is never aborted. */
export function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}
