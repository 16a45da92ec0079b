import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Problem } from '../../platform/http/problem.ts';
import { limiterOf, refusalOf, secondsUntilReset, type RedisCounters } from './redis.ts';

export interface MutationLimit {
  /** @throws {Problem} 429 `TOO_MANY_MUTATIONS`, with the seconds until the minute is over. */
  take(owner: string, mutations: number): Promise<void>;
}

/**
 * Limits the mutations of one user in a minute, counted here, or by all replicas together in Redis.
 * While Redis is unavailable each replica counts by itself, so that uploads go on.
 */
export function createMutationLimit(deps: {
  perMinute: number;
  redis: RedisCounters | undefined;
  onRejected: () => void;
}): MutationLimit {
  const limit = { points: deps.perMinute, duration: 60, keyPrefix: 'gateway:mutations' };
  const limiter = limiterOf(limit, new RateLimiterMemory(limit), deps.redis);
  return {
    async take(owner, mutations) {
      const refusal = await refusalOf(limiter.consume(owner, mutations));
      if (refusal === undefined) return;
      deps.onRejected();
      const retryAfter = secondsUntilReset(refusal);
      throw new Problem(
        429,
        'TOO_MANY_MUTATIONS',
        `too many mutations: at most ${deps.perMinute} a minute; try again in ${retryAfter} s`,
        { retryAfter },
      );
    },
  };
}
