import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { Problem } from '../platform/http/problem.ts';
import type { RedisCounters } from './redis.ts';

export interface UploadLimit {
  /**
   * Counts one upload of so many bytes for good.
   *
   * @throws {Problem} 429 `DAILY_UPLOADS_EXHAUSTED` or `DAILY_BYTES_EXHAUSTED`, with the seconds until
   *   the owner's count begins again. What is refused counts nothing: a smaller photo may still fit.
   */
  take(owner: string, bytes: number): Promise<void>;
}

const day = 24 * 60 * 60;

/**
 * So many uploads and bytes of one user in 24 hours from the first of them, so that nobody fills the
 * store. Counted like mutations: in Redis by all replicas, else by each.
 */
export function createUploadLimit(parts: {
  uploadsPerDay: number;
  bytesPerDay: number;
  redis: RedisCounters | undefined;
  onRejected: (code: string) => void;
}): UploadLimit {
  const { uploadsPerDay, bytesPerDay, redis } = parts;
  const uploads = limiterOf(uploadsPerDay, 'gateway:uploads', redis);
  const uploadBytes = limiterOf(bytesPerDay, 'gateway:upload-bytes', redis);
  const refused = (code: string, bound: string, { msBeforeNext }: RateLimiterRes) => {
    parts.onRejected(code);
    const freeAt = new Date(Date.now() + msBeforeNext).toISOString();
    return new Problem(429, code, `at most ${bound} in 24 hours; free again at ${freeAt}`, {
      retryAfter: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
    });
  };
  return {
    async take(owner, bytes) {
      const overBytes = await refusalOf(uploadBytes.consume(owner, bytes));
      if (overBytes !== undefined)
        throw refused('DAILY_BYTES_EXHAUSTED', `${bytesPerDay} bytes`, overBytes);
      const overUploads = await refusalOf(uploads.consume(owner, 1));
      if (overUploads === undefined) return;
      await uploadBytes.reward(owner, bytes);
      throw refused('DAILY_UPLOADS_EXHAUSTED', `${uploadsPerDay} uploads`, overUploads);
    },
  };
}

function limiterOf(points: number, keyPrefix: string, redis: RedisCounters | undefined) {
  const limit = { points, duration: day, keyPrefix };
  const memory = new FittingMemoryLimiter(limit);
  if (redis === undefined) return memory;
  return new RateLimiterRedis({
    ...limit,
    ...redis.options,
    customIncrTtlLuaScript: countWhatFits,
    insuranceLimiter: memory,
  });
}

/** The package's limiters also count what they refuse; here a refusal leaves the count as it was. */
class FittingMemoryLimiter extends RateLimiterMemory {
  override async consume(...counted: Parameters<RateLimiterAbstract['consume']>) {
    try {
      return await super.consume(...counted);
    } catch (refusal) {
      await this.reward(...counted);
      throw refusal;
    }
  }
}

/** ARGV: points, seconds, bound. A sum over the bound is answered, which refuses, but not stored. */
const countWhatFits = `
redis.call('set', KEYS[1], 0, 'EX', ARGV[2], 'NX')
local sum = redis.call('get', KEYS[1]) + ARGV[1]
if sum <= tonumber(ARGV[3]) then redis.call('incrby', KEYS[1], ARGV[1]) end
return {sum, redis.call('pttl', KEYS[1])}
`;

async function refusalOf(counting: Promise<unknown>): Promise<RateLimiterRes | undefined> {
  try {
    await counting;
    return undefined;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  }
}
