import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Problem } from '../../platform/http/problem.ts';
import { limiterOf, refusalOf, secondsUntilReset, type RedisCounters } from './redis.ts';

interface LimitDeps {
  redis: RedisCounters | undefined;
  onRejected: () => void;
}

export interface MutationLimit {
  /** @throws {Problem} 429 `TOO_MANY_MUTATIONS`, with the seconds until the minute is over. */
  take(owner: string, mutations: number): Promise<void>;
}

export interface RedoLimit {
  /** @throws {Problem} 429 `TOO_MANY_REDOS`, with the seconds until the hour is over. */
  take(owner: string): Promise<void>;
  /** One that was taken was refused, so it cost nothing. */
  giveBack(owner: string): Promise<void>;
}

/**
 * Limits the mutations of one user in a minute, counted here, or by all replicas together in Redis.
 * While Redis is unavailable each replica counts by itself, so that uploads go on.
 */
export function createMutationLimit(deps: LimitDeps & { perMinute: number }): MutationLimit {
  const limiter = limiterFor({ points: deps.perMinute, duration: 60, name: 'mutations' }, deps);
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

/** Limits what one user has analyzed again in an hour from the first of them: each is paid. Counted alike. */
export function createRedoLimit(deps: LimitDeps & { perHour: number }): RedoLimit {
  const limiter = limiterFor({ points: deps.perHour, duration: 3_600, name: 'redos' }, deps);
  return {
    async take(owner) {
      const refusal = await refusalOf(limiter.consume(owner, 1));
      if (refusal === undefined) return;
      deps.onRejected();
      const retryAfter = secondsUntilReset(refusal);
      throw new Problem(
        429,
        'TOO_MANY_REDOS',
        `too many redos: at most ${deps.perHour} an hour; try again in ${retryAfter} s`,
        { retryAfter },
      );
    },
    async giveBack(owner) {
      await limiter.reward(owner, 1);
    },
  };
}

function limiterFor(
  { name, ...bound }: { points: number; duration: number; name: string },
  { redis }: LimitDeps,
) {
  const limit = { ...bound, keyPrefix: `gateway:${name}` };
  return limiterOf(limit, new RateLimiterMemory(limit), redis);
}
