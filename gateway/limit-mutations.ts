import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../platform/http/problem.ts';
import type { RedisCounters } from './redis.ts';

export interface MutationLimit {
  /** @throws {Problem} 429 `TOO_MANY_MUTATIONS`, with the seconds until this minute is over. */
  take(owner: string, mutations: number): Promise<void>;
}

const minute = 60;

/**
 * So many mutations of one user in a minute, counted here, or by all replicas together in Redis.
 * While Redis is unreachable each replica counts by itself: uploads go on, and no user gets more
 * than the limit of each.
 */
export function createMutationLimit(parts: {
  perMinute: number;
  redis: RedisCounters | undefined;
  onRejected: () => void;
}): MutationLimit {
  const { redis } = parts;
  const limit = { points: parts.perMinute, duration: minute, keyPrefix: 'gateway:mutations' };
  const memory = new RateLimiterMemory(limit);
  const limiter =
    redis === undefined
      ? memory
      : new RateLimiterRedis({ ...limit, ...redis.options, insuranceLimiter: memory });
  return {
    async take(owner, mutations) {
      try {
        await limiter.consume(owner, mutations);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        parts.onRejected();
        throw new Problem(
          429,
          'TOO_MANY_MUTATIONS',
          `at most ${parts.perMinute} mutations a minute`,
          { retryAfter: Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)) },
        );
      }
    },
  };
}
