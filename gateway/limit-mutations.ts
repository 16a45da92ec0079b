import { createClient } from '@redis/client';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Logger } from '../platform/logger.ts';
import { Problem } from '../platform/problem.ts';

export interface MutationLimit {
  /** @throws {Problem} 429 `TOO_MANY_MUTATIONS`, with the seconds until this minute is over. */
  take(owner: string, mutations: number): Promise<void>;
  stop(): Promise<void>;
}

const minute = 60;

/**
 * So many mutations of one user in a minute, counted here, or by all replicas together in Redis.
 * While Redis is away each replica counts by itself: uploads go on, and no user gets more than the
 * limit of each.
 */
export function createMutationLimit(parts: {
  perMinute: number;
  redisUrl: string | undefined;
  logger: Logger;
  onRejected: () => void;
}): MutationLimit {
  const limit = { points: parts.perMinute, duration: minute, keyPrefix: 'gateway:mutations' };
  const memory = new RateLimiterMemory(limit);
  const redis = parts.redisUrl === undefined ? undefined : connectRedis(parts.redisUrl, parts);
  const limiter =
    redis === undefined
      ? memory
      : new RateLimiterRedis({
          ...limit,
          storeClient: redis,
          useRedisPackage: true,
          rejectIfRedisNotReady: true, // asks the memory at once, rather than wait for Redis
          insuranceLimiter: memory,
        });
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
    async stop() {
      if (redis?.isOpen === true) redis.destroy();
      await Promise.resolve();
    },
  };
}

/** Returns at once; connecting, and connecting again, goes on behind. */
function connectRedis(url: string, { logger }: { logger: Logger }) {
  const client = createClient({
    url,
    disableOfflineQueue: true, // a count that comes late is of no use
    socket: { connectTimeout: 2_000, socketTimeout: 60_000, reconnectStrategy: pauseOf },
    commandOptions: { timeout: 500 },
    pingInterval: 20_000,
  });
  let isAway = false;
  client.on('error', (error: unknown) => {
    if (!isAway) logger.warn({ err: error }, 'Redis is away: mutations are counted per replica');
    isAway = true;
  });
  client.on('ready', () => {
    if (isAway) logger.info('Redis is back');
    isAway = false;
  });
  client.connect().catch(() => undefined); // told by 'error'; it goes on trying
  return client;
}

const pauseOf = (tries: number) => Math.min(5_000, 100 * 2 ** tries);
