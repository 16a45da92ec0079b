import { setTimeout as pause } from 'node:timers/promises';
import { Problem } from '../../platform/http/problem.ts';
import type { Limits } from '../limits/limits.ts';
import type { Caller } from '../auth/verify-token.ts';

/** Why a stream ended. Only `completed` is sent to the client; after all others it resumes by cursor. */
export type EndReason =
  | 'completed'
  | 'client'
  | 'token_expired'
  | 'lifetime'
  | 'drain'
  | 'overflow'
  | 'behind'
  | 'blocked'
  | 'failed';

/** One open subscription, from its first byte to whatever ends it. */
export interface OpenStream {
  readonly isOver: boolean;
  /** The first reason counts. All but `completed` end it without `complete`: the client comes back. */
  end(reason: EndReason): void;
  /** Calls back once with the reason, at once where it is over. */
  onEnd(listener: (reason: EndReason) => void): void;
}

export interface OpenStreams {
  readonly size: number;
  readonly draining: boolean;
  /** @throws {Problem} 429 `TOO_MANY_STREAMS` for this user; 503 `REPLICA_FULL` or `DRAINING`. */
  open(caller: Caller): OpenStream;
  /** Ends all, spread over the time given, and opens no new one. */
  drain(overMs: number): Promise<void>;
}

/** What is counted of streams; see `metrics.ts`. */
export interface StreamCounters {
  opened(): void;
  ended(reason: EndReason): void;
}

const longestTimerMs = 2 ** 31 - 1;

export function createOpenStreams({
  limits,
  counters,
}: {
  limits: Pick<Limits, 'STREAMS_PER_USER' | 'STREAMS_PER_REPLICA' | 'STREAM_LIFETIME'>;
  counters: StreamCounters;
}): OpenStreams {
  const streams = new Set<OpenStream>();
  const perOwner = new Map<string, number>();
  let draining = false;

  const admit = (owner: string) => {
    if (draining)
      throw new Problem(503, 'DRAINING', 'this replica is shutting down; subscribe again', {
        retryAfter: 1,
      });
    if (streams.size >= limits.STREAMS_PER_REPLICA)
      throw new Problem(
        503,
        'REPLICA_FULL',
        `this replica is full: at most ${limits.STREAMS_PER_REPLICA} open subscriptions; subscribe again`,
        {
          retryAfter: 5,
        },
      );
    if ((perOwner.get(owner) ?? 0) >= limits.STREAMS_PER_USER)
      throw new Problem(
        429,
        'TOO_MANY_STREAMS',
        `too many open subscriptions: at most ${limits.STREAMS_PER_USER} per user; end one first`,
        { retryAfter: 5 },
      );
  };

  const release = (owner: string) => {
    const left = (perOwner.get(owner) ?? 1) - 1;
    if (left > 0) perOwner.set(owner, left);
    else perOwner.delete(owner);
  };

  return {
    get size() {
      return streams.size;
    },
    get draining() {
      return draining;
    },
    open({ owner, expiresAt }) {
      admit(owner);
      let over: EndReason | undefined;
      let listener: ((reason: EndReason) => void) | undefined;
      const stream: OpenStream = {
        get isOver() {
          return over !== undefined;
        },
        end(reason) {
          if (!streams.delete(stream)) return;
          over = reason;
          clearTimeout(expiry);
          release(owner);
          counters.ended(reason);
          listener?.(reason);
        },
        onEnd(callback) {
          listener = callback;
          if (over !== undefined) callback(over);
        },
      };
      const tokenMs = Math.max(expiresAt - Date.now(), 0);
      const lifetimeMs = limits.STREAM_LIFETIME * (0.5 + Math.random() / 2); // not all at once
      const expiry = setTimeout(
        () => stream.end(tokenMs <= lifetimeMs ? 'token_expired' : 'lifetime'),
        Math.min(tokenMs, lifetimeMs, longestTimerMs),
      );
      streams.add(stream);
      perOwner.set(owner, (perOwner.get(owner) ?? 0) + 1);
      counters.opened();
      return stream;
    },
    async drain(overMs) {
      draining = true;
      const ending = [...streams];
      const step = overMs / Math.max(ending.length, 1);
      let due = 0;
      for (const stream of ending) {
        stream.end('drain');
        due += step;
        if (due >= 10) {
          await pause(due);
          due = 0;
        }
      }
    },
  };
}
