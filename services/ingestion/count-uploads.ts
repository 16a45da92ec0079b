import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Priority } from '../../contracts/priorities.ts';

/**
 * Which priority an owner's next photo has: `interactive` for the first so many of each minute, from the
 * first of them on. Each replica counts by itself.
 */
export function countUploads(interactivePerMinute: number): (owner: string) => Promise<Priority> {
  const limiter = new RateLimiterMemory({ points: interactivePerMinute, duration: 60 });
  return async (owner) => {
    try {
      await limiter.consume(owner);
      return 'interactive';
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return 'batch';
      throw refusal;
    }
  };
}
