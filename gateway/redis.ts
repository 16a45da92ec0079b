import { createClient } from '@redis/client';
import type { Logger } from '../platform/logger.ts';

export interface RedisCounters {
  /** How limiters of `rate-limiter-flexible` reach it. */
  readonly options: {
    readonly storeClient: unknown;
    readonly useRedisPackage: true;
    /** Asks the insurance limiter at once, rather than wait for Redis. */
    readonly rejectIfRedisNotReady: true;
  };
  stop(): void;
}

/**
 * The Redis in which all replicas count together. Returns at once; connecting, and connecting again,
 * goes on behind.
 */
export function connectRedis(url: string, logger: Logger): RedisCounters {
  const client = createClient({
    url,
    disableOfflineQueue: true, // a count that comes late is of no use
    socket: { connectTimeout: 2_000, socketTimeout: 60_000, reconnectStrategy: pauseOf },
    commandOptions: { timeout: 500 },
    pingInterval: 20_000,
  });
  let isReachable = true;
  client.on('error', (error: unknown) => {
    if (isReachable)
      logger.warn({ err: error }, 'Redis unreachable: mutations and uploads counted per replica');
    isReachable = false;
  });
  client.on('ready', () => {
    if (!isReachable) logger.info('Redis reachable again');
    isReachable = true;
  });
  client.connect().catch(() => undefined); // logged by 'error'; it goes on trying
  return {
    options: { storeClient: client, useRedisPackage: true, rejectIfRedisNotReady: true },
    stop() {
      if (client.isOpen) client.destroy();
    },
  };
}

const pauseOf = (tries: number) => Math.min(5_000, 100 * 2 ** tries);
