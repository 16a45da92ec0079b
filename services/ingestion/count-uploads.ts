import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Priority } from '../../contracts/priorities.ts';

export type PriorityOf = (upload: { owner: string; correlationId: string }) => Promise<Priority>;

const uploadsRemembered = 10_000;

/**
 * Which priority an accepted photo has: `interactive` for the first so many of its owner in a minute,
 * counted from the first of them. An upload that is confirmed again, because a server failed meanwhile,
 * counts once. Each replica counts by itself.
 */
export function countUploads(interactivePerMinute: number): PriorityOf {
  const limiter = new RateLimiterMemory({ points: interactivePerMinute, duration: 60 });
  const counted = new LRUCache<string, Promise<Priority>>({ max: uploadsRemembered });

  async function count(owner: string): Promise<Priority> {
    try {
      await limiter.consume(owner);
      return 'interactive';
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return 'batch';
      throw refusal;
    }
  }
  return ({ owner, correlationId }) => {
    const priority = counted.get(correlationId) ?? count(owner);
    counted.set(correlationId, priority);
    return priority;
  };
}
