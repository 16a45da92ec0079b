import {
  RateLimiterMemory,
  type RateLimiterAbstract,
  type RateLimiterRes,
} from 'rate-limiter-flexible';
import { Problem } from '../../platform/http/problem.ts';
import { limiterOf, refusalOf, secondsUntilReset, type RedisCounters } from './redis.ts';

export interface UploadLimit {
  /**
   * Counts one upload of so many bytes.
   *
   * @throws {Problem} 429 `DAILY_UPLOADS_EXHAUSTED` or `DAILY_BYTES_EXHAUSTED`, with the seconds until
   *   the owner's count starts over. A refused upload is not counted: a smaller photo may still fit.
   */
  take(owner: string, bytes: number): Promise<void>;
}

/**
 * Limits the uploads and bytes of one user in 24 hours from the first of them, so that nobody fills
 * the store. Counted like mutations: in Redis by all replicas, else by each.
 */
export function createUploadLimit(deps: {
  uploadsPerDay: number;
  bytesPerDay: number;
  redis: RedisCounters | undefined;
  onRejected: (code: string) => void;
}): UploadLimit {
  const { uploadsPerDay, bytesPerDay, redis } = deps;
  const uploads = dailyLimiterOf(uploadsPerDay, 'gateway:uploads', redis);
  const uploadBytes = dailyLimiterOf(bytesPerDay, 'gateway:upload-bytes', redis);
  const refused = (code: string, bound: string, refusal: RateLimiterRes) => {
    deps.onRejected(code);
    const resetAt = new Date(Date.now() + refusal.msBeforeNext).toISOString();
    return new Problem(
      429,
      code,
      `daily limit reached: at most ${bound} in 24 hours; upload again at ${resetAt}`,
      { retryAfter: secondsUntilReset(refusal) },
    );
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

function dailyLimiterOf(points: number, keyPrefix: string, redis: RedisCounters | undefined) {
  const limit = { points, duration: 24 * 60 * 60, keyPrefix };
  const memory = new ExactMemoryLimiter(limit);
  return limiterOf({ ...limit, customIncrTtlLuaScript: countAccepted }, memory, redis);
}

/** The package's limiters count refused ones too; here a refusal leaves the count unchanged. */
class ExactMemoryLimiter extends RateLimiterMemory {
  override async consume(...counted: Parameters<RateLimiterAbstract['consume']>) {
    try {
      return await super.consume(...counted);
    } catch (refusal) {
      await this.reward(...counted);
      throw refusal;
    }
  }
}

/** ARGV: points, seconds, limit. A sum over the limit is returned, which refuses, but not stored. */
const countAccepted = `
redis.call('set', KEYS[1], 0, 'EX', ARGV[2], 'NX')
local sum = redis.call('get', KEYS[1]) + ARGV[1]
if sum <= tonumber(ARGV[3]) then redis.call('incrby', KEYS[1], ARGV[1]) end
return {sum, redis.call('pttl', KEYS[1])}
`;
