import { createClient } from '@redis/client';
import { RateLimiterRedis, RateLimiterRes, type RateLimiterMemory } from 'rate-limiter-flexible';
import type { Logger } from '../../platform/logger.ts';
import { pauseAfter } from '../../platform/retry.ts';

export interface RedisCounters {
  /** Options for limiters of `rate-limiter-flexible`. */
  readonly options: {
    readonly storeClient: unknown;
    readonly useRedisPackage: true;
    /** Uses the insurance limiter at once, rather than wait for Redis. */
    readonly rejectIfRedisNotReady: true;
  };
  stop(): void;
}

/**
 * The Redis in which all replicas count together. Returns at once; it connects, and reconnects, in the
 * background.
 */
export function connectRedis(url: string, logger: Logger): RedisCounters {
  const client = createClient({
    url,
    disableOfflineQueue: true, // a late count is useless
    socket: { connectTimeout: 2_000, socketTimeout: 60_000, reconnectStrategy: pauseOf },
    commandOptions: { timeout: 500 },
    pingInterval: 20_000,
  });
  let isAvailable = true;
  client.on('error', (error: unknown) => {
    if (isAvailable) logger.warn({ err: error }, 'Redis unavailable: limits counted per replica');
    isAvailable = false;
  });
  client.on('ready', () => {
    if (!isAvailable) logger.info('Redis available: limits counted by all replicas together');
    isAvailable = true;
  });
  client.connect().catch(() => undefined); // logged on 'error'; it retries
  return {
    options: { storeClient: client, useRedisPackage: true, rejectIfRedisNotReady: true },
    stop() {
      if (client.isOpen) client.destroy();
    },
  };
}

const pauseOf = (tries: number) => pauseAfter(tries + 1, { firstMs: 100, longestMs: 5_000 });

/** Counts in Redis; in memory without a Redis, and while it is unavailable. */
export const limiterOf = (
  limit: { points: number; duration: number; keyPrefix: string; customIncrTtlLuaScript?: string },
  memory: RateLimiterMemory,
  redis: RedisCounters | undefined,
) =>
  redis === undefined
    ? memory
    : new RateLimiterRedis({ ...limit, ...redis.options, insuranceLimiter: memory });

/** Counts, and returns the refusal where that is over the limit. */
export async function refusalOf(counting: Promise<unknown>): Promise<RateLimiterRes | undefined> {
  try {
    await counting;
    return undefined;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  }
}

export const secondsUntilReset = ({ msBeforeNext }: RateLimiterRes) =>
  Math.max(1, Math.ceil(msBeforeNext / 1_000));
